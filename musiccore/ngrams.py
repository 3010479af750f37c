"""Whether notes that come one by one go on copying a passage of a corpus.

What a copy is says `musiccore.copies`: the same steps from note to note, in time and pitch, in
order of onset and pitch.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from musiccore.copies import GRID, steps
from musiccore.piece import Piece

_PITCHES = 256  # as in `musiccore.copies.steps`
_BASE = 0x9E3779B97F4A7C15  # odd
_BITS = (1 << 64) - 1


class NGrams:
    """The passages of `notes` notes that stand in `pieces`, each as one number: a polynomial hash
    modulo 2^64 (Karp and Rabin 1987) of its steps. About 8 bytes a note."""

    def __init__(self, pieces: Sequence[Piece], notes: int) -> None:
        self.steps = notes - 1
        found = [_hashes(steps(piece), self.steps) for piece in pieces]
        self._known = np.unique(np.concatenate([np.zeros(0, np.uint64), *found]))

    def __contains__(self, own: Sequence[int]) -> bool:
        """Whether a passage with these steps, as `musiccore.copies.steps` has them, is known."""
        number = 0
        for step in own:
            number = (number * _BASE + _mixed(step)) & _BITS
        at = int(self._known.searchsorted(np.uint64(number)))
        return at < len(self._known) and int(self._known[at]) == number


def _hashes(own: NDArray[np.int64], length: int) -> NDArray[np.uint64]:
    """A hash of every window of `length` steps."""
    count = len(own) - length + 1
    if count < 1:
        return np.zeros(0, np.uint64)
    mixed = np.array([_mixed(step) for step in np.unique(own).tolist()], np.uint64)
    each = mixed[np.searchsorted(np.unique(own), own)]
    number = np.zeros(count, np.uint64)
    with np.errstate(over="ignore"):
        for i in range(length):
            number = number * np.uint64(_BASE) + each[i : i + count]
    return number


def _mixed(step: int) -> int:
    """A number whose bits say nothing about the step's (SplitMix64, Steele and others 2014)."""
    mixed = (step + _BASE) & _BITS
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _BITS
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _BITS
    return mixed ^ (mixed >> 31)


class Follower:
    """Follows one piece in the making, and knows before a note is added whether it would complete
    a passage that is known.

    Notes that sound together may come in any order; each is put in its place among those that are
    there, and every passage that it becomes part of is looked up.
    """

    def __init__(self, known: NGrams) -> None:
        self._known = known
        self._before: list[tuple[int, int]] = []  # (onset, pitch), as many as still matter
        self._together: list[tuple[int, int]] = []  # those at the last onset, by pitch

    def completes(self, onset: float, pitches: Sequence[int]) -> bool:
        """Whether notes at `onset` (quarter notes) complete a passage that is known."""
        before, together = self._with(onset, pitches)
        notes = before + together
        own = [(b[0] - a[0]) * _PITCHES + b[1] - a[1] + _PITCHES // 2 for a, b in pairwise(notes)]
        last = len(own) - self._known.steps
        first = max(0, len(before) - self._known.steps)
        return any(own[i : i + self._known.steps] in self._known for i in range(first, last + 1))

    def accept(self, onset: float, pitches: Sequence[int]) -> None:
        """The notes are part of the piece."""
        self._before, self._together = self._with(onset, pitches)

    def _with(
        self, onset: float, pitches: Sequence[int]
    ) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        now = round(onset * GRID)
        if self._together and now == self._together[0][0]:
            before, together = self._before, list(self._together)
        else:
            before, together = [*self._before, *self._together][-self._known.steps :], []
        for pitch in pitches:
            insort(together, (now, pitch))
        return before, together
