"""Onsets and lengths put on a grid that can be written, and how far that moved them.

Music whose notes lie on the grid stays as it is. A performance is put on sixteenths or, where they
fit better, on triplets of eighths, one choice a beat and track, as in music21's usual
`quarterLengthDivisors` (4, 3), but for a beat as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from musiccore.notation.bars import TICKS, Bars, cell_of
from musiccore.piece import Piece, Track

_TOLERANCE = 0.3  # ticks, 1/160 of a quarter: what rounding to a file's own ticks may leave
_ON_GRID = 0.95  # of the onsets: music with a few ornaments off the grid is no performance
_FINE = (3, 4)  # 64ths; triplets of 32nds
_STRAIGHT, _TRIPLET = 12, 16
_TRIPLET_MUST_BE = 0.4  # of the squared error of straight ones, to be worth a bracket
_CLOSE = 12  # ticks: a shorter gap or overlap is how somebody plays, not what is meant
_TOGETHER = 24
_LONG = 36


class Moved(NamedTuple):
    """What quantization did: notes whose onset moved, by how much, and lengths that changed.

    `mean` and `most` are quarter notes, over the notes that moved.
    """

    notes: int = 0
    of: int = 0
    mean: float = 0.0
    most: float = 0.0
    lengths: int = 0


class Placed(NamedTuple):
    """One track on the grid: ticks and MIDI pitches (n,), in order of (start, pitch)."""

    track: Track
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    pitch: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Gridded:
    """A piece on the grid, track by track, those without notes left out.

    `played` says that it is a performance: its lengths are what was played, and `meant` is to find
    what they mean.
    """

    tracks: tuple[Placed, ...]
    moved: Moved
    played: bool


def gridded(piece: Piece, bars: Bars) -> Gridded:
    """The piece's notes in ticks, on the grid of each beat."""
    tracks = [track for track in piece.tracks if len(track)]
    melodic = [track for track in tracks if not track.is_drums]
    free = not _mostly([track.onset for track in tracks])
    played = free or not _mostly([track.onset + track.duration for track in melodic])
    placed = tuple(_placed(track, bars, free, played) for track in tracks)
    return Gridded(placed, _moved(placed), played)


def _mostly(onsets: list[NDArray[np.float64]]) -> bool:
    if not onsets:
        return True
    ticks = np.concatenate(onsets) * TICKS
    off = np.minimum(*(np.abs(ticks - _snap(ticks, step)) for step in _FINE))
    return bool(np.mean(off <= _TOLERANCE) >= _ON_GRID)


def _snap(ticks: NDArray[np.float64], step: int | NDArray[np.int64]) -> NDArray[np.float64]:
    return np.rint(ticks / step) * step


def _placed(track: Track, bars: Bars, free: bool, played: bool) -> Placed:
    onset = track.onset * TICKS
    cells = _Cells(bars)
    until = onset + track.duration * TICKS
    steps = cells.steps(onset, onset if played else np.concatenate([onset, until]), free)
    start = cells.snapped(onset, steps, free)
    end = cells.snapped(until, steps, played)
    end = np.maximum(end, start + (_STRAIGHT if free else min(_FINE)))
    order = np.lexsort((track.pitch, start))
    kept = Track(
        track.program,
        track.onset[order],
        track.duration[order],
        track.pitch[order],
        track.velocity[order],
        track.name,
    )
    return Placed(kept, start[order], end[order], kept.pitch.astype(np.int64))


class _Cells:
    """What is divided in one way each: from every bar's start, quarter by quarter."""

    def __init__(self, bars: Bars) -> None:
        self._start = bars.start
        self._cell = np.array([cell_of(m) for m in bars.metres])[bars.metre]

    def of(self, ticks: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the cell of each tick begins, and its length."""
        at = np.searchsorted(self._start, ticks + _TOLERANCE, side="right") - 1
        bar = np.clip(at, 0, len(self._cell) - 1)
        cell = self._cell[bar]
        begun = self._start[bar]
        return begun + ((ticks + _TOLERANCE - begun) // cell).astype(np.int64) * cell, cell

    def steps(
        self, onset: NDArray[np.float64], points: NDArray[np.float64], free: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(cells, steps): the division of every cell that has a point in it, in ticks."""
        begun, length = self.of(points)
        known, index = np.unique(begun, return_inverse=True)
        cell = np.zeros(len(known), np.int64)
        cell[index] = length
        place = points - begun
        # An end counts less than an onset: a grid that fits the onsets is the right one.
        weight = np.where(np.arange(len(points)) < len(onset), 4.0, 1.0)
        if free:
            pair = np.minimum(_STRAIGHT, cell // 2), np.where(cell < TICKS, cell // 3, _TRIPLET)
        else:
            pair = np.full(len(known), _FINE[0]), np.full(len(known), _FINE[1])
        straight, triplet = (
            np.bincount(index, weight * (place - _snap(place, step[index])) ** 2, len(known))
            for step in pair
        )
        better = triplet < straight * (_TRIPLET_MUST_BE if free else 1.0) - _TOLERANCE**2
        if free:
            # One note alone cannot show that it belongs to a triplet.
            lowest, highest = np.full(len(known), np.inf), np.zeros(len(known))
            np.minimum.at(lowest, index, place)
            np.maximum.at(highest, index, place)
            better &= (highest - lowest > cell / 5) & (cell == TICKS)
        return known, np.where(better, pair[1], pair[0])

    def snapped(
        self,
        ticks: NDArray[np.float64],
        steps: tuple[NDArray[np.int64], NDArray[np.int64]],
        coarse: bool,
    ) -> NDArray[np.int64]:
        """The ticks on the grid of their cells, a `coarse` one if that is enough."""
        known, step = steps
        begun, length = self.of(ticks)
        at = np.minimum(np.searchsorted(known, begun), len(known) - 1)
        own = np.where(known[at] == begun, step[at], _FINE[0])
        if coarse:
            own = np.where(own == _FINE[0], _STRAIGHT, np.where(own == _FINE[1], 8, own))
        place = _snap(ticks - begun, own)
        return begun + np.minimum(place, length).astype(np.int64)


def meant(start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ends (n,) as they would be written, of notes that one hand played a little short or long.

    Notes struck together end together; a note ends where the next begins if it is nearly there.
    """
    known, index = np.unique(start, return_inverse=True)
    following = np.append(known[1:], np.iinfo(np.int64).max // 2)[index]
    longest = np.zeros(len(known), np.int64)
    np.maximum.at(longest, index, end)
    end = np.where(longest[index] - end <= _TOGETHER, longest[index], end)
    early = (end < following) & (following - end <= _CLOSE)
    late = (end > following) & (end - following <= _TOGETHER)
    # What is neither is a note before a rest: its end needs no more than eighths.
    eighths = np.rint(end / _TOGETHER).astype(np.int64) * _TOGETHER
    coarse = (end - start >= _LONG) & (end % _STRAIGHT == 0) & (eighths < following)
    return np.where(early | late, following, np.where(coarse, eighths, end))


def _moved(placed: tuple[Placed, ...]) -> Moved:
    of = sum(len(p.start) for p in placed)
    if not of:
        return Moved()
    onset = np.concatenate([p.track.onset for p in placed])
    moved = np.abs(np.concatenate([p.start for p in placed]) / TICKS - onset)
    far = moved[moved * TICKS > _TOLERANCE]
    lengths = sum(
        int(np.sum(np.abs((p.end - p.start) / TICKS - p.track.duration) * TICKS > 2 * _TOLERANCE))
        for p in placed
        if not p.track.is_drums
    )
    if not len(far):
        return Moved(0, of, 0.0, 0.0, lengths)
    return Moved(len(far), of, float(far.mean()), float(far.max()), lengths)
