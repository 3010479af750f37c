"""Takes read again by their networks, for the screen: remembered, and lined up with the notes that
the piano roll draws."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from models.reactions import Reactions, reactions
from models.run_music import run_music, window_of
from models.store import Run
from models.takes import MadeTake
from models.trace import Trace, rows_that_fit, trace_take
from ui.workspace import store

ENOUGH = 500
"""Notes of held-out music that suffice to measure reactions."""


@st.cache_resource(max_entries=3, ttl=1800, show_spinner="The network reads the take again …")
def _traced(recipe: str, first: int, last: int, _made: MadeTake) -> Trace:
    return trace_take(store(), _made, range(first, last))


def traced(run: Run, made: MadeTake, row: int = 0) -> Trace:
    """The trace of a take, kept where `row` is. Raises `StoreError` or `ConfigError`."""
    fit = rows_that_fit(run.network)
    first = row // fit * fit
    return _traced(made.recipe.text, first, first + fit, made)


def surprise_of(run: Run, made: MadeTake) -> NDArray[np.float32]:
    """The surprise of every note (n,) in nats, in the order in which the piano roll has them; 0
    where the network was not asked. Raises `StoreError` or `ConfigError`."""
    return np.nan_to_num(traced(run, made).surprise)[rows_of_notes(run, made)]


def numbers(run: Run, made: MadeTake) -> NDArray[np.int64]:
    """The number (T,) of each row among the notes of a take, from 1; 0 for the end of a piece,
    which is a row and no note."""
    is_note = np.array([not run.encoding.is_end(row) for row in made.rows.tolist()], bool)
    return np.where(is_note, np.cumsum(is_note), 0)


def rows_of_notes(run: Run, made: MadeTake) -> NDArray[np.int64]:
    """Which row each note (n,) comes from, notes in the order of the piano roll: by onset, then by
    track. An arrangement keeps it."""
    notes = [run.encoding.notes_in(row[None]) for row in made.rows]
    return np.repeat(np.arange(len(notes)), notes)


class Measured(NamedTuple):
    """What units react to, on pieces that the network never learned from if they were `held_out`
    and enough."""

    reactions: Reactions
    held_out: bool


@st.cache_resource(max_entries=16, ttl=3600, show_spinner="Measuring what the units react to …")
def measured(run_id: str, epoch: int) -> Measured:
    """What the units of a network react to. The same for all visitors: nobody's names are in it.
    Raises `StoreError`."""
    run = store().load(run_id)
    music = run_music(store(), run)
    held_out = music.corpus.only(music.held_out)
    enough = sum(len(piece.rows) for piece in held_out.pieces) >= ENOUGH
    corpus = held_out if enough else music.corpus.only(music.learned)
    window = window_of(run) if run.network.objective == "last step" else None
    found = reactions(store().forward(run, epoch), corpus, window)
    return Measured(found, enough)
