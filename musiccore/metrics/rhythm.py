"""What a piece does in time, in one number an excerpt: how busy, how even, how repetitive.

Definitions that are named MusPy's are those of Dong and others, ISMIR 2020. Each function takes
`Excerpts` and returns float64 (excerpts,), NaN where there is nothing to measure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding.notes import GRID
from musiccore.metrics.excerpts import Excerpts, Ints, ratio

Values = NDArray[np.float64]

PHRASE = 4
"""Notes of the phrases that may come back."""

_PRIME = np.uint64(0x9E3779B97F4A7C15)


def empty_beat_rate(excerpts: Excerpts) -> Values:
    """MusPy's empty beat rate: the share of beats (quarter notes) in which no note sounds."""
    return _empty(excerpts, GRID)


def empty_measure_rate(excerpts: Excerpts) -> Values:
    """MusPy's empty measure rate: the share of bars in which no note sounds."""
    return _empty(excerpts, excerpts.bar)


def groove_consistency(excerpts: Excerpts) -> Values:
    """MusPy's groove consistency (Wu and Yang 2020): 1 minus the mean Hamming distance of the onset
    vectors of neighbouring bars, over the steps of a bar. NaN of a single bar."""
    bars = -(-excerpts.length // excerpts.bar)
    onset, excerpt, span = _onsets(excerpts)
    bar = onset // excerpts.bar
    # The distance of two sets: what both have together, less twice what they share.
    both = _have(onset + excerpt * span, onset + excerpts.bar + excerpt * span)
    edge = (bar == 0).astype(np.int64) + (bar == bars[excerpt] - 1)
    apart = (
        2 * np.bincount(excerpt, minlength=len(excerpts))
        - np.bincount(excerpt, edge, len(excerpts))
        - 2 * np.bincount(excerpt[both], minlength=len(excerpts))
    )
    return 1 - ratio(apart, np.maximum(bars - 1, 0) * excerpts.bar)


def drum_in_pattern_rate(excerpts: Excerpts, parts: int) -> Values:
    """MusPy's drum-in-pattern rate: the share of drum notes on one of the `parts` of a beat, 4 for
    a duple metre and 3 for a triple one."""
    drums = excerpts.where(excerpts.drum)
    on = drums.onset % (GRID // parts) == 0
    return ratio(drums.count(drums.excerpt[on]), drums.count())


def drum_pattern_consistency(excerpts: Excerpts) -> Values:
    """MusPy's drum pattern consistency: the larger of the two drum-in-pattern rates."""
    return np.maximum(drum_in_pattern_rate(excerpts, 4), drum_in_pattern_rate(excerpts, 3))


def density(excerpts: Excerpts) -> Values:
    """Notes a quarter note."""
    return ratio(GRID * excerpts.count(), excerpts.length)


def onset_interval(excerpts: Excerpts) -> Values:
    """The mean time from one onset to the next in quarter notes (Yang and Lerch's average
    inter-onset interval); notes that start together are one onset."""
    onset, excerpt, _ = _onsets(excerpts)
    same = np.flatnonzero(np.diff(excerpt) == 0)
    waits = onset[same + 1] - onset[same]
    total = np.bincount(excerpt[same], waits, len(excerpts))
    return ratio(total, GRID * excerpts.count(excerpt[same]))


def mean_duration(excerpts: Excerpts) -> Values:
    """The mean length of a note in quarter notes, drums aside."""
    notes = excerpts.pitched
    total = np.bincount(notes.excerpt, notes.end - notes.onset, len(notes))
    return ratio(total, GRID * notes.count())


def bars_repeated(excerpts: Excerpts) -> Values:
    """The share of bars whose onsets and pitches an earlier bar of the excerpt has, all of them and
    no others. Bars in which no note starts do not count."""
    if not len(excerpts.onset):
        return np.full(len(excerpts), np.nan)
    bar = excerpts.onset // excerpts.bar
    span = int(bar.max()) + 1
    place = (excerpts.onset % excerpts.bar) * 256 + excerpts.drum * 128 + excerpts.pitch
    # The same note twice is one: two instruments in unison sound like one.
    notes = np.unique(np.stack([excerpts.keyed(bar, span), place]), axis=1)
    starts = np.flatnonzero(np.diff(notes[0], prepend=-1))
    marks = np.add.reduceat(_mixed(notes[1]), starts)
    return _seen_before(marks, notes[0][starts] // span, len(excerpts))


def phrases_repeated(excerpts: Excerpts) -> Values:
    """The share of `PHRASE` notes in a row of the top line whose steps in time and pitch the line
    has had before, at whatever height."""
    line = excerpts.melody
    steps = _mixed(np.diff(line.onset) * 256 + np.diff(line.pitch) + 128)
    windows = len(line.onset) - PHRASE + 1
    if windows < 1:
        return np.full(len(excerpts), np.nan)
    with np.errstate(over="ignore"):
        marks = np.zeros(windows, np.uint64)
        for i in range(PHRASE - 1):
            marks = marks * _PRIME + steps[i : i + windows]
    inside = line.excerpt[:windows] == line.excerpt[PHRASE - 1 :]
    return _seen_before(marks[inside], line.excerpt[:windows][inside], len(excerpts))


def _seen_before(marks: NDArray[np.uint64], excerpt: Ints, size: int) -> Values:
    """The share of marks (n,) that the same excerpt (n,) has had before."""
    order = np.lexsort((marks, excerpt))
    marks, excerpt = marks[order], excerpt[order]
    again = np.append(False, (np.diff(excerpt) == 0) & (marks[1:] == marks[:-1]))[: len(marks)]
    times = np.bincount(excerpt, minlength=size)
    return ratio(np.bincount(excerpt[again], minlength=size), times)


def _empty(excerpts: Excerpts, unit: int) -> Values:
    """The share of stretches of `unit` steps in which no note sounds."""
    first = excerpts.onset // unit
    count = (excerpts.end - 1) // unit - first + 1
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    span = int(excerpts.length.max(initial=0)) // unit + 2
    filled = np.unique(np.repeat(excerpts.keyed(first, span), count) + nth) // span
    stretches = -(-excerpts.length // unit)
    return 1 - ratio(excerpts.count(filled), stretches)


def _onsets(excerpts: Excerpts) -> tuple[Ints, Ints, int]:
    """The different onsets of all notes, ascending: (onsets,), which excerpt each is of, and more
    steps than an excerpt and a bar have."""
    span = int(excerpts.length.max(initial=0)) + excerpts.bar + 1
    keys = np.unique(excerpts.keyed(excerpts.onset, span))
    return keys % span, keys // span, span


def _have(keys: Ints, sought: Ints) -> NDArray[np.bool_]:
    """Which of `sought` are among the ascending `keys`."""
    if not len(keys):
        return np.zeros(len(sought), bool)
    at = np.minimum(np.searchsorted(keys, sought), len(keys) - 1)
    return keys[at] == sought


def _mixed(numbers: Ints) -> NDArray[np.uint64]:
    """Numbers whose sums say which numbers they are of (SplitMix64, Steele and others 2014)."""
    with np.errstate(over="ignore"):
        mixed = numbers.astype(np.uint64) + _PRIME
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))
