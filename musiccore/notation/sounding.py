"""What sounds in each bar of a staff: notes cut at the bar lines, chords of those together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from musiccore.notation.bars import TICKS, Bar
from musiccore.notation.rhythm import Sound
from musiccore.notation.staves import FEET, PERCUSSION, Staff


def sounds_in(staff: Staff, shapes: Sequence[Bar]) -> list[list[Sound]]:
    """What sounds in each bar, cut at the bar lines: notes of one start and one end are a chord."""
    drums = staff.clef == PERCUSSION
    found: list[list[Sound]] = [[] for _ in shapes]
    edges = np.array([*(shape.start for shape in shapes), shapes[-1].end])
    end = _struck(staff, edges) if drums else staff.end
    kept = np.flatnonzero((staff.start < edges[-1]) & (end > edges[0]))
    chords: dict[tuple[int, int, bool], set[int]] = defaultdict(set)
    for k in kept.tolist():
        number = int(staff.pitch[k])
        foot = drums and number in FEET
        chords[int(staff.start[k]), int(end[k]), foot].add(number)
    for (start, stop, _), pitches in chords.items():
        index = max(int(np.searchsorted(edges, start, side="right")) - 1, 0)
        while index < len(shapes) and shapes[index].start < stop:
            shape = shapes[index]
            found[index].append(
                Sound(
                    max(start, shape.start),
                    min(stop, shape.end),
                    sorted(pitches),
                    tied_in=start < shape.start,
                    tied_out=stop > shape.end,
                )
            )
            index += 1
    return found


def _struck(staff: Staff, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ends of drum strokes: a drum is written up to the next stroke, for a beat at most."""
    end = staff.end.copy()
    feet = np.isin(staff.pitch, list(FEET))
    for limb in (feet, ~feet):
        known = np.unique(np.concatenate([staff.start[limb], edges]))
        following = known[
            np.minimum(np.searchsorted(known, staff.start[limb], side="right"), len(known) - 1)
        ]
        beat = (staff.start[limb] // TICKS + 1) * TICKS
        end[limb] = np.minimum(following, beat)
    return end
