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


def top_voice(piece: Piece) -> NDArray[np.int64]:
    """The highest pitch at every onset (n,), drums left out: the melody, as a listener takes it."""
    notes = piece.notes()
    pitched = notes.program != DRUMS
    onset, pitch = notes.onset[pitched], notes.pitch[pitched].astype(np.int64)
    order = np.lexsort((pitch, onset))
    last = np.append(np.diff(onset[order]) > 0, True)[: len(order)]
    highest: NDArray[np.int64] = pitch[order][last]
    return highest


def steps_of(melody: NDArray[np.integer]) -> Steps:
    """From note to note in semitones, (n - 1,), leaps of more than an octave left out."""
    steps: Steps = melody[1:].astype(np.int64) - melody[:-1].astype(np.int64)
    return steps[np.abs(steps) <= OCTAVE]


def all_steps(pieces: Iterable[Piece]) -> list[Steps]:
    """The steps of every piece's top voice; those of which nothing remains are left out."""
    found = (steps_of(top_voice(piece)) for piece in pieces)
    return [steps for steps in found if len(steps)]
