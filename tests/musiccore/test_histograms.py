"""Histograms of music small enough to count by hand."""

import numpy as np
import pytest

from musiccore.corpus_notes import CorpusNotes
from musiccore.histograms import (
    Level,
    durations,
    interval_name,
    intervals,
    onsets_in_bar,
    pitch_classes,
    pitches,
    polyphony,
    transitions,
    velocities,
)
from musiccore.piece import DRUMS, Metre, Piece, Track
from musiccore.statistics import Count

# C4 E4 | D4, the first two together; the second voice rests on A3.
UPPER = Track.of([(0, 2, 60, 90), (0, 1, 64, 90), (3, 1, 62, 92)])
LOWER = Track.of([(0, 4, 57, 64)], program=42)
KIT = Track.of([(0, 1, 36, 90), (1.5, 0.5, 38, 90)], program=DRUMS)
PIECE = Piece("a", (UPPER, LOWER, KIT))
NOTES = CorpusNotes.of([PIECE, PIECE])
DRUMMER = CorpusNotes.of([Piece("drummer", (KIT,))])


def counted(counts: tuple[Count, ...]) -> dict[str, int]:
    return {count.what: count.times for count in counts if count.times}


def test_pitches_leave_no_gap_and_no_drum() -> None:
    assert [count.what for count in pitches(NOTES)] == [
        *("A3", "B-3", "B3", "C4", "C#4", "D4", "E-4", "E4")
    ]
    assert pitches(NOTES)[0] == Count("A3", 2, 2)
    assert counted(pitches(NOTES)) == {"A3": 2, "C4": 2, "D4": 2, "E4": 2}


def test_pitch_classes_are_always_twelve() -> None:
    assert len(pitch_classes(NOTES)) == 12
    assert counted(pitch_classes(NOTES)) == {"C": 2, "D": 2, "E": 2, "A": 2}


def test_intervals_follow_the_top_of_each_track() -> None:
    assert intervals(NOTES) == (Count("-2", 2, 2),)
    scale = CorpusNotes.of(
        [Piece("s", (Track.of([(i, 1, p, 90) for i, p in enumerate([60, 62, 62, 60])]),))]
    )
    assert intervals(scale) == (
        Count("-2", 1, 1),
        Count("-1", 0, 0),
        Count("0", 1, 1),
        Count("+1", 0, 0),
        Count("+2", 1, 1),
    )


@pytest.mark.parametrize(
    ("semitones", "name"),
    [
        (0, "unison"),
        (-2, "major second down"),
        (7, "perfect fifth up"),
        (12, "octave up"),
        (-19, "octave and perfect fifth down"),
        (24, "2 octaves up"),
        (25, "2 octaves and minor second up"),
    ],
)
def test_intervals_have_names(semitones: int, name: str) -> None:
    assert interval_name(semitones) == name


def test_durations_are_quarter_notes_as_fractions() -> None:
    assert counted(durations(NOTES)) == {"1/2": 2, "1": 6, "2": 2, "4": 2}
    long = Track.of([(0, 40, 60, 90), (0, 0.001, 62, 90), (0, 1 / 3, 64, 90)])
    assert [c.what for c in durations(CorpusNotes.of([Piece("l", (long,))]))] == [
        *("1/12", "1/3", "16 or more")
    ]


def test_velocities_reach_from_the_softest_to_the_loudest() -> None:
    counts = velocities(NOTES)
    assert (counts[0], counts[-1]) == (Count("64", 2, 2), Count("92", 2, 2))
    assert counted(counts) == {"64": 2, "90": 8, "92": 2}
    assert len(counts) == 92 - 64 + 1


def test_polyphony_is_weighed_by_time() -> None:
    # 0 to 1 three notes, 1 to 2 two, 2 to 3 one, 3 to 4 two: twice, in two pieces.
    assert polyphony(NOTES) == (Level(0, 0, 0), Level(1, 2, 2), Level(2, 4, 2), Level(3, 2, 2))


def test_silence_between_notes_counts_and_silence_around_them_does_not() -> None:
    gap = Piece("gap", (Track.of([(4, 1, 60, 90), (7, 1, 60, 90)]),))
    assert polyphony(CorpusNotes.of([gap])) == (Level(0, 2, 1), Level(1, 2, 1))


def test_places_in_the_bar_follow_the_metre() -> None:
    track = Track.of([(0, 1, 60, 90), (3, 1, 60, 90), (4, 1, 60, 90), (5.5, 1, 60, 90)])
    changing = Piece("c", (track,), metres=(Metre(0, 4, 4), Metre(4, 6, 8)))
    waltz = Piece("w", (track,), metres=(Metre(0, 3, 4),))
    pieces = [changing, waltz, Piece("none", (track,), metres=())]
    bars = onsets_in_bar(CorpusNotes.of(pieces), pieces)
    assert list(bars) == ["4/4", "3/4", "6/8"]
    assert counted(bars["3/4"]) == {"0": 2, "1": 1, "5/2": 1}
    assert counted(bars["4/4"]) == {"0": 3, "3": 2, "3/2": 1}
    assert counted(bars["6/8"]) == {"0": 1, "3/2": 1}


def test_transitions_count_steps_from_row_to_column() -> None:
    table = transitions(NOTES)
    assert table.shape == (12, 12)
    assert table[4, 2] == table.sum() == 2


def test_drums_have_rhythm_only() -> None:
    assert pitches(DRUMMER) == intervals(DRUMMER) == polyphony(DRUMMER) == ()
    assert not transitions(DRUMMER).any()
    assert counted(durations(DRUMMER)) == {"1/2": 1, "1": 1}
    assert counted(pitch_classes(DRUMMER)) == {}


def test_one_note_has_no_interval() -> None:
    one = CorpusNotes.of([Piece("one", (Track.of([(0, 1, 60, 90)]),))])
    assert pitches(one) == (Count("C4", 1, 1),)
    assert intervals(one) == ()
    assert polyphony(one) == (Level(0, 0, 0), Level(1, 1, 1))
    assert np.array_equal(transitions(one), np.zeros((12, 12)))
