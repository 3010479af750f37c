"""Playing a take otherwise: instruments, tempo, key, less exactly. Nothing is sampled again."""

from __future__ import annotations

import streamlit as st

from musiccore.arrangement import (
    DRIFT_SECONDS,
    FASTEST,
    MOST_LOUDNESS,
    MOST_SECONDS,
    SLOWEST,
    Arrangement,
    first_tempo,
    room,
)
from musiccore.instruments import NAMES, name_of
from musiccore.piece import DRUMS, Piece
from ui.glossary import what_is
from ui.shelf import Entry
from ui.workspace import Workspace

HUMANIZE_HELP = (
    "Small deviations, as when people play: notes come a little early or late, about "
    f"{1000 * DRIFT_SECONDS:.0f} ms and at most {1000 * MOST_SECONDS:.0f} ms, and a little louder "
    f"or softer (velocity by {MOST_LOUDNESS:.0f} of 127 at most)."
)

_SAME = 0.05  # quarter notes a minute that nobody hears


def choose_arrangement(workspace: Workspace, entry: Entry, made: Piece) -> None:
    """The controls for a take whose music was `made`; each change is heard at the next look."""
    arrangement = entry.arrangement
    instead = dict(arrangement.programs)
    told = (workspace, entry.id, made)
    columns = st.columns(2)
    melodic = [program for program in made.programs if program != DRUMS]
    lowest, highest = room(made)
    shown = {
        **{_key("plays", entry.id, p): instead.get(p, p) for p in melodic},
        _key("tempo", entry.id): _within(arrangement.bpm or first_tempo(made)),
        _key("transpose", entry.id): min(max(arrangement.transpose, lowest), highest),
        _key("humanize", entry.id): arrangement.humanize is not None,
    }
    for key, value in shown.items():
        st.session_state.setdefault(key, value)
    for i, program in enumerate(melodic):
        columns[i % 2].selectbox(
            f"{name_of(program)}, played by",
            range(DRUMS),
            format_func=NAMES.__getitem__,
            key=_key("plays", entry.id, program),
            on_change=_rearrange,
            args=told,
        )
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    left.number_input(
        "Tempo (quarter notes a minute)",
        SLOWEST,
        FASTEST,
        step=1.0,
        format="%.0f",
        key=_key("tempo", entry.id),
        on_change=_rearrange,
        args=told,
    )
    middle.number_input(
        "Transposition (semitones)",
        lowest,
        highest,
        key=_key("transpose", entry.id),
        on_change=_rearrange,
        args=told,
        help="12 semitones are an octave. As far as this music goes without leaving the keys that "
        "MIDI has; drums stay." + what_is("octave"),
    )
    right.toggle(
        "Humanize",
        key=_key("humanize", entry.id),
        on_change=_rearrange,
        args=told,
        help=HUMANIZE_HELP,
    )
    if arrangement != Arrangement():
        st.button(
            "As the network made it",
            key="arrange-reset",
            icon=":material/undo:",
            on_click=_reset,
            args=told,
        )


def _key(what: str, take: str, program: int | None = None) -> str:
    return f"{what}-{take}" if program is None else f"{what}-{take}-{program}"


def _keys(take: str, made: Piece) -> list[str]:
    parts = [_key("plays", take, p) for p in made.programs if p != DRUMS]
    return [*parts, *(_key(what, take) for what in ("tempo", "transpose", "humanize"))]


def _rearrange(workspace: Workspace, take: str, made: Piece) -> None:
    state = st.session_state
    melodic = [program for program in made.programs if program != DRUMS]
    plays = ((p, state[_key("plays", take, p)]) for p in melodic)
    tempo = state[_key("tempo", take)]
    arrangement = Arrangement(
        programs=tuple((p, instead) for p, instead in plays if instead != p),
        bpm=None if abs(tempo - _within(first_tempo(made))) < _SAME else tempo,
        transpose=state[_key("transpose", take)],
        humanize=0 if state[_key("humanize", take)] else None,
    )
    workspace.change_takes(lambda takes: takes.changed(take, arrangement=arrangement))


def _reset(workspace: Workspace, take: str, made: Piece) -> None:
    workspace.change_takes(lambda takes: takes.changed(take, arrangement=Arrangement()))
    for key in _keys(take, made):
        st.session_state.pop(key, None)


def _within(bpm: float) -> float:
    return min(max(bpm, SLOWEST), FASTEST)
