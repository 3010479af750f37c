"""What one visitor has: music, choices, runs, takes. Nobody else sees any of it.

A workspace is found by the token in the visitor's cookie and lives in the store, so it survives a
refresh and a restart of the app.

    workspaces/<id>/workspace.json          what is chosen, names of corpora, ids of runs
    workspaces/<id>/uploads/<digest>.mid    uploaded files, each once
    workspaces/<id>/corpora/<corpus>.json   an own corpus: its pieces and the report on every file
    workspaces/<id>/refused.json            the report on an upload without any music
    workspaces/<id>/material/<corpus>.json  what of a corpus is learned from
    workspaces/<id>/takes.json              the takes that lie open, and the shelf
    workspaces/<id>/takes/<take>.json       the recipe of each
    workspaces/<id>/prompt.mid              the visitor's own file that takes begin with
"""

from __future__ import annotations

import copy
import hashlib
import time
from typing import Any, NamedTuple

import streamlit as st

from models.files import Files
from models.quota import music_bytes, visitor_bytes
from models.store import Store
from ui.contents import USED_SECONDS, Contents
from ui.cookie import keep_token, workspace_token
from ui.own_music import OwnMusic
from ui.own_runs import OwnRuns
from ui.own_takes import OwnTakes
from ui.pieces import piece_cache

_VISIT = "workspace"


class Usage(NamedTuple):
    """What a visitor takes of what they may, in bytes."""

    music: int
    most_music: int
    runs: int
    most_runs: int


class Workspace(OwnMusic, OwnRuns, OwnTakes):
    """One visitor's workspace. Every change is kept at once, whichever tab or thread makes it."""

    def __init__(self, token: str, files: Files, store: Store) -> None:
        super().__init__(id_of(token), files, store)

    def twin(self) -> Workspace:
        """The same workspace for another thread."""
        twin = copy.copy(self)
        twin.reload()
        return twin

    def usage(self) -> Usage:
        return Usage(
            self._music_bytes(self._contents),
            music_bytes(),
            sum(self._run_sizes(self._contents).values()),
            visitor_bytes(),
        )

    def touch(self) -> None:
        """Note that this workspace and the run looked at are in use, so that others go first."""
        used = self._contents.used.get(_VISIT, 0.0)
        if self._contents != Contents() and time.time() - used > USED_SECONDS:
            with self._changing() as contents:
                contents.used[_VISIT] = time.time()
            if contents.run in self._contents.runs:
                self._files.touch(f"runs/{contents.run}")

    def forget(self) -> None:
        """Delete the music and the choices, and know of no run any more."""
        with self._changing() as contents:
            piece_cache().forget(self._uploads(contents))
        self._files.delete(self._folder)
        self.reload()

    def choice(self, name: str, default: Any) -> Any:
        return self._contents.choices.get(name, default)

    def choose(self, **choices: Any) -> None:
        if any(self._contents.choices.get(k) != v for k, v in choices.items()):
            with self._changing() as contents:
                contents.choices |= choices


def id_of(token: str) -> str:
    """The name of a visitor's workspace in the store: it does not give the token away."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def workspace_id() -> str:
    """The id of the workspace of whoever looks at this page."""
    return id_of(workspace_token())


@st.cache_resource
def store() -> Store:
    """The run store of this app."""
    return Store()


def open_workspace() -> Workspace:
    """The workspace of whoever looks at this page. Once on every page."""
    keep_token()
    workspace = Workspace(workspace_token(), Files(store().url), store())
    workspace.touch()
    return workspace
