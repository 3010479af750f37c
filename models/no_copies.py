"""Sampling that copies no long passage from the music a network learned from."""

from __future__ import annotations

from collections.abc import Sequence

from musiccore.encoding import Encoding
from musiccore.ngrams import Follower, NGrams


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
