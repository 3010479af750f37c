"""Sampling that copies no long passage from the music a network learned from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding import Encoding, Rows
from musiccore.ngrams import Follower, NGrams


def completes_copy(watcher: NoCopies, onsets: NDArray[np.float64], rows: Rows, number: int) -> bool:
    """Whether row `number` completes a passage too long, behind the rows before it, which sound at
    `onsets` (T,) in quarter notes."""
    for onset, row in zip(onsets[:number].tolist(), rows[:number].tolist(), strict=True):
        watcher.accept(onset, row)
    return watcher.copies(float(onsets[number]), rows[number].tolist())


class NoCopies:
    """Watches one take; see `models.choosing.Copying`."""

    def __init__(self, encoding: Encoding, known: NGrams) -> None:
        self._encoding, self._follower = encoding, Follower(known)

    def copies(self, onset: float, row: Sequence[int]) -> bool:
        pitches = self._encoding.sounding(row)
        return bool(pitches) and self._follower.completes(onset, pitches)

    def accept(self, onset: float, row: Sequence[int]) -> None:
        if pitches := self._encoding.sounding(row):
            self._follower.accept(onset, pitches)
