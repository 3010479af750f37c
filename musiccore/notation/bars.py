"""Where bars begin and which of their places are strong; time here is whole ticks, 48 a quarter.

48 is divided by every note value that is written: 64th notes are 3 ticks, triplets of 32nds 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from musiccore.piece import Metre, Piece

TICKS = 48
"""Ticks a quarter note."""

WHOLE = 4 * TICKS
_SHORTEST = 3
_UNITS = (1, 2, 4, 8, 16, 32, 64)
_MOST_BEATS = 64
_COMMON = Metre(0.0, 4, 4)


class Bar(NamedTuple):
    """One bar: its number as printed, from `start` to `end` in ticks, under a metre.

    `place` is where in a full bar it begins (ticks): above 0 in a pickup.
    """

    number: int
    start: int
    end: int
    metre: Metre
    place: int


@dataclass(frozen=True, eq=False)
class Bars:
    """All bars of a piece: bar k lasts from `start[k]` to `start[k + 1]` (ticks, int64 (n + 1,)).

    `metre` (n,) says which of `metres` holds there.
    """

    start: NDArray[np.int64]
    metre: NDArray[np.int64]
    metres: tuple[Metre, ...]
    pickup: int = 0
    """Where in a full bar the first one begins, in ticks: 0 where it is whole."""

    def __len__(self) -> int:
        return len(self.metre)

    def bar(self, index: int) -> Bar:
        """The bar of this index, counted from 0. A pickup is printed as bar 0."""
        return Bar(
            number=index + (0 if self.pickup else 1),
            start=int(self.start[index]),
            end=int(self.start[index + 1]),
            metre=self.metres[int(self.metre[index])],
            place=self.pickup if index == 0 else 0,
        )

    def beginning_at(self, first: int) -> Bars:
        """The bars of music whose first note is at `first` (ticks), as people write it.

        Music that starts in the second half of the first bar starts with a pickup instead of rests.
        """
        whole = int(self.start[1])
        if first >= whole or first < whole / 2 or len(self) < 2:
            return self
        start = self.start.copy()
        start[0] = first
        return Bars(start, self.metre, self.metres, pickup=first)


def length_of(metre: Metre) -> int:
    """A full bar in ticks."""
    return metre.beats * WHOLE // metre.unit


def is_compound(metre: Metre) -> bool:
    """Whether three units make a beat, as in 6/8."""
    return metre.beats % 3 == 0 and metre.beats > 3


def cell_of(metre: Metre) -> int:
    """The ticks that are divided in one way: a quarter, or the metre's unit if that is shorter."""
    return max(min(TICKS, WHOLE // metre.unit), TICKS // 4)


def count_bars(piece: Piece) -> int:
    """How many bars there are, at least one; found without making them."""
    return sum(-(-(end - start) // length_of(m)) for m, start, end in _spans(piece))


def bars_of(piece: Piece) -> Bars:
    """The bars under the piece's own metres. A metre that nobody can write counts as 4/4.

    Where a metre is stated, also the same once more, a bar begins; the one before may be short.
    """
    spans = _spans(piece)
    starts = [np.arange(start, end, length_of(m), dtype=np.int64) for m, start, end in spans]
    last_metre, last_start, last_end = spans[-1]
    bars = -(-(last_end - last_start) // length_of(last_metre))
    return Bars(
        start=np.concatenate([*starts, [last_start + bars * length_of(last_metre)]]),
        metre=np.repeat(np.arange(len(spans)), [len(s) for s in starts]),
        metres=tuple(metre for metre, _, _ in spans),
    )


def levels(metre: Metre) -> tuple[int, ...]:
    """How a bar divides, from the whole of it to a 64th note: ticks, each a divisor of the last."""
    bar, unit = length_of(metre), WHOLE // metre.unit
    found = [bar]
    if is_compound(metre):
        found += [bar // 2] if metre.beats % 12 == 0 else []
        found += [3 * unit] if 3 * unit < bar else []
    else:
        while found[-1] % (2 * unit) == 0 and found[-1] > unit and bar // unit % 2 == 0:
            found.append(found[-1] // 2)
    while unit >= _SHORTEST:
        if unit < found[-1]:
            found.append(unit)
        unit //= 2
    return tuple(found)


def _spans(piece: Piece) -> list[tuple[Metre, int, int]]:
    """(metre, first tick, last tick) of every stretch under one metre; none is empty."""
    stated = {0: _COMMON} | {round(m.onset * TICKS): _written(m) for m in piece.metres}
    ends = max(round(piece.length * TICKS), 1)
    at = [tick for tick in sorted(stated) if tick < ends]
    return [(stated[tick], tick, end) for tick, end in zip(at, [*at[1:], ends], strict=True)]


def _written(metre: Metre) -> Metre:
    fine = metre.unit in _UNITS and 0 < metre.beats <= _MOST_BEATS
    return metre if fine else _COMMON


def strengths(periods: Sequence[int], start: int, end: int) -> list[tuple[int, int]]:
    """(tick, level) of every place strictly between `start` and `end`; level 0 is the strongest."""
    finest = periods[-1]
    first = (start // finest + 1) * finest
    return [(tick, level(periods, tick)) for tick in range(first, end, finest)]


def level(periods: Sequence[int], tick: int) -> int:
    """How strong a place is: the index of the longest period that begins there."""
    return next((k for k, period in enumerate(periods) if tick % period == 0), len(periods))
