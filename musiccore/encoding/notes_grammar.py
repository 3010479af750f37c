"""What is legal in the encoding `notes`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding.grammar import Grammar, Mask
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

_STEPS: list[int] = STEPS.tolist()
_LATER = np.arange(END + 1) > 0  # waits other than none
_RISING = np.triu(np.ones((128, 128), bool), 1)  # row p: the pitches above p
_PITCHES = np.arange(128)


class NotesGrammar(Grammar):
    """At one onset instruments do not fall, and pitches of one instrument rise; each instrument
    keeps to its `pitches` (instruments, 2), lowest and highest, where they are given.

    Time is counted in grid steps.
    """

    def __init__(self, instruments: int, bar: int, pitches: NDArray[np.integer] | None) -> None:
        super().__init__()
        self._bar = bar
        self._begins = True  # a piece
        self._now = 0
        self._piece = 0  # when the present piece began
        self._sounding_until = 0
        self._hold = 0
        self._instrument = 0  # of the previous note
        self._pitch = 0
        self._not_below = np.triu(np.ones((instruments, instruments), bool))
        self._above = np.triu(self._not_below, 1)
        self._first_wait = np.append(bar > STEPS, False)  # music begins within its first bar
        self._highest = [127] * instruments
        self._in_range: list[Mask | None] = [None] * instruments
        if pitches is not None:
            self._highest = pitches[:, 1].tolist()
            self._in_range = [(low <= _PITCHES) & (high >= _PITCHES) for low, high in pitches]

    def legal(self, field: int, decided: Sequence[int]) -> Mask | None:
        if field == WAIT:
            return self._legal_waits()
        together = not self._begins and decided[WAIT] == 0
        if field == INSTRUMENT:
            if not together:
                return None
            return (self._above if self._is_full else self._not_below)[self._instrument]
        if field == PITCH:
            in_range = self._in_range[decided[INSTRUMENT]]
            if not together or decided[INSTRUMENT] != self._instrument:
                return in_range
            rising = _RISING[self._pitch]
            return rising if in_range is None else rising & in_range
        return None

    @property
    def _is_full(self) -> bool:
        """Whether the previous note's instrument has no higher pitch left at its onset."""
        return self._pitch >= self._highest[self._instrument]

    def _legal_waits(self) -> Mask | None:
        legal: Mask | None = None
        if self._begins:
            legal = self._first_wait
        elif self._is_full and not self._above[self._instrument].any():
            legal = _LATER
        if self._now >= self._hold:
            return legal
        # What is held waits as long as one wait can be, or else as long as a beginning may.
        least = min(self._hold - self._now, _STEPS[-1])
        held = np.append(least <= STEPS, not self._begins)
        if legal is None:
            return held
        return held & legal if (held & legal).any() else legal

    def accept(self, row: Sequence[int]) -> int:
        wait = row[WAIT]
        if wait == END:
            self._now = self._piece = -(-self._sounding_until // self._bar) * self._bar
            self._begins = True
            return 0
        self._now += _STEPS[wait]
        self._sounding_until = max(self._sounding_until, self._now + _STEPS[row[DURATION] + 1])
        self._begins = False
        self._instrument, self._pitch = row[INSTRUMENT], row[PITCH]
        return (self._now - self._piece) % self._bar % POSITIONS

    @property
    def onset(self) -> float:
        return self._now / GRID

    def sounds_at(self, row: Sequence[int]) -> float:
        wait = row[WAIT]
        return (self._now + (0 if wait == END else _STEPS[wait])) / GRID

    def wait_until(self, onset: float) -> None:
        self._hold = round(onset * GRID)
