"""What is legal in the encoding `notes`, for many takes at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding.grammar import Grammars, Ints, Mask
from musiccore.encoding.notes_rows import (
    DURATION,
    END,
    GRID,
    INSTRUMENT,
    PITCH,
    POSITIONS,
    STEPS,
    WAIT,
)

# Row p: the pitches above p; the last row: all pitches.
_RISING = np.concatenate([np.triu(np.ones((128, 128), bool), 1), np.ones((1, 128), bool)])

_WAITED = np.append(STEPS, 0)
"""Grid steps of every value of `wait`: its end takes no time of its own."""


class NotesGrammars(Grammars):
    """At one onset instruments do not fall, and pitches of one instrument rise; each instrument
    keeps to its pitches (instruments, 2), lowest and highest, where they are given."""

    _of_each_take: ClassVar = (
        "_bar",
        "_begins",
        "_now",
        "_piece",
        "_sounding_until",
        "_hold",
        "_instrument",
        "_pitch",
    )

    def __init__(self, instruments: int, bars: Ints, pitches: NDArray[np.integer] | None) -> None:
        takes = len(bars)
        if pitches is None:
            pitches = np.tile([0, 127], (instruments, 1))
        self._bar = bars  # grid steps
        self._begins = np.ones(takes, bool)  # a piece
        self._now = np.zeros(takes, np.int64)  # grid steps since the take began
        self._piece = np.zeros(takes, np.int64)  # when its present piece began
        self._sounding_until = np.zeros(takes, np.int64)
        self._hold = np.zeros(takes, np.int64)
        self._instrument = np.zeros(takes, np.int64)  # of the previous note
        self._pitch = np.zeros(takes, np.int64)
        self._highest = pitches[:, 1]
        tone = np.arange(128)
        self._in_range = (tone >= pitches[:, :1]) & (tone <= pitches[:, 1:])
        self._ranged = not self._in_range.all()
        # Row i: instruments from i on; behind them row i: those after i; the last row: all.
        not_below = np.triu(np.ones((instruments, instruments), bool))
        self._follows = np.concatenate(
            [not_below, np.triu(not_below, 1), np.ones((1, instruments), bool)]
        )

    def legal(self, field: int, decided: Sequence[Ints]) -> Mask | None:
        if field == WAIT:
            return self._legal_waits()
        if field > PITCH:
            return None
        together = (decided[WAIT] == 0) & ~self._begins
        full = self._pitch >= self._highest[self._instrument]
        instruments = len(self._highest)
        if field == INSTRUMENT:
            if not together.any():
                return None
            after = self._instrument + instruments * full
            return self._follows[np.where(together, after, 2 * instruments)]
        rising = together & (decided[INSTRUMENT] == self._instrument)
        legal = self._in_range[decided[INSTRUMENT]] if self._ranged else None
        if rising.any():
            above = _RISING[np.where(rising, self._pitch, -1)]
            legal = above if legal is None else legal & above
        return legal

    def _legal_waits(self) -> Mask | None:
        last = self._instrument == len(self._highest) - 1
        full = last & (self._pitch >= self._highest[self._instrument]) & ~self._begins
        early = self._hold - self._now
        special = self._begins | full | (early > 0)
        if not special.any():
            return None
        legal = np.ones((len(special), END + 1), bool)
        legal[full, 0] = False
        # Music begins within its first bar, and what is held waits as long as a wait can be.
        legal[:, :END] &= ~self._begins[:, None] | (self._bar[:, None] > STEPS)
        least = np.where(early > 0, np.minimum(early, STEPS[-1]), 0)
        held = legal[:, :END] & (least[:, None] <= STEPS)
        legal[:, :END] = np.where(held.any(axis=1, keepdims=True), held, legal[:, :END])
        legal[:, END] = ~self._begins
        return legal

    def accept(self, rows: NDArray[np.integer]) -> Ints:
        wait = rows[:, WAIT]
        ends = wait == END
        self._now = self._now + _WAITED[wait]
        until = np.maximum(self._sounding_until, self._now + STEPS[rows[:, DURATION] + 1])
        if ends.any():
            self._now = np.where(ends, -(-self._sounding_until // self._bar) * self._bar, self._now)
            self._piece = np.where(ends, self._now, self._piece)
            until = np.where(ends, self._sounding_until, until)
        self._sounding_until = until
        self._begins = ends
        self._instrument = rows[:, INSTRUMENT].astype(np.int64)
        self._pitch = rows[:, PITCH].astype(np.int64)
        return (self._now - self._piece) % self._bar % POSITIONS

    @property
    def onset(self) -> NDArray[np.float64]:
        return self._now / GRID

    def sounds_at(self, rows: NDArray[np.integer]) -> NDArray[np.float64]:
        return (self._now + _WAITED[rows[:, WAIT]]) / GRID

    def wait_until(self, onset: NDArray[np.float64]) -> None:
        self._hold = np.rint(np.asarray(onset) * GRID).astype(np.int64)
