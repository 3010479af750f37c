"""What may come next, for many takes at once: whoever samples asks this of every field of a row."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Grammars:
    """Follows B takes row by row: what is legal next, when each row sounds, where in its bar.

    The base class allows everything, stays at position 0 and lets a row sound every `step` quarter
    notes.
    """

    _of_each_take: ClassVar[tuple[str, ...]] = ("_rows",)
    """The names of the arrays (B,) that say how each take stands."""

    def __init__(self, takes: int, step: float = 1.0) -> None:
        self._step = step
        self._rows = np.zeros(takes, np.int64)

    def legal(self, field: int, decided: Sequence[Ints]) -> Mask | None:
        """Which values of `field` may follow, given these rows' fields `decided` so far, each (B,).

        A mask (B, size of the field), or None where all are legal in every take.
        """
        return None

    def accept(self, rows: NDArray[np.integer]) -> Ints:
        """Take note of the finished rows (B, fields); returns their positions in the bar (B,)."""
        self._rows += 1
        return np.zeros(len(rows), np.int64)

    @property
    def onset(self) -> NDArray[np.float64]:
        """When the rows last accepted sound (B,), in quarter notes from the take's beginning."""
        return np.maximum(self._rows - 1, 0) * np.float64(self._step)

    def sounds_at(self, rows: NDArray[np.integer]) -> NDArray[np.float64]:
        """When these rows (B, fields) would sound if they came next, in quarter notes (B,)."""
        return self._rows * np.float64(self._step)

    @classmethod
    def joined(cls, parts: Sequence[Grammars]) -> Grammars:
        """One for all takes of these `parts`, in order; they differ in nothing but their takes."""
        whole = copy(parts[0])
        for name in cls._of_each_take:
            setattr(whole, name, np.concatenate([getattr(part, name) for part in parts]))
        return whole

    def only(self, takes: NDArray[np.intp]) -> Grammars:
        """The same for these of the takes, in this order; a take may come several times."""
        chosen = copy(self)
        for name in self._of_each_take:
            setattr(chosen, name, getattr(self, name)[takes])
        return chosen

    def wait_until(self, onset: NDArray[np.float64]) -> None:
        """Let nothing more sound before `onset` (B,), in quarter notes, as far as rows can say."""


class Grammar:
    """`Grammars` of a single take, in plain numbers."""

    def __init__(self, grammars: Grammars) -> None:
        self._all = grammars

    def legal(self, field: int, decided: Sequence[int]) -> Mask | None:
        """Which values of `field` may follow, given this row's fields `decided` so far.

        A mask (size of the field,), or None where all are legal.
        """
        legal = self._all.legal(field, [np.array([value]) for value in decided])
        return None if legal is None else legal[0]

    def accept(self, row: Sequence[int]) -> int:
        """Take note of a finished row; returns its position in the bar."""
        return int(self._all.accept(np.array([row], np.int32))[0])
