"""What is said of the rows of a piece, on music small enough to be labelled by hand."""

import numpy as np

from musiccore.encoding import ENCODINGS, BookEncoding, Encoded, Encoding
from musiccore.labels import FEATURES, FEWEST, MOST_GROUPS, Labels, heard, labels
from musiccore.piece import DRUMS, Piece, Track


def encoded(*tracks: Track, name: str = "notes") -> tuple[Encoding, Encoded]:
    piece = Piece("p", tracks)
    encoding = ENCODINGS[name].fit([piece])
    return encoding, encoding.encode(piece)


CHORDS = [
    *((0.0, 1.0, p, 40) for p in (60, 64, 67)),
    *((1.0, 1.0, p, 40) for p in (60, 64, 67)),  # the same again
    *((2.0, 1.5, p, 40) for p in (60, 65, 69)),  # C stays, F and A are new
    (3.5, 0.5, 67, 120),  # G alone
    (6.5, 3.0, 72, 120),  # C alone, after a pause
]
LAST_OF_ITS_ONSET = [2, 5, 8, 9, 10]


def said(name: str, *tracks: Track) -> Labels:
    encoding, piece = encoded(*tracks)
    return FEATURES[name].label([heard(encoding, piece)])


def of_notes(found: Labels) -> list[str]:
    """The label of each row in words, the end left out."""
    assert found.of[-1] == -1, "nothing is said of the end of a piece"
    return [found.groups[i] if i >= 0 else "" for i in found.of[:-1].tolist()]


def test_the_beat_is_the_place_in_the_bar() -> None:
    words = of_notes(said("beat", Track.of(CHORDS)))
    assert words == [
        *["beat 1"] * 3,
        *["beat 2"] * 3,
        *["beat 3"] * 3,
        "beat 4 +",
        "beat 3 +",
    ]


def test_harmony_counts_the_pitch_classes_that_are_new_when_all_is_there() -> None:
    words = of_notes(said("harmony", Track.of(CHORDS)))
    told = {row: words[row] for row in range(11) if words[row]}
    assert told == {5: "0 new", 8: "2 new", 9: "1 new", 10: "1 new"}


def test_a_pause_is_said_of_the_last_note_before_it() -> None:
    words = of_notes(said("pause", Track.of(CHORDS)))
    assert [row for row in range(11) if words[row]] == LAST_OF_ITS_ONSET
    assert [row for row in range(11) if words[row] == "pauses"] == [9, 10]


def test_lengths_are_in_quarter_notes() -> None:
    words = of_notes(said("length", Track.of(CHORDS)))
    assert words[0] == "up to 1"
    assert words[6] == "up to 2"
    assert words[9:] == ["up to 1/2", "over 2"]


def test_registers_hold_about_equally_many_notes() -> None:
    notes = [(float(i), 1.0, 40 + i % 40, 80) for i in range(400)]
    found = said("register", Track.of(notes))
    assert found.groups == ("E2 to B2", "C3 to G3", "G#3 to E-4", "E4 to B4", "C5 to G5")
    assert np.bincount(found.of[:-1]).tolist() == [80] * 5


def test_drums_have_no_register_and_no_harmony() -> None:
    beat = Track.of([(float(i), 0.25, 36, 100) for i in range(8)], DRUMS)
    line = Track.of([(float(i), 1.0, 60 + i, 80) for i in range(8)])
    words = of_notes(said("register", line, beat))
    assert [bool(w) for w in words] == [True, False] * 8
    assert of_notes(said("instrument", line, beat)) == ["Acoustic Grand Piano", "Drums"] * 8
    assert {w for w in of_notes(said("harmony", beat)) if w} == {"0 new"}


def test_small_groups_are_left_out_and_what_tells_nothing_apart_is_too() -> None:
    rare = [(float(i), 1.0, 60, 80) for i in range(100)]
    rare += [(100.0 + i, 4.0, 60, 80) for i in range(0, 4 * (FEWEST - 1), 4)]
    encoding, piece = encoded(Track.of(rare))
    found = labels(encoding, [piece])
    assert "length" not in found, "all but a few are of one length"
    assert "register" not in found
    assert set(found) == {"beat"}
    assert len(found["beat"].of) == len(piece.rows)


def test_the_largest_groups_stay_where_there_are_many() -> None:
    tracks = [
        Track.of([(float(i), 1.0, 60, 80) for i in range(FEWEST + program)], program)
        for program in range(MOST_GROUPS + 3)
    ]
    encoding, piece = encoded(*tracks)
    found = labels(encoding, [piece])["instrument"]
    assert len(found.groups) == MOST_GROUPS
    assert "Acoustic Grand Piano" not in found.groups


def test_an_encoding_without_rhythm_is_told_of_chords_and_pitches_alone() -> None:
    notes = [(i + 0.0, 1.0, p, 80) for i in range(200) for p in (60, 64 + i % 5)[: 1 + i % 2]]
    encoding, piece = encoded(Track.of(notes), name="book")
    assert isinstance(encoding, BookEncoding)
    found = labels(encoding, [piece])
    assert set(found) == {"chord", "register"}
    assert np.bincount(found["chord"].of).tolist() == [100, 100]


def test_every_feature_says_what_it_means() -> None:
    assert all(feature.title and feature.meant for feature in FEATURES.values())
