"""What each measure is called, what it means to a listener, and how its numbers are said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.typical import EDGE, Standing, is_distance

TYPICAL = "typical"
OF_ALL = f"{100 - 2 * EDGE:.0f}%"


@dataclass(frozen=True)
class Words:
    """`what` it means in one sentence. Numbers are multiplied by `times` and have `digits`."""

    title: str
    what: str
    unit: str
    times: float = 1.0
    digits: int = 1

    def number(self, value: float) -> float:
        return round(self.times * value, self.digits)

    def say(self, value: float) -> str:
        """`12.0 semitones`, `90.0%`."""
        between = "" if self.unit in ("", "%") else " "
        return f"{self.number(value):,.{self.digits}f}{between}{self.unit}"


def _percent(title: str, what: str) -> Words:
    return Words(title, what, "%", 100.0)


def _distance(title: str, what: str) -> Words:
    return Words(title, f"{what} Its number is the distance from the corpus's average.", "", 1.0, 3)


WORDS: Mapping[str, Words] = {
    "pitch_range": Words("Pitch range", "From the lowest to the highest note.", "semitones"),
    "n_pitches_used": Words("Pitches used", "How many different pitches are played.", "pitches"),
    "n_pitch_classes_used": Words(
        "Pitch classes used", "How many of the twelve note names are played.", "of 12"
    ),
    "pitch_entropy": Words(
        "Variety of pitches",
        "The entropy of the pitches: more where many are played about equally often.",
        "bits",
        digits=2,
    ),
    "pitch_class_entropy": Words(
        "Variety of pitch classes",
        "The entropy of the note names: little in a clear key, 3.58 where all are as frequent.",
        "bits",
        digits=2,
    ),
    "scale_consistency": _percent(
        "Notes in one scale", "How much of the music fits the one scale that fits it best."
    ),
    "melodic_interval": Words(
        "Steps of the melody", "How far the top line moves from note to note.", "semitones"
    ),
    "polyphony": Words(
        "Pitches at once", "How many pitches sound together while any does.", "pitches"
    ),
    "polyphony_rate": _percent(
        "More than two at once", "The part of the time when more than two pitches sound."
    ),
    "density": Words("Density", "How many notes start in a quarter note.", "notes", digits=2),
    "mean_duration": Words(
        "Length of notes", "How long a note lasts on average.", "quarter notes", digits=2
    ),
    "onset_interval": Words(
        "Time between onsets",
        "How long it takes on average until something new starts.",
        "quarter notes",
        digits=2,
    ),
    "empty_beat_rate": _percent("Silent beats", "Beats in which nothing sounds."),
    "empty_measure_rate": _percent("Silent bars", "Bars in which nothing sounds."),
    "groove_consistency": _percent(
        "Groove", "How alike the rhythms of neighbouring bars are; 100% is the same rhythm always."
    ),
    "drum_pattern_consistency": _percent(
        "Drums on the beat", "Drum strokes on quarters, or on thirds, of the beats."
    ),
    "bars_repeated": _percent("Bars heard before", "Bars that repeat an earlier one note by note."),
    "phrases_repeated": _percent(
        "Phrases heard before",
        "Four melody notes in a row that the melody has had before, at any height.",
    ),
    "degrees": _distance("Use of the scale", "How often each note of the key is played."),
    "durations": _distance("Mix of note lengths", "How often each length of note is played."),
    "intervals": _distance("Mix of melody steps", "How often the melody makes each step."),
    "voices": _distance("Mix of voices", "How much of the time so many pitches sound at once."),
    "places": _distance("Places in the bar", "How often notes start at each place in the bar."),
}
"""Measure -> its words, in the order in which they are shown."""


def verdict(name: str, standing: Standing) -> str:
    """`typical`, `higher than in 97% of the pieces`, `further from the average than …`."""
    if standing.typical:
        return TYPICAL
    if is_distance(name):
        return f"further from the average than {_of_pieces(standing.percentile)}"
    if standing.value < standing.low:
        return f"lower than in {_of_pieces(100 - standing.percentile)}"
    return f"higher than in {_of_pieces(standing.percentile)}"


def _of_pieces(percent: float) -> str:
    # Rounded down: "all" is said of all alone.
    return "all pieces" if percent >= 100 else f"{int(percent)}% of the pieces"


def unusual(name: str, standing: Standing) -> str:
    """A whole sentence on a measure that is not typical, as Markdown."""
    words = WORDS[name]
    said = f"**{words.title}**: {verdict(name, standing)}"
    if is_distance(name):
        return f"{said}. {words.what.split('.')[0]}."
    low, high = words.number(standing.low), words.number(standing.high)
    theirs = words.say(standing.high) if low == high else f"{low:,} to {words.say(standing.high)}"
    return f"{said}, {words.say(standing.value)} where {OF_ALL} of them have {theirs}."
