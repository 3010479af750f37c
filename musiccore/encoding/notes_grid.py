"""Music that was played freely, put on the grid of the notes encoding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding.notes_rows import GRID, POSITIONS, STEPS
from musiccore.piece import Metre


def nearest_step(ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index into `STEPS` of the nearest length; ties go to the shorter."""
    above = np.searchsorted(STEPS, ticks).clip(1, len(STEPS) - 1)
    return above - (ticks - STEPS[above - 1] <= STEPS[above] - ticks)


def quantized_onsets(ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ascending distinct onsets moved so that every wait between them exists in `STEPS`.

    What one long wait is rounded by, the next one makes up for, so errors do not add up.
    """
    waits = np.diff(ticks, prepend=0)
    if waits.size == 0 or waits.max() < 24:
        return ticks
    moved, now = np.empty_like(ticks), 0
    for i, tick in enumerate(ticks.tolist()):
        wait = tick - now if i == 0 else max(1, tick - now)
        now += wait if wait < 24 else int(STEPS[nearest_step(np.array(wait))])
        moved[i] = now
    return moved


def positions(onsets: NDArray[np.int64], metres: Sequence[Metre]) -> NDArray[np.int32]:
    """Grid steps since the bar line before each onset, under the metre that holds there."""
    starts = np.array([round(m.onset * GRID) for m in metres] or [0])
    bars = np.array([max(1, round(m.bar * GRID)) for m in metres] or [4 * GRID])
    which = (np.searchsorted(starts, onsets, side="right") - 1).clip(0)
    return ((onsets - starts[which]) % bars[which] % POSITIONS).astype(np.int32)
