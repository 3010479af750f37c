"""How a piece divides its notes or its time, as shares that add up to 1: one row an excerpt.

Each function takes `Excerpts` and returns float64 (excerpts, values), NaN where there is nothing to
divide.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding.notes import GRID
from musiccore.keys import find_keys
from musiccore.metrics.excerpts import Excerpts, ratio
from musiccore.metrics.pitch import melody_steps, sounding

Shares = NDArray[np.float64]

DEGREES = ("tonic", "♭2", "2", "♭3", "3", "4", "♯4", "5", "♭6", "6", "♭7", "7")
"""Pitch classes above the tonic of the key that was found."""

LENGTHS = (1, 2, 3, 4, 6, 8, 9, 12, 18, 24, 36, 48)
"""Durations that are told apart, in twelfths of a quarter note; others are the nearest."""

WIDEST = 12
"""Intervals from an octave on are counted as one."""

MOST_VOICES = 8
"""So many pitches at once and more are counted as one."""

PLACE = 3
"""Steps of a place in the bar: a sixteenth note."""

MOST_PLACES = 32
"""Places in the bar; longer bars wrap round."""


def degrees(excerpts: Excerpts) -> Shares:
    """Notes of each pitch class above the tonic (12). A take stands in one key and a corpus in
    many: only above the tonic can the two be laid over each other."""
    notes = excerpts.pitched
    lasting = notes.table(notes.pitch % 12, 12, notes.end - notes.onset)
    tonics = np.array([key.tonic if key else 0 for key in find_keys(lasting)], np.int64)
    turned = (np.arange(12) + tonics.reshape(-1, 1)) % 12
    return _shares(np.take_along_axis(notes.table(notes.pitch % 12, 12), turned, axis=1))


def durations(excerpts: Excerpts) -> Shares:
    """Notes of each of `LENGTHS`, drums aside."""
    notes = excerpts.pitched
    lengths = np.array(LENGTHS)
    between = (lengths[1:] + lengths[:-1]) / 2
    return _shares(notes.table(np.searchsorted(between, notes.end - notes.onset), len(LENGTHS)))


def intervals(excerpts: Excerpts) -> Shares:
    """Steps of the top line from `WIDEST` semitones down to as many up."""
    steps, excerpt = melody_steps(excerpts)
    size = 2 * WIDEST + 1
    place = excerpt * size + np.clip(steps, -WIDEST, WIDEST) + WIDEST
    counts = np.bincount(place, minlength=len(excerpts) * size)
    return _shares(counts.reshape(len(excerpts), size))


def voices(excerpts: Excerpts) -> Shares:
    """The time when 0, 1, 2, … pitches sound at once, up to `MOST_VOICES`."""
    excerpt, level, steps = sounding(excerpts)
    size = MOST_VOICES + 1
    place = excerpt * size + np.minimum(level, MOST_VOICES)
    quarters = np.bincount(place, steps, len(excerpts) * size).reshape(len(excerpts), size)
    some = excerpts.pitched.count() > 0
    quarters[:, 0] = np.where(some, excerpts.length - quarters[:, 1:].sum(axis=1), 0)
    return _shares(quarters)


def places(excerpts: Excerpts) -> Shares:
    """Notes that start on each sixteenth of the bar, drums included."""
    size = min(-(-excerpts.bar // PLACE), MOST_PLACES)
    return _shares(excerpts.table(excerpts.onset % excerpts.bar // PLACE % size, size))


def duration_words() -> tuple[str, ...]:
    """`LENGTHS` in quarter notes, like `1/2`."""
    return tuple(str(Fraction(steps, GRID)) for steps in LENGTHS)


def _shares(counts: NDArray[np.generic]) -> Shares:
    table = np.asarray(counts, np.float64)
    return ratio(table, table.sum(axis=1, keepdims=True))
