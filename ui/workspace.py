"""What one visitor has: their music, their choices, their runs. Nobody else sees any of it.

A workspace is found by the token in the visitor's cookie and lives in the store, so it survives a
refresh and a restart of the app.

    workspaces/<id>/workspace.json          what is chosen, names of corpora, ids of runs
    workspaces/<id>/uploads/<digest>.mid    uploaded files, each once
    workspaces/<id>/corpora/<corpus>.json   an own corpus: its pieces and the report on every file
    workspaces/<id>/refused.json            the report on an upload without any music
    workspaces/<id>/material/<corpus>.json  what of a corpus is learned from
"""

from __future__ import annotations

import copy
import hashlib
import secrets
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import streamlit as st

from models.files import Files
from models.quota import make_room, music_bytes, store_bytes, visitor_bytes
from models.store import Run, Store
from musiccore.piece import Piece
from musiccore.starters import STARTERS
from ui.contents import DEFAULT_CORPUS, Contents, ContentsFile, Shelf
from ui.cookie import keep_token, workspace_token
from ui.corpora import STARTER, Item, Material, OwnCorpus, Source, named
from ui.pieces import load, piece_cache, starter_pieces, upload_path

_USED_SECONDS = 3600.0  # how exactly it is known when something was last used
_VISIT = "workspace"


class Usage(NamedTuple):
    """What a visitor takes of what they may, in bytes."""

    music: int
    most_music: int
    runs: int
    most_runs: int


MAX_RUN_NAME = 60
"""Characters of what a visitor calls a run."""


class RunNote(NamedTuple):
    """What a run is to a visitor: what they call it (empty: nothing yet), and whether it is pinned,
    so that it stays where room runs out."""

    name: str = ""
    pinned: bool = False


class Workspace:
    """One visitor's workspace. Every change is kept at once, whichever tab or thread makes it."""

    def __init__(self, token: str, files: Files, store: Store) -> None:
        self.id = id_of(token)
        self._files, self._store = files, store
        self._folder = f"workspaces/{self.id}"
        self._kept = ContentsFile(f"{self._folder}/workspace.json", files)
        self.reload()

    def reload(self) -> None:
        """See what another tab or thread has changed."""
        self._contents = self._kept.read()

    def twin(self) -> Workspace:
        """The same workspace for another thread."""
        twin = copy.copy(self)
        twin.reload()
        return twin

    @contextmanager
    def _changing(self) -> Iterator[Contents]:
        with self._kept.changing() as self._contents:
            yield self._contents

    # Which music

    @property
    def corpora(self) -> dict[str, Shelf]:
        """The visitor's own corpora by id, oldest first."""
        return dict(self._contents.corpora)

    @property
    def corpus(self) -> str:
        """The chosen corpus: a starter set's name, or the id of an own one."""
        chosen = self._contents.corpus
        return chosen if chosen in STARTERS or chosen in self._contents.corpora else DEFAULT_CORPUS

    @property
    def corpus_title(self) -> str:
        return self.title(self.corpus)

    def title(self, corpus: str) -> str:
        """What the screen calls a corpus."""
        if corpus in STARTERS:
            return STARTERS[corpus].title
        return self._contents.corpora[corpus].name

    def choose_corpus(self, corpus: str) -> None:
        shelf = self._contents.corpora.get(corpus)
        stale = shelf is not None and time.time() - shelf.used > _USED_SECONDS
        if corpus != self._contents.corpus or stale:
            with self._changing() as contents:
                contents.corpus = corpus
                if corpus in contents.corpora:
                    contents.corpora[corpus].used = time.time()

    def own(self, corpus: str) -> OwnCorpus:
        """What an own corpus holds; nothing where there is no such corpus."""
        if corpus not in self._contents.corpora:
            return OwnCorpus()
        # Whatever changes a corpus also sets when it was used last.
        used = self._contents.corpora[corpus].used
        return _own_corpus(self._path("corpora", corpus), used, self._files)

    def all_pieces(self) -> tuple[Piece, ...]:
        """Every piece of the chosen corpus, as it is."""
        if self.corpus in STARTERS:
            return starter_pieces(self.corpus)
        return load(self.id, self.own(self.corpus).items, self._files)

    def material(self) -> Material:
        """What of the chosen corpus is to be learned from."""
        try:
            return Material.from_json(self._files.read_json(self._path("material", self.corpus)))
        except FileNotFoundError:
            return Material()

    def set_material(self, material: Material) -> None:
        if material != self.material():
            self._files.write_json(self._path("material", self.corpus), material.to_json())

    def pieces(self) -> tuple[Piece, ...]:
        """The music to learn from: the ticked pieces of the chosen corpus, what is selected of
        each."""
        return self.material().of(self.all_pieces())

    def _path(self, kind: str, corpus: str) -> str:
        return f"{self._folder}/{kind}/{corpus}.json"

    # Own corpora

    def keep_upload(self, digest: str, data: bytes) -> None:
        """Keep the bytes of a file; `add` makes them part of a corpus."""
        self._files.write(upload_path(self.id, digest), data)

    def add(self, gathered: OwnCorpus, name: str = "", corpus: str = "") -> list[str]:
        """Make what was gathered an own corpus called `name`, or part of the one with this id.

        Chooses it. Where the visitor's music then takes more than it may, their corpora used
        longest ago go; returns the names of those. Where there is no music in what was gathered,
        only the reports on it are kept, as `refused`.
        """
        self._files.delete(f"{self._folder}/refused.json")
        if not gathered.items and corpus not in self._contents.corpora:
            self._files.write_json(f"{self._folder}/refused.json", gathered.to_json())
            return []
        with self._changing() as contents:
            shelves = contents.corpora
            if corpus not in shelves:
                corpus = secrets.token_hex(8)
                name = named(name, [shelf.name for shelf in shelves.values()])
            else:
                name = shelves[corpus].name
            merged = self.own(corpus).joined(gathered)
            self._files.write_json(self._path("corpora", corpus), merged.to_json())
            size = sum(item.size for item in merged.items)
            shelves[corpus] = Shelf(name, len(merged.items), size, time.time())
            contents.corpus = corpus
            gone = []
            while self._music_bytes(contents) > music_bytes() and len(shelves) > 1:
                others = {i: shelf.used for i, shelf in shelves.items() if i != corpus}
                gone.append(self._drop(contents, min(others, key=others.__getitem__)))
        make_room(self._files, store_bytes(), {self.id})
        return gone

    def refused(self) -> OwnCorpus:
        """The reports on what was brought last, where there was no music in it."""
        try:
            return OwnCorpus.from_json(self._files.read_json(f"{self._folder}/refused.json"))
        except FileNotFoundError:
            return OwnCorpus()

    def rename(self, corpus: str, name: str) -> None:
        with self._changing() as contents:
            others = [s.name for i, s in contents.corpora.items() if i != corpus]
            if corpus in contents.corpora:
                contents.corpora[corpus].name = named(name, others)

    def merge(self, corpora: Sequence[str], name: str) -> None:
        """Make one corpus of several, starter sets among them; those stay as they are."""
        merged = OwnCorpus()
        for corpus in corpora:
            merged = merged.joined(self._as_own(corpus))
        self.add(merged, name)

    def _as_own(self, corpus: str) -> OwnCorpus:
        if corpus not in STARTERS:
            return self.own(corpus)
        return OwnCorpus(
            tuple(
                Item.of(piece, source=Source(STARTER, corpus, piece.name))
                for piece in starter_pieces(corpus)
            )
        )

    def remove(self, corpus: str) -> None:
        """Forget an own corpus; runs that learned from it stay."""
        with self._changing() as contents:
            if corpus in contents.corpora:
                self._drop(contents, corpus)

    def _drop(self, contents: Contents, corpus: str) -> str:
        held = self.own(corpus).items
        shelf = contents.corpora.pop(corpus)
        elsewhere = self._uploads(contents)
        for item in held:
            if item.size and item.digest not in elsewhere:
                self._files.delete(upload_path(self.id, item.digest))
                piece_cache().forget([item.digest])
        for kind in ("corpora", "material"):
            self._files.delete(self._path(kind, corpus))
        if contents.corpus == corpus:
            contents.corpus = DEFAULT_CORPUS
        return shelf.name

    def _uploads(self, contents: Contents) -> dict[str, int]:
        """Digest -> bytes of every uploaded file that some corpus holds."""
        items = (item for corpus in contents.corpora for item in self.own(corpus).items)
        return {item.digest: item.size for item in items if item.size}

    def _music_bytes(self, contents: Contents) -> int:
        return sum(self._uploads(contents).values())

    # Runs

    @property
    def run_ids(self) -> tuple[str, ...]:
        """The ids of this visitor's runs, oldest first."""
        return tuple(self._contents.runs)

    def runs(self) -> list[Run]:
        """This visitor's runs, newest first."""
        return [
            self._store.load(r, self.id) for r in reversed(self._contents.runs) if r in self._store
        ]

    def add_run(self, run: Run, busy: Collection[str] = ()) -> None:
        """Remember a run and select it. Where the visitor's runs take more than they may, those
        used longest ago go; not those that are pinned or `busy` learning."""
        with self._changing() as contents:
            contents.runs = [r for r in contents.runs if r != run.id] + [run.id]
            contents.run = run.id
            contents.used[run.id] = time.time()
            sizes = self._run_sizes(contents)
            spared = {run.id, *busy, *(r for r in sizes if self.run_note(r).pinned)}
            others = sorted(sizes.keys() - spared, key=lambda r: contents.used.get(r, 0.0))
            for oldest in others:
                if sum(sizes.values()) <= visitor_bytes():
                    break
                self._store.remove_owner(oldest, self.id)
                contents.runs.remove(oldest)
                del sizes[oldest]

    def run_note(self, run_id: str) -> RunNote:
        """What this visitor calls a run, and whether it is pinned."""
        ownership = self._store.ownership(run_id, self.id)
        return RunNote(ownership.name, ownership.pinned) if ownership else RunNote()

    def note_run(self, run_id: str, note: RunNote) -> None:
        """Call a run something, pin it or let go of it again."""
        ownership = self._store.ownership(run_id, self.id)
        if ownership is not None and note != self.run_note(run_id):
            name = " ".join(note.name.split())[:MAX_RUN_NAME]
            changed = replace(ownership, name=name, pinned=note.pinned)
            self._store.add_owner(run_id, self.id, changed)

    def leave_run(self, run_id: str) -> None:
        """Know of a run no more; `Engine.forget` is what takes it out of the store."""
        with self._changing() as contents:
            contents.runs = [r for r in contents.runs if r != run_id]
            contents.used.pop(run_id, None)

    def run_size(self, run_id: str) -> int:
        """Bytes that a run takes in the store."""
        return self._files.size(f"runs/{run_id}")

    def _run_sizes(self, contents: Contents) -> dict[str, int]:
        return {r: self.run_size(r) for r in contents.runs}

    @property
    def run(self) -> Run | None:
        """The run that is looked at; else the newest."""
        runs = {run.id: run for run in self.runs()}
        return runs.get(self._contents.run) or next(iter(runs.values()), None)

    def choose_run(self, run_id: str) -> None:
        if run_id != self._contents.run and run_id in self._contents.runs:
            with self._changing() as contents:
                contents.run = run_id
                contents.used[run_id] = time.time()
            self._files.touch(f"runs/{run_id}")

    # Room, and the end of it all

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
        if self._contents != Contents() and time.time() - used > _USED_SECONDS:
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

    # Small choices that should outlive a refresh

    def choice(self, name: str, default: Any) -> Any:
        return self._contents.choices.get(name, default)

    def choose(self, **choices: Any) -> None:
        if any(self._contents.choices.get(k) != v for k, v in choices.items()):
            with self._changing() as contents:
                contents.choices |= choices


@st.cache_resource(max_entries=16, ttl=1800, show_spinner=False)
def _own_corpus(path: str, used: float, _files: Files) -> OwnCorpus:
    return OwnCorpus.from_json(_files.read_json(path))


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
