"""Counting on music small enough to count by hand."""

import numpy as np
import pytest

from musiccore.encoding import EncodingError
from musiccore.encoding.book import book_tokens
from musiccore.piece import DRUMS, Piece, Track
from musiccore.starters import load_starter
from musiccore.statistics import (
    Count,
    Totals,
    book_view,
    chord_pitches,
    chords_together,
    field_counts,
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


def test_the_book_looks_at_the_first_instrument_of_each_piece() -> None:
    view = book_view([DUO, DRUMMER, PIANO])
    assert view.notes == (Count("C4", 3, 2), Count("D4", 1, 1))
    assert view.chords == (Count("4.7", 1, 1),)
    assert view.offset.tolist() == [0, 1, 2, 0, 2]
    assert view.starts.tolist() == [0, 3, 5]
    assert view.names == ("duo", "piano")
    assert view.silent == 1


def test_another_instrument_can_be_looked_at() -> None:
    view = book_view([DUO, PIANO], program=0)
    assert view.chords == (Count("4.7", 2, 2),)
    assert view.events == 4


@pytest.mark.parametrize("pieces", [[], [DRUMMER], [Piece("empty", ())]])
def test_nothing_pitched_gives_an_empty_view(pieces: list[Piece]) -> None:
    view = book_view(pieces)
    assert (view.events, view.notes, view.chords, view.silent) == (0, (), (), len(pieces))
    assert chords_together(pieces) == ()
    assert pitch_range(pieces) is None


def test_chords_of_all_parts_are_what_starts_together() -> None:
    assert chords_together([DUO, DRUMMER]) == (Count("0.4.7", 1, 1),)
    assert chord_pitches("0.4.7") == "C E G"


def test_fields_are_counted_in_words() -> None:
    fields = field_counts([DUO])
    assert fields["pitch"][0] == Count("C4", 3, 1)
    assert {c.what: c.times for c in fields["wait"]} == {"0": 4, "1": 2, "end": 1}
    assert sum(c.times for c in fields["duration"]) == len(DUO)


def test_fields_of_nothing_are_refused_in_a_sentence() -> None:
    with pytest.raises(EncodingError):
        field_counts([])


def test_the_chorales_are_counted_token_by_token() -> None:
    pieces = load_starter("bach-chorales")[:20]
    view = book_view(pieces)
    tokens = [token for piece in pieces for token in book_tokens(piece)]
    assert sum(c.times for c in view.notes + view.chords) == len(tokens) == view.events
    assert {c.what for c in view.notes + view.chords} == set(tokens)
    assert np.all(view.offset[view.starts[:-1]] < 4)  # each piece starts near 0 again
