"""What may come next, and when it would sound: asked of every field of a row that is sampled."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class Grammar:
    """Follows one take row by row: what is legal next, when each row sounds, where in its bar.

    The base class allows everything, stays at position 0 and lets a row sound every `step` quarter
    notes.
    """

    def __init__(self, step: float = 1.0) -> None:
        self._step = step
        self._rows = 0

    def legal(self, field: int, decided: Sequence[int]) -> Mask | None:
        """Which values of `field` may follow, given this row's fields `decided` so far.

        A mask (size of the field,), not to be written to, or None where all are legal.
        """
        return None

    def accept(self, row: Sequence[int]) -> int:
        """Take note of a finished row; returns its position in the bar."""
        self._rows += 1
        return 0

    @property
    def onset(self) -> float:
        """When the row last accepted sounds, in quarter notes from the take's beginning; after the
        end of a piece: when the next one begins."""
        return max(self._rows - 1, 0) * self._step

    def sounds_at(self, row: Sequence[int]) -> float:
        """When this row would sound if it came next, in quarter notes."""
        return self._rows * self._step

    def wait_until(self, onset: float) -> None:
        """Let nothing more sound before `onset` (quarter notes), as far as rows can say that."""

    def copy(self) -> Self:
        """One that goes on from here by itself."""
        return copy(self)
