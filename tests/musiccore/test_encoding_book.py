"""The `book` encoding by itself; that it equals the chapter is `test_book_equals_chapter.py`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiccore.encoding.base import EncodingError
from musiccore.encoding.book import (
    NAMES,
    BookEncoding,
    book_events,
    book_tokens,
    chord_token,
    token_pitches,
    transposed_token,
)
from musiccore.piece import DRUMS, Piece, Track

NORMAL_ORDERS = "6a4995a7a018c73f0c1888bb9f12c0f5e8867654f6d8960a20d085c604b162c0"
"""SHA-256 of `Chord(pitch classes).normalOrder` of music21 10.5.1 for sets 1 to 4095: numbers
joined by dots, sets by line feeds. music21 needs a minute for all of them."""


def track(*notes: tuple[float, int], program: int = 0) -> Track:
    return Track.of([(onset, 1.0, pitch, 80) for onset, pitch in notes], program=program)


def piece(*tracks: Track, name: str = "a.mid") -> Piece:
    return Piece(name=name, tracks=tracks)


pitches = st.integers(0, 127)
tracks = st.lists(st.tuples(st.integers(0, 64).map(lambda n: n / 4), pitches), min_size=1).map(
    lambda notes: track(*notes)
)
pieces = st.lists(tracks, min_size=1, max_size=3).map(lambda parts: piece(*parts))


def test_names_are_those_of_music21() -> None:
    from music21.pitch import Pitch

    assert tuple(str(Pitch(midi=midi)) for midi in range(128)) == NAMES
    assert all(token_pitches(name) == (Pitch(name).midi,) for name in NAMES[12:])


def test_normal_order_is_that_of_music21_for_every_set() -> None:
    table = "\n".join(chord_token(pitch_classes) for pitch_classes in range(1, 4096))
    assert hashlib.sha256(table.encode()).hexdigest() == NORMAL_ORDERS


@pytest.mark.parametrize("chord", [(0,), (0, 4, 7), (2, 7, 11), (1, 5, 6, 8), (0, 3, 6, 9)])
def test_normal_order_of_a_few_sets_is_that_of_the_music21_installed(
    chord: tuple[int, ...],
) -> None:
    from music21.chord import Chord

    expected = ".".join(map(str, Chord(list(chord)).normalOrder))
    assert chord_token(sum(1 << p for p in chord)) == expected


def test_a_lone_note_is_its_name_and_notes_together_are_a_chord() -> None:
    one = track((0, 63), (1, 60), (1, 64), (1, 67), (2, 60), (2, 72))
    assert book_tokens(piece(one)) == ["E-4", "0.4.7", "0"]


def test_tracks_of_the_first_instrument_are_merged_in_track_order() -> None:
    music = piece(
        track((0, 72), (2, 74)),
        track((0, 40), program=24),
        track((0, 60), (1, 62), (2, 59)),
    )
    assert book_events(music) == [(0, "C5"), (0, "C4"), (1, "D4"), (2, "D5"), (2, "B3")]
    assert book_tokens(music, program=24) == ["E2"]
    assert book_tokens(music, program=99) == []


def test_drums_are_left_out() -> None:
    music = piece(track((0, 36), program=DRUMS), track((0, 60), program=5))
    assert book_tokens(music) == ["C4"]
    assert book_tokens(music, program=DRUMS) == []


def test_the_vocabulary_is_sorted_as_strings() -> None:
    music = piece(track((0, 60), (1, 60), (1, 64), (2, 60), (2, 63), (3, 58), (4, 126)))
    assert BookEncoding.fit([music]).tokens == ("0.3", "0.4", "B-3", "C4", "F#9")


def test_the_step_is_the_mean_distance_of_all_pieces() -> None:
    one, other = piece(track((1, 60), (2, 62), (4, 64))), piece(track((0, 60), (2, 62)))
    assert BookEncoding.fit([one]).step == 1.0
    assert BookEncoding.fit([one, other]).step == 1.0
    assert BookEncoding.fit([other]).step == 1.0
    assert BookEncoding.fit([piece(track((3, 60)))]).step == 1.0


def test_decoding_spaces_events_evenly_on_a_guitar() -> None:
    encoding = BookEncoding(("0.4.7", "11.2", "C4", "F#5"), step=0.25)
    (played,) = encoding.decode(np.array([[2], [0], [3], [1]])).tracks
    assert played.program == 24
    assert played.onset.tolist() == [0, 0.25, 0.25, 0.25, 0.5, 0.75, 0.75]
    assert played.pitch.tolist() == [60, 60, 64, 67, 78, 62, 71]
    assert set(played.duration.tolist()) == {1.0}
    assert set(played.velocity.tolist()) == {90}
    assert replace(encoding, program=40).decode(np.array([[2]])).programs == (40,)


def test_decoding_nothing_is_an_empty_piece() -> None:
    assert len(BookEncoding(("C4",), 1.0).decode(np.zeros((0, 1), np.int32))) == 0


def test_unknown_notes_become_the_nearest_known_and_unknown_chords_are_left_out() -> None:
    encoding = BookEncoding.fit([piece(track((0, 60), (1, 62), (2, 74)))])
    other = piece(track((0, 72), (1, 50), (2, 61), (3, 60), (3, 64), (4, 98)))
    words = [encoding.words(row) for row in encoding.encode(other).rows.tolist()]
    assert words == ["C4", "D4", "C4", "D5"]


@pytest.mark.parametrize(
    "silent", [piece(), piece(track()), piece(track((0, 36), program=DRUMS), track())]
)
def test_a_piece_without_pitched_notes_is_refused_by_name(silent: Piece) -> None:
    encoding = BookEncoding(("C4",), 1.0)
    with pytest.raises(EncodingError, match=r"^a\.mid has no pitched notes"):
        encoding.encode(silent)
    with pytest.raises(EncodingError, match="None of these pieces"):
        BookEncoding.fit([silent])


def test_a_piece_of_unknown_chords_alone_is_refused_by_name() -> None:
    encoding = BookEncoding(("0.4.7",), 1.0)
    with pytest.raises(EncodingError, match=r"^a\.mid shares no note"):
        encoding.encode(piece(track((0, 60))))


def test_an_instrument_can_be_chosen() -> None:
    both = piece(track((0, 60)), track((0, 62), program=40))
    plain = piece(track((0, 64)), name="b.mid")
    encoding = BookEncoding.fit([both, plain], instrument=40)
    assert encoding.tokens == ("D4",)
    with pytest.raises(EncodingError, match=r"^b\.mid"):
        encoding.encode(plain)


def test_transposing_moves_notes_and_chords_inside_the_vocabulary() -> None:
    encoding = BookEncoding.fit(
        [piece(track((0, 60), (1, 62), (2, 60), (2, 64), (3, 62), (3, 66)))]
    )
    rows = encoding.encode(piece(track((0, 60), (1, 60), (1, 64)))).rows
    up = encoding.transposed(rows, 2)
    assert up is not None
    assert [encoding.words(row) for row in up.tolist()] == ["D4", "2.6"]
    assert encoding.transposed(rows, 1) is None
    assert encoding.transposed(rows, -200) is None


def test_a_chord_counts_its_pitch_classes() -> None:
    encoding = BookEncoding(("0", "0.4.7", "C4"), 1.0)
    assert encoding.notes_in(np.array([[0], [1], [1], [2]])) == 8
    assert encoding.notes_in(np.zeros((0, 1), np.int32)) == 0


def test_values_in_words_are_the_tokens() -> None:
    encoding = BookEncoding(("0.4.7", "C4"), 1.0)
    assert encoding.value_words(0, 0) == encoding.words((0,)) == "0.4.7"


@given(st.lists(pieces, min_size=1, max_size=3), st.sampled_from([None, 0]))
def test_the_vocabulary_survives_json(music: list[Piece], instrument: int | None) -> None:
    encoding = BookEncoding.fit(music, instrument)
    data = json.loads(json.dumps(encoding.to_json()))
    assert data["encoding"] == "book"
    again = BookEncoding.from_json(data)
    assert again == encoding
    assert again.fields == encoding.fields
    for one in music:
        np.testing.assert_array_equal(again.encode(one).rows, encoding.encode(one).rows)


@given(pieces)
def test_encoding_says_each_event_of_what_it_was_fitted_to(music: Piece) -> None:
    encoding = BookEncoding.fit([music])
    rows, position = encoding.encode(music)
    assert rows.dtype == np.int32
    assert rows.shape == (len(position), 1)
    assert [encoding.words(row) for row in rows.tolist()] == book_tokens(music)
    assert not position.any()


@given(pieces)
def test_what_is_decoded_sounds_every_token(music: Piece) -> None:
    encoding = BookEncoding.fit([music])
    rows = encoding.encode(music).rows
    played = encoding.decode(rows, "new")
    assert played.name == "new"
    assert len(played) == encoding.notes_in(rows)
    (out,) = played.tracks
    expected = [
        (i * encoding.step, pitch)
        for i, token in enumerate(book_tokens(music))
        for pitch in sorted(token_pitches(token))
    ]
    assert list(zip(out.onset.tolist(), out.pitch.tolist(), strict=True)) == expected


@given(st.integers(1, 4095), st.integers(-24, 24))
def test_a_chord_can_be_transposed_there_and_back(pitch_classes: int, semitones: int) -> None:
    token = chord_token(pitch_classes)
    there = transposed_token(token, semitones)
    assert there is not None
    back = transposed_token(there, -semitones)
    assert back is not None
    assert sorted(back.split(".")) == sorted(token.split("."))


@given(st.integers(12, 127), st.integers(-24, 24))
def test_a_note_can_be_transposed_within_midi(pitch: int, semitones: int) -> None:
    moved = transposed_token(NAMES[pitch], semitones)
    inside = 0 <= pitch + semitones < 128
    assert moved == (NAMES[pitch + semitones] if inside else None)
