"""All notes of a corpus as a few long arrays, so that counting them is a step of NumPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musiccore.piece import DRUMS, Piece
from musiccore.statistics import Count

_PITCH_CLASSES = 12


@dataclass(frozen=True, eq=False)
class CorpusNotes:
    """The notes (n,) of `pieces` pieces: piece after piece, track after track, each in order of
    (onset, pitch).

    `onset` and `duration` are quarter notes from the start of the piece; `piece` says which piece a
    note is of, counted from 0, and `track` which track, counted through the whole corpus.
    """

    onset: NDArray[np.float64]
    duration: NDArray[np.float64]
    pitch: NDArray[np.int16]
    velocity: NDArray[np.int16]
    program: NDArray[np.int16]
    piece: NDArray[np.int32]
    track: NDArray[np.int32]
    pieces: int

    @classmethod
    def of(cls, pieces: Sequence[Piece]) -> CorpusNotes:
        """The notes of `pieces`, drums included."""
        tracks = [(i, track) for i, piece in enumerate(pieces) for track in piece.tracks]
        sizes = np.array([len(track) for _, track in tracks], np.int64)

        def joined(name: str, dtype: Any) -> NDArray[Any]:
            parts = [getattr(track, name) for _, track in tracks]
            return np.concatenate([np.zeros(0, dtype), *parts]).astype(dtype, copy=False)

        def repeated(values: Sequence[int] | range, dtype: Any) -> NDArray[Any]:
            return np.repeat(np.array(values, dtype), sizes)

        return cls(
            onset=joined("onset", np.float64),
            duration=joined("duration", np.float64),
            pitch=joined("pitch", np.int16),
            velocity=joined("velocity", np.int16),
            program=repeated([track.program for _, track in tracks], np.int16),
            piece=repeated([i for i, _ in tracks], np.int32),
            track=repeated(range(len(tracks)), np.int32),
            pieces=len(pieces),
        )

    def __len__(self) -> int:
        return len(self.onset)

    @property
    def pitched(self) -> CorpusNotes:
        """The same without drums, whose numbers are keys of the kit and no pitches."""
        return self.where(self.program != DRUMS)

    @property
    def end(self) -> NDArray[np.float64]:
        """Where each note stops, in quarter notes."""
        return self.onset + self.duration

    @property
    def melody(self) -> CorpusNotes:
        """The top line of each track: of notes that start together the highest alone."""
        last = np.ones(len(self), bool)
        last[:-1] = (np.diff(self.track) != 0) | (np.diff(self.onset) != 0)
        return self.where(last)

    def where(self, chosen: NDArray[np.bool_]) -> CorpusNotes:
        """The notes chosen by a mask (n,); the pieces keep their numbers."""
        columns = {f.name: getattr(self, f.name)[chosen] for f in fields(self)[:-1]}
        return CorpusNotes(**columns, pieces=self.pieces)

    def steps(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
        """From each note to the next of its track: both pitches, and the piece, each (steps,)."""
        same = np.flatnonzero(np.diff(self.track) == 0)
        pitch = self.pitch.astype(np.int64)
        return pitch[same], pitch[same + 1], self.piece[same]

    def pitch_classes(self) -> NDArray[np.float64]:
        """How long each pitch class sounds in each piece: quarter notes (pieces, 12)."""
        place = self.piece.astype(np.int64) * _PITCH_CLASSES + self.pitch % _PITCH_CLASSES
        size = self.pieces * _PITCH_CLASSES
        quarters = np.bincount(place, self.duration, size).astype(np.float64)  # int of no notes
        return quarters.reshape(self.pieces, _PITCH_CLASSES)


def tally(
    values: NDArray[np.int64],
    piece: NDArray[np.int32],
    words: Callable[[int], str],
    every: range | None = None,
) -> tuple[Count, ...]:
    """How often each value (n,) occurs, ascending, and in how many pieces (n,).

    Values of `every` are there even if they occur 0 times, others always.
    """
    seen, at, times = np.unique(values, return_inverse=True, return_counts=True)
    pairs = np.unique(at.astype(np.int64) * (1 + int(piece.max(initial=0))) + piece)
    in_pieces = np.bincount(pairs // (1 + int(piece.max(initial=0))), minlength=len(seen))
    found = {
        int(value): Count(words(int(value)), int(n), int(k))
        for value, n, k in zip(seen, times, in_pieces, strict=True)
    }
    nothing = {value: Count(words(value), 0, 0) for value in every or ()}
    return tuple(count for _, count in sorted((nothing | found).items()))
