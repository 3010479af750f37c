"""Passages that stand in other music already, whenever they start there and however high.

A passage is notes in a row, in order of onset and pitch. It is the same passage where the steps
from note to note are the same: in time, on a grid of a twelfth of a quarter note, and in pitch.
How long and how loud the notes are is not looked at, nor which instrument plays them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from musiccore.piece import Piece

GRID = 12
"""Steps in time to the quarter note."""

_PITCHES = 256  # more than there are steps between two MIDI pitches, up and down
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that it can be divided by
_USUAL = 8  # steps that music of one kind nearly always shares; all shorter ones stand everywhere
_BITS = 18  # of a hash: a table of them lies in the cache of a processor
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))


class Copy(NamedTuple):
    """The longest passage that two pieces share: `notes` in a row, from note `start` on in one, and
    from note `at` on in piece `piece` of a corpus, where it stands `semitones` lower."""

    notes: int
    start: int
    piece: int
    at: int
    semitones: int


NO_COPY = Copy(0, 0, 0, 0, 0)


def steps(piece: Piece) -> NDArray[np.int64]:
    """Every step (n - 1,) from a note to the next, in time and pitch, as one number each."""
    notes = piece.notes()
    onset = np.round(notes.onset * GRID).astype(np.int64)
    # Rounded onsets may tie where exact ones do not: the order is that of the rounded ones.
    order = np.lexsort((notes.pitch, onset))
    onset, pitch = onset[order], notes.pitch[order].astype(np.int64)
    return (onset[1:] - onset[:-1]) * _PITCHES + pitch[1:] - pitch[:-1] + _PITCHES // 2


class Passages:
    """The passages of a corpus, to be looked up.

    Windows of steps are compared by a polynomial hash modulo 2^64 (Karp and Rabin 1987), and a
    passage that is found is compared step by step. What is kept is a sum for each note; a look-up
    passes over the corpus once for each length that it tries, which takes a millisecond for 100,000
    notes: most windows are ruled out by some bits of their hash.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pitch = [_ordered_pitch(piece) for piece in pieces]
        found = [steps(piece) for piece in pieces]
        # A mark of its own after each piece: no passage reaches from one into the next.
        parts = [np.append(own, -1 - i) for i, own in enumerate(found)]
        self._steps = np.concatenate(parts) if parts else np.zeros(0, np.int64)
        self._starts = np.cumsum([0, *(len(part) for part in parts)])
        self._hashes = _Hashes(self._steps)

    def longest(self, piece: Piece) -> Copy:
        """The longest passage of a piece that the corpus has, the first of several."""
        own = steps(piece)
        hashes = _Hashes(own)
        low, high, best = 0, len(own), NO_COPY
        length = min(_USUAL, high)
        while low < high:
            copy = self._shared(piece, own, hashes, length)
            if copy is None:
                high = length - 1
            else:
                low, best = length, copy
            # Most copies are short: doubled until it is too long, then halved in between.
            doubled = copy is not None and 2 * length <= high
            length = 2 * length if doubled else (low + high + 1) // 2
        return best

    def share(self, piece: Piece, notes: int) -> float:
        """The share of a piece's passages of so many notes that the corpus has; 0 of none is 0."""
        sought = _Hashes(steps(piece)).windows(notes - 1)
        if not len(sought):
            return 0.0
        corpus = self._hashes.windows(notes - 1)
        return float(np.isin(sought, corpus[_places_of(corpus, sought)]).mean())

    def _shared(
        self, piece: Piece, own: NDArray[np.int64], hashes: _Hashes, length: int
    ) -> Copy | None:
        """The first passage of `length` steps that both have."""
        sought, corpus = hashes.windows(length), self._hashes.windows(length)
        places = _places_of(corpus, sought)
        there = corpus[places]
        for start in np.flatnonzero(np.isin(sought, there)).tolist():
            at = int(places[int((there == sought[start]).argmax())])
            if np.array_equal(own[start : start + length], self._steps[at : at + length]):
                number = int(np.searchsorted(self._starts, at, side="right")) - 1
                at -= int(self._starts[number])
                higher = int(_ordered_pitch(piece)[start]) - int(self._pitch[number][at])
                return Copy(length + 1, start, number, at, higher)
        return None


def passage(piece: Piece, start: int, notes: int) -> tuple[float, float]:
    """When notes `start` up to `start + notes` of a piece sound: (from, to) in quarter notes."""
    music = piece.notes()
    order = _order(piece)[start : start + notes]
    return float(music.onset[order].min()), float((music.onset + music.duration)[order].max())


def _order(piece: Piece) -> NDArray[np.intp]:
    notes = piece.notes()
    return np.lexsort((notes.pitch, np.round(notes.onset * GRID).astype(np.int64)))


def _ordered_pitch(piece: Piece) -> NDArray[np.int16]:
    return piece.notes().pitch[_order(piece)]


class _Hashes:
    """The hashes of all windows of some numbers."""

    def __init__(self, numbers: NDArray[np.int64]) -> None:
        count = len(numbers)
        with np.errstate(over="ignore"):
            powers = np.cumprod(np.full(count, _BASE))
            sums = np.cumsum(_mixed(numbers) * powers)
            self._inverse = np.cumprod(np.full(count, _INVERSE))
        self._sums = np.concatenate(([np.uint64(0)], sums)).astype(np.uint64)

    def windows(self, length: int) -> NDArray[np.uint64]:
        """A hash (n - length + 1,) of every window of so many numbers."""
        count = len(self._sums) - length
        if count < 1 or length < 1:
            return np.zeros(0, np.uint64)
        with np.errstate(over="ignore"):
            sums: NDArray[np.uint64] = self._sums[length:] - self._sums[:-length]
            # Every window as if it stood at the beginning, so that its place does not count.
            return np.multiply(sums, self._inverse[:count], dtype=np.uint64)


def _places_of(hashes: NDArray[np.uint64], sought: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Where among the hashes one of those sought stands, ascending."""
    likely = np.zeros(1 << _BITS, bool)
    likely[sought >> np.uint64(64 - _BITS)] = True
    places = np.flatnonzero(likely[hashes >> np.uint64(64 - _BITS)])
    return places[np.isin(hashes[places], sought)]


def _mixed(numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Numbers whose bits say nothing about each other (SplitMix64, Steele and others 2014)."""
    with np.errstate(over="ignore"):
        mixed = numbers.astype(np.uint64) + _BASE
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))
