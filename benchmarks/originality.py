"""The search for copies: a take of 500 notes against 100,000 notes, beside the textbook's table."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.reading import best
from benchmarks.result import Result
from models.originality import NGRAMS
from musiccore.copies import Passages, steps
from musiccore.piece import Piece, Track
from musiccore.starters import STARTERS, load_starter

CORPUS, TAKE = 100_000, 500


def corpus(notes: int = CORPUS) -> list[Piece]:
    """Pieces of the starter sets, set after set, until they have so many notes."""
    pieces = itertools.chain.from_iterable(load_starter(name) for name in STARTERS)
    chosen: list[Piece] = []
    while sum(map(len, chosen)) < notes:
        chosen.append(next(pieces))
    return chosen


def take(pieces: list[Piece], notes: int = TAKE) -> Piece:
    """Music like the corpus: passages of 3 to 30 notes of it, strung together."""
    rng = np.random.default_rng(0)
    played: list[tuple[float, float, int, int]] = []
    now = 0.0
    while len(played) < notes:
        source = pieces[int(rng.integers(len(pieces)))].notes()
        length = int(rng.integers(3, 31))
        at = int(rng.integers(max(1, len(source.onset) - length)))
        passage = slice(at, at + length)
        higher = int(rng.integers(-4, 5))
        played += [
            (now + float(onset - source.onset[at]), float(duration), int(pitch) + higher, 80)
            for onset, duration, pitch in zip(
                source.onset[passage], source.duration[passage], source.pitch[passage], strict=True
            )
        ]
        now = played[-1][0] + 1
    return replace(pieces[0], tracks=(Track.of(played[:notes]),))


def by_table(theirs: NDArray[np.int64], ours: NDArray[np.int64]) -> int:
    """Notes of the longest common passage by dynamic programming (D. Gusfield: Algorithms on
    Strings, Trees and Sequences, 1997), a row of the table at a time."""
    best = 0
    row = np.zeros(len(theirs) + 1, np.int32)
    for step in ours.tolist():
        row[1:] = np.where(theirs == step, row[:-1] + 1, 0)
        best = max(best, int(row.max()))
    return best + 1 if best else 0


def measure() -> list[Result]:
    pieces = corpus()
    made = take(pieces)
    start = time.perf_counter()
    known = Passages(pieces)
    ready = time.perf_counter() - start
    notes = sum(map(len, pieces))

    parts = [np.append(steps(piece), -1 - i) for i, piece in enumerate(pieces)]
    theirs, ours = np.concatenate(parts), steps(made)
    found, tabled = known.longest(made).notes, by_table(theirs, ours)
    if found != tabled:
        raise AssertionError(f"Gruve found a copy of {found} notes, the table one of {tabled}")
    search = best(lambda: known.longest(made), repeats=9)
    table = best(lambda: by_table(theirs, ours), repeats=3)
    everything = best(lambda: [known.share(made, n) for n in NGRAMS], repeats=9)
    return [
        Result(
            f"longest copy of a take of {len(made)} notes in {notes:,} notes (the same found)",
            f"{search * 1000:.0f} ms (made ready once in {ready:.2f} s; shares of n-grams "
            f"{everything * 1000:.0f} ms more)",
            f"dynamic programming in NumPy {table * 1000:,.0f} ms",
            f"{table / search:,.0f} ×",
            "–",
        )
    ]
