"""Tokens counted by hand, in both encodings, and how rare they are."""

import numpy as np
import pytest

from musiccore.encoding import EncodingError
from musiccore.encoding.book import book_tokens
from musiccore.piece import DRUMS, Piece, Track
from musiccore.starters import load_starter
from musiccore.statistics import Count
from musiccore.tokens import (
    MOST_ROWS,
    Band,
    Tail,
    book_view,
    chord_pitches,
    chords_together,
    note_tokens,
    tail,
)

MELODY = Track.of([(0, 1, 60, 90), (1, 1, 62, 90), (2, 1, 60, 90)], program=40)
CHORDS = Track.of([(0, 2, 64, 90), (0, 2, 67, 90), (2, 1, 60, 90)], program=0)
KIT = Track.of([(0, 1, 36, 90), (1, 1, 38, 90)], program=DRUMS)
DUO = Piece("duo", (MELODY, CHORDS))
DRUMMER = Piece("drummer", (KIT,))
PIANO = Piece("piano", (CHORDS,))


def test_the_book_looks_at_the_first_instrument_of_each_piece() -> None:
    view = book_view([DUO, DRUMMER, PIANO])
    assert view.notes == (Count("C4", 3, 2), Count("D4", 1, 1))
    assert view.chords == (Count("4.7", 1, 1),)
    assert view.offset.tolist() == [0, 1, 2, 0, 2]
    assert view.starts.tolist() == [0, 3, 5]
    assert view.shown == (0, 2)
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


def test_chords_of_all_parts_are_what_starts_together() -> None:
    assert chords_together([DUO, DRUMMER]) == (Count("0.4.7", 1, 1),)
    assert chord_pitches("0.4.7") == "C E G"


def test_fields_are_counted_in_words() -> None:
    fields = note_tokens([DUO, PIANO]).fields
    assert fields["pitch"][0] == Count("C4", 4, 2)
    assert {c.what: c.times for c in fields["wait"]} == {"0": 6, "1": 2, "2": 1}
    assert fields["instrument"][0] == Count("Acoustic Grand Piano", 6, 2)
    assert sum(c.times for c in fields["duration"]) == len(DUO) + len(PIANO)


def test_whole_notes_are_counted_in_words() -> None:
    counts = note_tokens([PIANO, PIANO, PIANO.only([]), DRUMMER])
    piano = "Acoustic Grand Piano"
    assert Count(f"C4 {piano}, wait 2, length 1, velocity 88", 2, 2) in counts.rows[:3]
    assert [count.times for count in counts.rows] == counts.times.tolist() == [2, 2, 2, 1, 1]
    assert counts.rows[-1] == Count("key 38 Drums, wait 1, length 1, velocity 88", 1, 1)


def test_only_the_most_frequent_notes_are_put_into_words() -> None:
    notes = [(i, 1 + i % 11, 30 + i % 61, 8 + 16 * (i % 7)) for i in range(MOST_ROWS + 900)]
    counts = note_tokens([Piece("many", (Track.of(notes),))])
    assert len(counts.times) > MOST_ROWS == len(counts.rows)
    assert counts.times.sum() == len(notes)


def test_notes_of_nothing_are_refused_in_a_sentence() -> None:
    with pytest.raises(EncodingError):
        note_tokens([])


def test_the_tail_is_told_in_bands_that_double() -> None:
    assert tail([1, 1, 2, 3, 4, 9]) == Tail(
        different=6,
        times=20,
        once=2,
        bands=(
            Band(1, 1, 2, 2),
            Band(2, 2, 1, 2),
            Band(3, 4, 2, 7),
            Band(5, 8, 0, 0),
            Band(9, 16, 1, 9),
        ),
    )
    assert tail([]) == Tail(0, 0, 0, ())
    assert tail([2**40]).bands[-1] == Band(2**39 + 1, 2**40, 1, 2**40)


def test_the_chorales_are_counted_token_by_token() -> None:
    pieces = load_starter("bach-chorales")[:20]
    view = book_view(pieces)
    tokens = [token for piece in pieces for token in book_tokens(piece)]
    assert sum(c.times for c in view.notes + view.chords) == len(tokens) == view.events
    assert {c.what for c in view.notes + view.chords} == set(tokens)
    assert np.all(view.offset[view.starts[:-1]] < 4)  # each piece starts near 0 again
