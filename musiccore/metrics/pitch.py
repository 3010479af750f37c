"""What a piece does with pitch, in one number an excerpt. Drums are left aside.

Where a function names MusPy, the definition is that of H.-W. Dong, K. Chen, J. McAuley and
T. Berg-Kirkpatrick: MusPy: A toolkit for symbolic music generation, ISMIR 2020. Each function takes
`Excerpts` and returns float64 (excerpts,), NaN where there is nothing to measure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musiccore.metrics.excerpts import Excerpts, Ints, highest, ratio

Values = NDArray[np.float64]

MAJOR = (0, 2, 4, 5, 7, 9, 11)
"""A major scale in semitones above its root."""

MINOR = (0, 2, 3, 5, 7, 8, 10)
"""A natural minor scale in semitones above its root."""

MANY = 2
"""Pitches at once beyond which MusPy speaks of polyphony."""


def pitch_range(excerpts: Excerpts) -> Values:
    """MusPy's pitch range: semitones from the lowest to the highest note."""
    notes = excerpts.pitched
    high = highest(notes.pitch, notes.excerpt, len(notes), 0)
    low = -highest(-notes.pitch, notes.excerpt, len(notes), -127)
    return np.where(notes.count() > 0, high - low, np.nan)


def n_pitches_used(excerpts: Excerpts) -> Values:
    """MusPy's number of different pitches."""
    return _different(excerpts.pitched, 128)


def n_pitch_classes_used(excerpts: Excerpts) -> Values:
    """MusPy's number of different pitch classes, of twelve."""
    return _different(excerpts.pitched, 12)


def pitch_entropy(excerpts: Excerpts) -> Values:
    """MusPy's pitch entropy: that of the histogram of the notes' pitches, in bits, at most 7."""
    notes = excerpts.pitched
    return entropy(notes.table(notes.pitch, 128))


def pitch_class_entropy(excerpts: Excerpts) -> Values:
    """MusPy's pitch class entropy (Wu and Yang 2020), in bits, at most 3.585."""
    return entropy(_pitch_classes(excerpts))


def pitch_in_scale_rate(excerpts: Excerpts, root: int, minor: bool = False) -> Values:
    """MusPy's pitch-in-scale rate: the share of notes in the scale on the pitch class `root`."""
    counts = _pitch_classes(excerpts)
    return ratio(counts @ _scale(root, minor), counts.sum(axis=1))


def scale_consistency(excerpts: Excerpts) -> Values:
    """MusPy's scale consistency (Mogren 2016): the largest pitch-in-scale rate of all scales.

    Each natural minor scale has the notes of a major one, so the twelve major scales are all.
    """
    counts = _pitch_classes(excerpts)
    scales = np.stack([_scale(root, minor=False) for root in range(12)], axis=1)
    return ratio((counts @ scales).max(axis=1), counts.sum(axis=1))


def polyphony(excerpts: Excerpts) -> Values:
    """MusPy's polyphony: how many pitches sound on average, over the time when any does."""
    excerpt, level, steps = sounding(excerpts)
    some = level > 0
    return ratio(
        np.bincount(excerpt, level * steps, len(excerpts)),
        np.bincount(excerpt[some], steps[some], len(excerpts)),
    )


def polyphony_rate(excerpts: Excerpts) -> Values:
    """MusPy's polyphony rate: the share of all time when more than `MANY` pitches sound."""
    excerpt, level, steps = sounding(excerpts)
    many = level > MANY
    rate = ratio(np.bincount(excerpt[many], steps[many], len(excerpts)), excerpts.length)
    return np.where(excerpts.pitched.count() > 0, rate, np.nan)


def melodic_interval(excerpts: Excerpts) -> Values:
    """The mean size of the top line's steps in semitones (Yang and Lerch's average pitch
    interval)."""
    size, excerpt = melody_steps(excerpts)
    return ratio(np.bincount(excerpt, np.abs(size), len(excerpts)), excerpts.count(excerpt))


def melody_steps(excerpts: Excerpts) -> tuple[Ints, Ints]:
    """The steps of the top line in semitones and which excerpt each is of, both (steps,)."""
    line = excerpts.melody
    same = np.flatnonzero(np.diff(line.excerpt) == 0)
    return line.pitch[same + 1] - line.pitch[same], line.excerpt[same]


def sounding(excerpts: Excerpts) -> tuple[Ints, Ints, Ints]:
    """Stretches of time in which as many pitches sound: (excerpt, pitches, steps of time), each
    (stretches,). Silence before, between and after notes is not always among them."""
    notes = excerpts.pitched
    if not len(notes.onset):
        return (np.zeros(0, np.int64),) * 3
    # The same pitch on two instruments is one pitch: what overlaps is joined, pitch by pitch, on
    # one line of time that all excerpts and pitches share.
    span = int(max(notes.end.max(), notes.length.max())) + 1
    shift = notes.keyed(notes.pitch, 128) * span
    order = np.argsort(shift + notes.onset, kind="stable")
    onset = (shift + notes.onset)[order]
    reached = np.maximum.accumulate((shift + notes.end)[order])
    begins = np.flatnonzero(np.append(True, onset[1:] > reached[:-1]))
    start = onset[begins]
    stop = reached[np.append(begins[1:], len(onset)) - 1]
    excerpt = start // (128 * span)
    time = np.concatenate([start % span, stop % span]) + np.tile(excerpt, 2) * span
    change = np.repeat([1, -1], len(start))
    order = np.argsort(time, kind="stable")
    time, level = time[order], np.cumsum(change[order])
    steps = np.diff(time)
    inside = (time[1:] // span == time[:-1] // span) & (steps > 0)
    return time[:-1][inside] // span, level[:-1][inside], steps[inside]


def entropy(counts: NDArray[np.float64]) -> Values:
    """Shannon's entropy in bits of each row of counts (excerpts, values); NaN of an empty one."""
    share = ratio(counts, counts.sum(axis=1, keepdims=True))
    # + 0.0: a single value has no entropy, and not -0.
    return -(share * np.log2(np.where(share > 0, share, 1))).sum(axis=1) + 0.0


def _pitch_classes(excerpts: Excerpts) -> NDArray[np.float64]:
    notes = excerpts.pitched
    return notes.table(notes.pitch % 12, 12)


def _different(notes: Excerpts, span: int) -> Values:
    used = np.unique(notes.keyed(notes.pitch % span, span)) // span
    return np.where(notes.count() > 0, notes.count(used), np.nan)


def _scale(root: int, minor: bool) -> NDArray[np.float64]:
    """1 for the pitch classes (12,) of a scale, 0 for the others."""
    scale = np.zeros(12)
    scale[(np.array(MINOR if minor else MAJOR) + root) % 12] = 1
    return scale
