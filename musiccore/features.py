"""What each piece of a corpus is like, in numbers: one row a piece, one column a statistic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musiccore.corpus_notes import CorpusNotes
from musiccore.encoding.notes import COMMON_TIME
from musiccore.keys import FoundKey, correlations, find_keys
from musiccore.piece import Piece

Column = NDArray[np.float64]
_SAME_TIME = 1e-6


@dataclass(frozen=True, eq=False)
class PieceTable:
    """One row a piece, in the order of the corpus; arrays are (pieces,).

    `tempo` is quarter notes a minute on average, `metre` the one of most of the piece, like `3/4`.
    `keys` holds None where there is nothing to tell a key by. `described` is statistic -> column:
    what a map of the corpus is made from.
    """

    notes: NDArray[np.int64]
    quarters: Column
    seconds: Column
    tempo: Column
    metre: tuple[str, ...]
    keys: tuple[FoundKey | None, ...]
    polyphony: Column
    described: dict[str, Column]

    def __len__(self) -> int:
        return len(self.notes)


def piece_table(pieces: Sequence[Piece], notes: CorpusNotes) -> PieceTable:
    """The statistics of `pieces` by their `notes`, of all instruments or of some."""
    seconds = np.array([piece.seconds for piece in pieces])
    quarters = np.array([piece.length for piece in pieces])
    # Less than a note of a file that ends where it begins: no division by zero.
    tempo = 60 * quarters / np.maximum(seconds, _SAME_TIME)
    pitched = notes.pitched
    sounding = pitched.pitch_classes()
    polyphony = _mean_polyphony(pitched)
    return PieceTable(
        notes=np.bincount(notes.piece, minlength=len(pieces)),
        quarters=quarters,
        seconds=seconds,
        tempo=tempo,
        metre=tuple(map(_main_metre, pieces)),
        keys=find_keys(sounding),
        polyphony=polyphony,
        described={
            "number of notes": np.log1p(np.bincount(notes.piece, minlength=len(pieces))),
            "length": np.log1p(quarters),
            "tempo": tempo,
            "mean polyphony": polyphony,
            **_pitch_columns(pitched, sounding),
            **_melody_columns(pitched.melody),
            **_rhythm_columns(notes),
        },
    )


def _pitch_columns(pitched: CorpusNotes, sounding: NDArray[np.float64]) -> dict[str, Column]:
    pitch = pitched.pitch.astype(np.float64)
    mean = _mean(pitch, pitched)
    share = sounding / np.maximum(sounding.sum(axis=1, keepdims=True), _SAME_TIME)
    entropy = -(share * np.log2(np.where(share > 0, share, 1))).sum(axis=1)
    fits = correlations(sounding)
    # The keys of `correlations` come in pairs: minor, then major, of the same tonic.
    minor, major = fits[:, ::2].max(axis=1), fits[:, 1::2].max(axis=1)
    return {
        "mean pitch": mean,
        "spread of pitch": np.sqrt(_mean((pitch - mean[pitched.piece]) ** 2, pitched)),
        "variety of pitch classes": entropy,
        "clearness of the key": fits.max(axis=1),
        "likeness to minor": minor - major,
    }


def _melody_columns(melody: CorpusNotes) -> dict[str, Column]:
    before, after, piece = melody.steps()
    size = np.abs(after - before)
    steps = np.maximum(np.bincount(piece, minlength=melody.pieces), 1)

    def share(chosen: NDArray[np.bool_]) -> Column:
        return np.bincount(piece[chosen], minlength=melody.pieces) / steps

    return {
        "share of repeated notes": share(size == 0),
        "share of steps up to two semitones": share((size > 0) & (size < 3)),
        "share of leaps over a fifth": share(size > 7),
    }


def _rhythm_columns(notes: CorpusNotes) -> dict[str, Column]:
    length = np.log2(np.maximum(notes.duration, _SAME_TIME))
    mean = _mean(length, notes)
    off_beat = np.abs(notes.onset - np.rint(notes.onset)) > 1 / 24  # half a step of the grid
    return {
        "mean note length": mean,
        "variety of note lengths": np.sqrt(_mean((length - mean[notes.piece]) ** 2, notes)),
        "share of notes off the beat": _mean(off_beat.astype(np.float64), notes),
        "mean velocity": _mean(notes.velocity.astype(np.float64), notes),
    }


def _mean(values: Column, notes: CorpusNotes) -> Column:
    """The mean of values (n,) over the notes of each piece, 0 where it has none."""
    total = np.bincount(notes.piece, values, notes.pieces)
    return total / np.maximum(np.bincount(notes.piece, minlength=notes.pieces), 1)


def _mean_polyphony(notes: CorpusNotes) -> Column:
    """How many notes sound at once on average, from the first onset to the last end."""
    first = np.full(notes.pieces, np.inf)
    last = np.full(notes.pieces, -np.inf)
    np.minimum.at(first, notes.piece, notes.onset)
    np.maximum.at(last, notes.piece, notes.end)
    span = np.where(np.isfinite(first), last - first, 1)
    return np.bincount(notes.piece, notes.duration, notes.pieces) / np.maximum(span, _SAME_TIME)


def _main_metre(piece: Piece) -> str:
    """The metre in which most of the piece is written."""
    metres = piece.metres or (COMMON_TIME,)
    if len(metres) == 1:
        return f"{metres[0].beats}/{metres[0].unit}"
    lasts: Counter[str] = Counter()
    ends = [metre.onset for metre in metres[1:]] + [max(piece.length, metres[-1].onset)]
    for metre, end in zip(metres, ends, strict=True):
        lasts[f"{metre.beats}/{metre.unit}"] += end - metre.onset  # type: ignore[assignment]
    return max(lasts, key=lambda name: lasts[name])
