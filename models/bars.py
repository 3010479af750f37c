"""The bars of encoded music."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding import Encoded, Encoding
from musiccore.encoding.notes import GRID

Floats = NDArray[np.float64]


def bar_lines(encoding: Encoding, piece: Encoded) -> Floats:
    """Where each bar of a piece begins, in quarter notes, and where the last one ends: n + 1 of
    them for n bars.

    Bars in which no note starts are as long as most bars are. An encoding without bars has some of
    four quarter notes, as far as its rows allow.
    """
    onsets = encoding.onsets(piece.rows)
    if not len(onsets):
        return np.zeros(1)
    if encoding.positions == 1:
        step = encoding.onsets(piece.rows[:1].repeat(2, axis=0))[1]
        bar = max(1, round(encoding.bar / step)) * step
        return np.arange(np.floor(onsets[-1] / bar + 1e-9) + 2) * bar
    starts = np.unique(np.round((onsets - piece.position / GRID) * GRID)) / GRID
    lengths, counts = np.unique(np.round(np.diff(starts) * GRID), return_counts=True)
    bar = float(lengths[counts.argmax()]) / GRID if len(lengths) else encoding.bar
    lines = [0.0]
    for start in starts.tolist():
        while start - lines[-1] > 1.5 * bar:
            lines.append(lines[-1] + bar)
        if start > lines[-1]:
            lines.append(start)
    return np.array([*lines, lines[-1] + bar])


def bar_length(encoding: Encoding, piece: Encoded) -> float:
    """The length that most bars of a piece have, in quarter notes."""
    lengths, counts = np.unique(np.diff(bar_lines(encoding, piece)), return_counts=True)
    return float(lengths[counts.argmax()]) if len(lengths) else encoding.bar


def bars(encoding: Encoding, piece: Encoded) -> int:
    """How many bars a piece has."""
    return len(bar_lines(encoding, piece)) - 1
