"""Counting on music small enough to count by hand."""

from musiccore.piece import DRUMS, Piece, Track
from musiccore.statistics import (
    Count,
    Totals,
    family_counts,
    instrument_counts,
    pitch_range,
    totals,
)

MELODY = Track.of([(0, 1, 60, 90), (1, 1, 62, 90), (2, 1, 60, 90)], program=40)
CHORDS = Track.of([(0, 2, 64, 90), (0, 2, 67, 90), (2, 1, 60, 90)], program=0)
KIT = Track.of([(0, 1, 36, 90), (1, 1, 38, 90)], program=DRUMS)
DUO = Piece("duo", (MELODY, CHORDS))
DRUMMER = Piece("drummer", (KIT,))
PIANO = Piece("piano", (CHORDS,))


def test_totals_add_up() -> None:
    assert totals([DUO, DRUMMER]) == Totals(2, 8, 2.5, (0, 40, DRUMS))
    assert totals([]) == Totals(0, 0, 0, ())


def test_instruments_are_counted_by_piece_and_by_note() -> None:
    counts = instrument_counts([DUO, DRUMMER, PIANO])
    assert [(c.program, c.pieces, c.notes) for c in counts] == [
        (0, 2, 6),
        (40, 1, 3),
        (DRUMS, 1, 2),
    ]


def test_two_tracks_of_one_instrument_are_one_piece_of_it() -> None:
    (count,) = instrument_counts([Piece("two", (MELODY, MELODY))])
    assert (count.pieces, count.notes) == (1, 6)


def test_instruments_of_a_family_are_counted_together() -> None:
    viola = Track.of([(0, 1, 55, 90)], program=41)
    counts = family_counts([Piece("strings", (MELODY, viola)), DUO, DRUMMER])
    assert counts == (Count("Strings", 7, 2), Count("Piano", 3, 1), Count("Drums", 2, 1))


def test_the_range_is_of_pitched_instruments() -> None:
    assert pitch_range([DUO, DRUMMER]) == ("C4", "G4")
    assert pitch_range([DRUMMER]) is None
