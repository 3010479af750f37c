"""A piano keyboard on the screen: a few notes tapped by finger, mouse or computer keyboard."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple

import streamlit as st

from musiccore.piece import DEFAULT_TEMPO, Piece, Tempo, Track
from ui.assets import MOUNTED, asset
from ui.theme import styles

MOST_TAPPED = 64
"""Notes that may be tapped."""

LONGEST_SECONDS = 2.0
"""Thinking is not music: a longer pause, or a note held longer, counts as this."""

EQUAL_STEP = 0.5
"""Quarter notes from note to note where they come in equal steps: eighth notes."""

Rhythm = Literal["tapped", "equal"]

_VELOCITY = 88
_CHORD_SECONDS = 0.03  # two keys pressed within this were meant together
_LOWEST, _HIGHEST = 24, 96
_HERE = Path(__file__).parent


class Tapped(NamedTuple):
    """One note: when it begins and how long it is held, in seconds, and its MIDI pitch."""

    onset: float
    duration: float
    pitch: int


# As with the player, styles stay in the page, under one class prefix.
_component = st.components.v2.component(
    "gruve_keyboard",
    html=asset(_HERE / "keyboard.html"),
    css=styles(_HERE / "keyboard.css"),
    js=asset(MOUNTED, _HERE / "keyboard.js"),
    isolate_styles=False,
)


def keyboard(kept: Iterable[Tapped] = (), key: str = "keyboard") -> tuple[Tapped, ...]:
    """Show the keyboard; what has been tapped on it. `kept` is what was tapped on an earlier visit.

    `key` becomes the CSS class `st-key-<key>`. The browser tells of new notes when nothing has been
    pressed for a moment, or when the visitor goes on to another control.
    """
    known = [list(note) for note in kept]
    data = {"notes": known, "most": MOST_TAPPED}
    result = _component(key=key, data=data, default={"notes": known}, on_notes_change=_nothing)
    return notes_from(result["notes"])


def notes_from(told: object) -> tuple[Tapped, ...]:
    """What a browser told, as far as it makes sense: it is a stranger like any other."""
    if not isinstance(told, list | tuple):
        return ()
    notes = []
    for note in told[:MOST_TAPPED]:
        match note:
            case [int() | float() as onset, int() | float() as duration, int() as pitch] if (
                0 <= onset < 1e6 and 0 < duration < 1e6 and _LOWEST <= pitch <= _HIGHEST
            ):
                notes.append(Tapped(float(onset), float(duration), pitch))
    return tuple(sorted(notes))


def tapped_piece(
    notes: Iterable[Tapped],
    rhythm: Rhythm = "tapped",
    program: int = 0,
    bpm: float = DEFAULT_TEMPO,
) -> Piece:
    """What was tapped as music from its first note on, at `bpm` quarter notes a minute, so that
    what keeps its rhythm also keeps its speed. Keys pressed together are a chord."""
    rows: list[tuple[float, float, int, int]] = []
    before, now, step = None, 0.0, -1
    for note in sorted(notes):
        wait = 0.0 if before is None else note.onset - before.onset
        if before is None or wait > _CHORD_SECONDS:
            now += min(wait, LONGEST_SECONDS)
            step += 1
        before = note
        length = min(note.duration, LONGEST_SECONDS) * bpm / 60
        at, lasts = (
            (step * EQUAL_STEP, EQUAL_STEP) if rhythm == "equal" else (now * bpm / 60, length)
        )
        rows.append((at, lasts, note.pitch, _VELOCITY))
    return Piece("Tapped", (Track.of(rows, program),), (Tempo(0.0, bpm),))


def _nothing() -> None:
    pass
