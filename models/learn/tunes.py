"""The top voice of pieces, as the small networks of the Learn page read it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from musiccore.piece import DRUMS, Piece

OCTAVE = 12
STEPS = 2 * OCTAVE + 1
"""Steps of a melody that are told apart: an octave down to an octave up, in semitones."""

Steps = NDArray[np.int64]


MOST_NOTES = 1_000
"""Notes of a piece that are looked at."""

_TOUCHING = 1e-3  # quarter notes by which a note may reach into the next one


def top_voice(piece: Piece) -> NDArray[np.int64]:
    """The pitches (n,) of the melody as a listener takes it: what begins while nothing higher
    sounds (the skyline), drums left out."""
    notes = piece.notes()
    pitched = np.flatnonzero(notes.program != DRUMS)[:MOST_NOTES]
    onset, pitch = notes.onset[pitched], notes.pitch[pitched].astype(np.int64)
    order = np.lexsort((-pitch, onset))
    ends = onset + notes.duration[pitched] - _TOUCHING
    found: list[int] = []
    now, top, until = -np.inf, -1, -np.inf
    for i in order.tolist():
        is_new = onset[i] > now
        now = onset[i]
        if is_new and (pitch[i] >= top or now >= until):
            found.append(int(pitch[i]))
            top, until = int(pitch[i]), ends[i]
    return np.array(found, np.int64)


def steps_of(melody: NDArray[np.integer]) -> Steps:
    """From note to note in semitones, (n - 1,), leaps of more than an octave left out."""
    steps: Steps = melody[1:].astype(np.int64) - melody[:-1].astype(np.int64)
    return steps[np.abs(steps) <= OCTAVE]


def all_steps(pieces: Iterable[Piece]) -> list[Steps]:
    """The steps of every piece's top voice; those of which nothing remains are left out."""
    found = (steps_of(top_voice(piece)) for piece in pieces)
    return [steps for steps in found if len(steps)]
