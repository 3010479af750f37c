"""Statistics of music by which generated music is measured beside real music.

MusPy itself pins packages that do not go with ours, so its definitions stand here, held by tests to
values worked out by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from musiccore.metrics import histograms, pitch, rhythm
from musiccore.metrics.excerpts import Excerpts, by_piece

Measure = Callable[[Excerpts], NDArray[np.float64]]

METRICS: Mapping[str, Measure] = {
    measure.__name__: measure
    for measure in (
        pitch.pitch_range,
        pitch.n_pitches_used,
        pitch.n_pitch_classes_used,
        pitch.pitch_entropy,
        pitch.pitch_class_entropy,
        pitch.scale_consistency,
        pitch.melodic_interval,
        pitch.polyphony,
        pitch.polyphony_rate,
        rhythm.density,
        rhythm.mean_duration,
        rhythm.onset_interval,
        rhythm.empty_beat_rate,
        rhythm.empty_measure_rate,
        rhythm.groove_consistency,
        rhythm.drum_pattern_consistency,
        rhythm.bars_repeated,
        rhythm.phrases_repeated,
    )
}
"""Name -> one number an excerpt: (excerpts,)."""

HISTOGRAMS: Mapping[str, Measure] = {
    measure.__name__: measure
    for measure in (
        histograms.degrees,
        histograms.durations,
        histograms.intervals,
        histograms.voices,
        histograms.places,
    )
}
"""Name -> shares that add up to 1: (excerpts, values)."""

PITCH_ALONE = frozenset(
    {
        "pitch_range",
        "n_pitches_used",
        "n_pitch_classes_used",
        "pitch_entropy",
        "pitch_class_entropy",
        "scale_consistency",
        "melodic_interval",
        "degrees",
        "intervals",
    }
)
"""What still means something where all notes are equally long and far apart."""

__all__ = ["HISTOGRAMS", "METRICS", "PITCH_ALONE", "Excerpts", "Measure", "by_piece"]
