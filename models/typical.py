"""Where a take lies among the music that its run was made from: what is typical there.

Every number depends on how long the music is that it is taken from. So take and corpus are cut into
excerpts of the same number of bars, and both have the mean of their excerpts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.store import Run, Store
from musiccore.encoding.notes import COMMON_TIME, NotesEncoding
from musiccore.metrics import HISTOGRAMS, METRICS, PITCH_ALONE, Excerpts, by_piece
from musiccore.metrics.overlap import Overlap, between, overlap, within
from musiccore.piece import Piece

FEWEST = 20
"""Pieces below which a corpus cannot say what its outermost twentieth is."""

MOST_PIECES, MOST_NOTES = 400, 400_000
"""What of a large corpus is looked at: a choice by chance of so many pieces and notes."""

BARS = (1, 2, 4, 8, 16, 32)
"""How long excerpts may be."""

EDGE = 5.0
"""Percent at each end of the corpus's pieces that are not called typical."""

_DISTANT = 150  # pieces of which all pairs are measured
_LEFT_OUT = 24  # pieces that are held against the others in turn
_SEED = 0

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reference:
    """A corpus in numbers. `values` is metric -> one number a piece, `shares` histogram -> one row
    a piece, `distances` either's name -> those of all pairs of pieces. `usual_overlap` says, metric
    by metric, the least, the middle and the largest overlap of nine in ten pieces of the corpus,
    each with the others. `usual_typical` is the share of measures in which a piece is typical, for
    every piece, ascending.
    """

    bars: int
    bar: float
    values: dict[str, Values]
    shares: dict[str, Values]
    distances: dict[str, Values]
    usual_overlap: dict[str, tuple[float, float, float]]
    usual_typical: Values
    pieces: int

    @property
    def says(self) -> bool:
        """Whether there are pieces enough to say what is typical."""
        return self.pieces >= FEWEST


class Standing(NamedTuple):
    """Where a take stands in one measure.

    `value` is the take's, `low`, `middle` and `high` the corpus's: 90% of its pieces lie between
    `low` and `high`. `percentile` is the share of pieces with a lower value, those with the same
    counted half. Of a histogram it is the distance from the corpus's mean that is compared, and
    `low` is 0: nothing is too near the middle. `overlap` is that of Yang and
    Lerch (2020), None where all pieces have the same.
    """

    value: float
    percentile: float
    low: float
    middle: float
    high: float
    overlap: Overlap | None

    @property
    def typical(self) -> bool:
        near = 1e-9 * max(1.0, abs(self.value))  # rounding must not tell equal numbers apart
        return self.low - near <= self.value <= self.high + near


def material(store: Store, run: Run) -> Excerpts:
    """The pieces of a run's corpus as the network knows them, at most `MOST_PIECES`, each whole.
    Raises `StoreError`."""
    encoded = store.corpus(run.id).pieces
    order = np.random.default_rng(_SEED).permutation(len(encoded))[:MOST_PIECES]
    chosen: list[Piece] = []
    notes = 0
    for i in order.tolist():
        notes += len(encoded[i].rows)
        if chosen and notes > MOST_NOTES:
            break
        chosen.append(run.encoding.decode(encoded[i].rows))
    return Excerpts.of(chosen, bar_of_run(run))


def bar_of_run(run: Run) -> float:
    """The length of a bar in quarter notes."""
    encoding = run.encoding
    return encoding.metre.bar if isinstance(encoding, NotesEncoding) else COMMON_TIME.bar


def bars_for(music: Excerpts, take: Excerpts) -> int | None:
    """So many bars an excerpt should have: as many as the take has and half of the pieces have;
    None where the take, or every piece, is shorter than one."""
    if not len(music) or not len(take) or music.length.max() < music.bar:
        return None
    room = min(int(take.length.max()), max(int(np.median(music.length)), music.bar))
    return max((bars for bars in BARS if bars * music.bar <= room), default=None)


def reference(music: Excerpts, bars: int, rhythm: bool = True) -> Reference:
    """What is typical of the music in excerpts of so many bars; without `rhythm`, as for the book's
    encoding that keeps none, in pitch alone."""
    cut = music.cut(bars)
    there = np.isin(np.arange(cut.pieces), cut.piece)
    values, shares = (
        {name: found[there] for name, found in measures.items()}
        for measures in _measured(cut, rhythm)
    )
    rows = {**{name: column[:, None] for name, column in values.items()}, **shares}
    distances, usual = {}, {}
    for name, table in rows.items():
        known = table[~np.isnan(table).any(axis=1)][:_DISTANT]
        distances[name] = within(known)
        found = [
            overlap(distances[name], between(known[[i]], np.delete(known, i, axis=0)))
            for i in range(min(len(known), _LEFT_OUT))
        ]
        areas = [each.area for each in found if each is not None]
        if areas:
            low, middle, high = np.percentile(areas, [EDGE, 50, 100 - EDGE]).tolist()
            usual[name] = (low, middle, high)
    return Reference(
        bars,
        music.bar / 12,
        values,
        shares,
        distances,
        usual,
        _usual_typical(values, shares),
        int(there.sum()),
    )


def standings(known: Reference, take: Excerpts) -> dict[str, Standing]:
    """Where a take stands, measure by measure; those left out that it or the corpus has not.

    A histogram is one number by how far it is from the corpus's mean (the Euclidean distance).
    """
    numbers, tables = (
        {n: v[0] for n, v in m.items()} for m in _measured(take.cut(known.bars), True)
    )
    found = {}
    for name, column in known.values.items():
        own = column[~np.isnan(column)]
        if len(own) and not np.isnan(numbers[name]):
            low, middle, high = np.percentile(own, [EDGE, 50, 100 - EDGE]).tolist()
            apart = between(np.array([[numbers[name]]]), own[:_DISTANT, None])
            found[name] = Standing(
                float(numbers[name]),
                _percentile(own, numbers[name]),
                low,
                middle,
                high,
                overlap(known.distances[name], apart),
            )
    for name, table in known.shares.items():
        rows = table[~np.isnan(table).any(axis=1)]
        if len(rows) and not np.isnan(tables[name]).any():
            own = np.linalg.norm(rows - rows.mean(axis=0), axis=1)
            far = float(np.linalg.norm(tables[name] - rows.mean(axis=0)))
            apart = between(tables[name][None], rows[:_DISTANT])
            found[name] = Standing(
                far,
                _percentile(own, far),
                0.0,
                float(np.median(own)),
                float(np.percentile(own, 100 - EDGE)),
                overlap(known.distances[name], apart),
            )
    return found


def shares_of(name: str, known: Reference, take: Excerpts) -> Values:
    """A take's histogram (values,), the mean of its excerpts."""
    cut = take.cut(known.bars)
    shares: Values = by_piece(cut, HISTOGRAMS[name](cut))[0]
    return shares


def typical_share(found: Mapping[str, Standing]) -> tuple[int, int]:
    """(measures in which a take is typical, measures)."""
    return sum(standing.typical for standing in found.values()), len(found)


def as_excerpts(run: Run, take: Piece) -> Excerpts:
    """A take to be measured beside its run's corpus."""
    return Excerpts.of([take], bar_of_run(run))


def is_distance(name: str) -> bool:
    """Whether a measure is a histogram's distance, of which less is never unusual."""
    return name in HISTOGRAMS


def _measured(cut: Excerpts, rhythm: bool) -> tuple[dict[str, Values], dict[str, Values]]:
    """Metrics (pieces,) and histograms (pieces, values) by name."""
    values, shares = (
        {
            name: by_piece(cut, measure(cut))
            for name, measure in table.items()
            if rhythm or name in PITCH_ALONE
        }
        for table in (METRICS, HISTOGRAMS)
    )
    return values, shares


def _percentile(own: Values, value: float) -> float:
    """Percent of the corpus's values that are lower; those that are the same count half."""
    return 100 * float((own < value).mean() + (own == value).mean() / 2)


def _usual_typical(values: dict[str, Values], shares: dict[str, Values]) -> Values:
    """The share of measures in which each piece is typical, ascending."""
    columns = [(column, EDGE) for column in values.values()]
    columns += [
        (np.linalg.norm(table - np.nanmean(table, axis=0), axis=1), 0.0)
        for table in shares.values()
        if not np.isnan(table).all()
    ]
    inside, there = [], []
    for column, edge in columns:
        known = ~np.isnan(column)
        if known.any():
            low, high = np.percentile(column[known], [edge, 100 - EDGE])
            inside.append(known & (column >= low) & (column <= high))
            there.append(known)
    if not there:
        return np.zeros(0)
    return np.sort(np.sum(inside, axis=0) / np.maximum(np.sum(there, axis=0), 1))
