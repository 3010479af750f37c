"""How pitch, rhythm and loudness are spread over a corpus: counts in the order of their values.

Whatever speaks of pitch leaves drums aside. Melody means the top line of each track: of notes that
start together the highest.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from musiccore.corpus_notes import CorpusNotes, tally
from musiccore.encoding.notes import COMMON_TIME, GRID
from musiccore.piece import Metre, Piece
from musiccore.pitch import PITCH_CLASSES, pitch_name
from musiccore.statistics import Count

LONGEST = 16 * GRID
"""Durations from 16 quarter notes on are counted as one, in grid steps."""

_INTERVALS = (
    "unison",
    "minor second",
    "major second",
    "minor third",
    "major third",
    "perfect fourth",
    "tritone",
    "perfect fifth",
    "minor sixth",
    "major sixth",
    "minor seventh",
    "major seventh",
    "octave",
)
_SAME_TIME = 1e-6  # quarter notes: less than a tick of the finest file


class Level(NamedTuple):
    """For how long, in quarter notes, so many notes sound at once, and in how many pieces."""

    sounding: int
    quarters: float
    pieces: int


def pitches(notes: CorpusNotes) -> tuple[Count, ...]:
    """Notes of each pitch from the lowest to the highest, those between that never occur too."""
    pitch = notes.pitched.pitch.astype(np.int64)
    return tally(pitch, notes.pitched.piece, pitch_name, _span(pitch))


def pitch_classes(notes: CorpusNotes) -> tuple[Count, ...]:
    """Notes of each of the twelve pitch classes, from C to B."""
    pitched = notes.pitched
    return tally(
        pitched.pitch.astype(np.int64) % 12, pitched.piece, PITCH_CLASSES.__getitem__, range(12)
    )


def intervals(notes: CorpusNotes) -> tuple[Count, ...]:
    """Steps of the melody in semitones, `-2` a major second down; gaps are filled with 0."""
    before, after, piece = notes.pitched.melody.steps()
    return tally(
        after - before, piece, lambda step: f"{step:+d}" if step else "0", _span(after - before)
    )


def interval_name(semitones: int) -> str:
    """`major second up`, `octave and perfect fifth down`, `unison`."""
    octaves, rest = divmod(abs(semitones), 12)
    if octaves == 0 or semitones in (12, -12):
        name = _INTERVALS[abs(semitones)]
    else:
        many = "octave" if octaves == 1 else f"{octaves} octaves"
        name = f"{many} and {_INTERVALS[rest]}" if rest else many
    return f"{name} {'up' if semitones > 0 else 'down'}" if semitones else name


def durations(notes: CorpusNotes) -> tuple[Count, ...]:
    """Lengths in quarter notes to the nearest twelfth, like `1/2`; drums included.

    The last stands for all of 16 quarter notes and more.
    """
    steps = np.rint(notes.duration * GRID).clip(1, LONGEST).astype(np.int64)
    return tally(steps, notes.piece, _quarters)


def velocities(notes: CorpusNotes) -> tuple[Count, ...]:
    """Notes of each velocity from the softest to the loudest; drums included."""
    velocity = notes.velocity.astype(np.int64)
    return tally(velocity, notes.piece, str, _span(velocity))


def polyphony(notes: CorpusNotes) -> tuple[Level, ...]:
    """How long 0, 1, 2, … notes sound at once between the first onset and the last end."""
    pitched = notes.pitched
    piece = np.concatenate([pitched.piece, pitched.piece])
    time = np.concatenate([pitched.onset, pitched.end])
    change = np.repeat(np.array([1, -1]), len(pitched))
    order = np.lexsort((time, piece))
    piece, time = piece[order], time[order]
    sounding = np.cumsum(change[order])[:-1]  # 0 again at the end of each piece
    lasts = np.diff(time)
    counts = (np.diff(piece) == 0) & (lasts > _SAME_TIME)
    sounding, lasts, piece = sounding[counts], lasts[counts], piece[:-1][counts]
    quarters = np.bincount(sounding, lasts)
    pairs = np.unique(np.stack([sounding, piece]), axis=1)
    in_pieces = np.bincount(pairs[0], minlength=len(quarters))
    return tuple(
        Level(level, float(length), int(n))
        for level, (length, n) in enumerate(zip(quarters, in_pieces, strict=True))
    )


def onsets_in_bar(notes: CorpusNotes, pieces: Sequence[Piece]) -> dict[str, tuple[Count, ...]]:
    """Metre, like `3/4`, the one with most notes first -> notes by their place in the bar.

    Places are quarter notes from the bar line, to the nearest twelfth; drums are included.
    """
    metre, place = _places(notes, pieces)
    found: list[tuple[int, str, tuple[Count, ...]]] = []
    for beats, unit in {
        (m.beats, m.unit) for piece in pieces for m in piece.metres or (COMMON_TIME,)
    }:
        chosen = (metre == (beats, unit)).all(axis=1)
        if chosen.any():
            counts = tally(place[chosen], notes.piece[chosen], _quarters)
            found.append((int(chosen.sum()), f"{beats}/{unit}", counts))
    return {name: counts for _, name, counts in sorted(found, key=lambda f: (-f[0], f[1]))}


def transitions(notes: CorpusNotes) -> NDArray[np.int64]:
    """Steps of the melody from pitch class to pitch class: times (12 from, 12 to)."""
    before, after, _ = notes.pitched.melody.steps()
    return np.bincount(before % 12 * 12 + after % 12, minlength=144).reshape(12, 12)


def _places(
    notes: CorpusNotes, pieces: Sequence[Piece]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The metre (n, 2) that holds for each note, and its place in the bar (n,) in grid steps."""
    metre = np.zeros((len(notes), 2), np.int64)
    place = np.zeros(len(notes), np.int64)
    edges = np.searchsorted(notes.piece, np.arange(len(pieces) + 1))
    for piece, begin, end in zip(pieces, edges[:-1], edges[1:], strict=True):
        metres = piece.metres or (COMMON_TIME,)
        starts = np.array([m.onset for m in metres])
        which = (np.searchsorted(starts, notes.onset[begin:end], side="right") - 1).clip(0)
        bars = np.array([_bar(m) for m in metres])[which]
        since = np.rint((notes.onset[begin:end] - starts[which]) * GRID).astype(np.int64)
        place[begin:end] = since % bars
        metre[begin:end] = np.array([(m.beats, m.unit) for m in metres])[which]
    return metre, place


def _bar(metre: Metre) -> int:
    """Grid steps in a bar."""
    return max(1, round(metre.bar * GRID))


def _quarters(steps: int) -> str:
    return "16 or more" if steps == LONGEST else str(Fraction(steps, GRID))


def _span(values: NDArray[np.int64]) -> range:
    return range(int(values.min()), int(values.max()) + 1) if len(values) else range(0)
