"""What the chapters take their examples from: the visitor's own music and network if there are any,
else a starter set and a network that comes with the app."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from models.forward import Forward
from models.run import Run
from models.run_music import RunMusic, run_music
from models.shipped import LEARNED, shipped_store
from models.store import Store, StoreError
from musiccore.piece import Piece
from musiccore.starters import STARTERS
from ui.naming import name_of
from ui.page import plain
from ui.workspace import Workspace, store


@dataclass(frozen=True, eq=False)
class Network:
    """A trained network: `run` in `store` as it stood after `epoch`; `name` is text, no Markdown.

    `own` says whether the visitor trained it.
    """

    store: Store
    run: Run
    epoch: int
    name: str
    own: bool

    @property
    def forward(self) -> Forward:
        """The network, ready to run; kept for a while. The same object for the same network."""
        return _forward(self.store.url, self.run.id, self.epoch)

    @property
    def music(self) -> RunMusic:
        """What it learned from, and what was held out, as rows. Kept for a while."""
        return run_music(self.store, self.run)


@dataclass(frozen=True, eq=False)
class Example:
    """`music` is the title of the chosen corpus (text, no Markdown), `own_music` whether the
    visitor brought it; `network` is None only where there is none at all."""

    workspace: Workspace
    music: str
    own_music: bool
    network: Network | None

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The chosen music. It is read at the first look: a chapter without music needs none."""
        return self.workspace.pieces()

    @property
    def sentence(self) -> str:
        """One line, in Markdown, on where the examples are from."""
        whose = "your music" if self.own_music else "the starter set"
        said = f"The examples are from {whose} **{plain(self.music)}**"
        if self.network is None:
            return f"{said}."
        if self.network.own:
            return f"{said} and your network **{plain(self.network.name)}**."
        return f"{said} and a network that comes with Gruve: **{plain(self.network.name)}**."


def example_of(workspace: Workspace) -> Example:
    """What there is to show a visitor."""
    return Example(
        workspace,
        workspace.corpus_title,
        workspace.corpus not in STARTERS,
        _own_network(workspace) or _shipped(workspace.corpus),
    )


def _own_network(workspace: Workspace) -> Network | None:
    """The run that the visitor looks at, else the newest, if it has learned anything."""
    looked_at = workspace.run
    for run in [*([looked_at] if looked_at else []), *workspace.runs()]:
        try:
            kept, best = store().kept(run.id), store().best(run.id)
        except StoreError:
            continue
        if kept:
            epoch = best if best in kept else kept[-1]
            return Network(store(), run, epoch, name_of(workspace, run), own=True)
    return None


def _shipped(corpus: str) -> Network | None:
    """The network that comes with Gruve for a starter set; for other music the first one."""
    name = corpus if corpus in LEARNED else next(iter(LEARNED), "")
    if not name:
        return None
    run, epoch = LEARNED[name].run, LEARNED[name].epoch
    network = shipped_store().load(run)
    return Network(shipped_store(), network, epoch, STARTERS[name].title, own=False)


@st.cache_resource(max_entries=4, ttl=1800, show_spinner=False)
def _forward(url: str, run_id: str, epoch: int) -> Forward:
    kept = Store(url)
    return kept.forward(kept.load(run_id), epoch)
