"""`notes`: onset, pitch and length survive on the grid exactly; a chord is said in one way only."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiccore.encoding import EncodingError, NotesEncoding, encoding_from_json
from musiccore.encoding.notes import DURATION, END, GRID, INSTRUMENT, PITCH, STEPS, WAIT
from musiccore.piece import DRUMS, Metre, Piece, Tempo, Track

EXACT = list(range(24))
"""Lengths in grid steps that are kept to the step, whatever surrounds them."""


@st.composite
def pieces(draw: st.DrawFn, longest_wait: int = 23) -> Piece:
    """Music on the grid: any instruments, chords, overlaps, drums."""
    onset, tracks = 0, {}
    for _ in range(draw(st.integers(1, 40))):
        onset += draw(st.integers(0, longest_wait))
        program = draw(st.sampled_from([0, 40, 73, DRUMS]))
        length = draw(st.sampled_from([int(s) for s in STEPS[1:]]))
        note = (onset / GRID, length / GRID, draw(st.integers(0, 127)), draw(st.integers(1, 127)))
        tracks.setdefault(program, []).append(note)
    return Piece("drawn", tuple(Track.of(notes, program) for program, notes in tracks.items()))


def sounding(piece: Piece) -> set[tuple[int, int, int, int]]:
    """(onset, program, pitch, length) in grid steps; of doubled notes the longest."""
    notes, longest = piece.notes(), {}
    for onset, length, pitch, program in zip(
        notes.onset, notes.duration, notes.pitch, notes.program, strict=True
    ):
        key = (round(onset * GRID), int(program), int(pitch))
        longest[key] = max(longest.get(key, 0), round(length * GRID))
    return {(*key, length) for key, length in longest.items()}


@given(pieces())
def test_decoding_gives_back_onset_pitch_length_and_instrument(piece: Piece) -> None:
    encoding = NotesEncoding.fit([piece])
    rows = encoding.encode(piece).rows
    assert sounding(encoding.decode(rows)) == sounding(piece)
    assert encoding.notes_in(rows) == len(sounding(piece))


@given(pieces(longest_wait=400))
def test_long_waits_are_rounded_once_and_never_add_up(piece: Piece) -> None:
    encoding = NotesEncoding.fit([piece])
    first = encoding.encode(piece)
    again = encoding.encode(encoding.decode(first.rows))
    assert (again.rows == first.rows).all()
    total = sum(int(STEPS[w]) for w in first.rows[:-1, WAIT])
    longest = np.diff(piece.notes().onset, prepend=0).max() * GRID
    if longest <= STEPS[-1]:
        assert abs(total - piece.notes().onset[-1] * GRID) <= 6


@given(pieces(), st.integers(-12, 12))
def test_transposing_rows_is_transposing_music(piece: Piece, semitones: int) -> None:
    encoding = NotesEncoding.fit([piece])
    moved = encoding.transposed(encoding.encode(piece).rows, semitones)
    melodic = [p for _, program, p, _ in sounding(piece) if program != DRUMS]
    if any(not 0 <= p + semitones <= 127 for p in melodic):
        assert moved is None
        return
    assert moved is not None
    assert sounding(encoding.decode(moved)) == {
        (onset, program, pitch if program == DRUMS else pitch + semitones, length)
        for onset, program, pitch, length in sounding(piece)
    }


@given(pieces(), st.integers(-6, 6))
def test_transpositions_are_recognized(piece: Piece, semitones: int) -> None:
    encoding = NotesEncoding.fit([piece])
    rows = encoding.encode(piece).rows
    moved = encoding.transposed(rows, semitones)
    if moved is not None:
        assert encoding.up_to_transposition(moved) == encoding.up_to_transposition(rows)


@given(pieces())
def test_the_grammar_accepts_all_music_and_knows_its_positions(piece: Piece) -> None:
    encoding = NotesEncoding.fit([piece])
    encoded = encoding.encode(piece)
    grammar = encoding.grammar()
    for i, row in enumerate(encoded.rows.tolist()):
        for field, value in enumerate(row):
            legal = grammar.legal(field, row[:field])
            if encoded.rows[i, WAIT] == END and field != WAIT:
                continue
            assert legal is None or legal[value]
        if i < len(encoded.rows) - 1:
            assert grammar.accept(row) == encoded.position[i]


@given(pieces())
def test_pitches_of_one_instrument_rise_at_one_onset(piece: Piece) -> None:
    rows = NotesEncoding.fit([piece]).encode(piece).rows[:-1]
    for before, row in pairwise(rows):
        if row[WAIT] == 0:
            assert (row[INSTRUMENT], row[PITCH]) > (before[INSTRUMENT], before[PITCH])


@given(st.lists(pieces(), min_size=1, max_size=3))
def test_the_vocabulary_survives_json(corpus: list[Piece]) -> None:
    encoding = NotesEncoding.fit(corpus)
    assert encoding_from_json(encoding.to_json()) == encoding


def test_tempo_and_metre_are_those_of_the_corpus() -> None:
    waltz = Piece(
        "waltz",
        (Track.of([(b, 1, 60, 90) for b in range(9)]),),
        tempos=(Tempo(0, 90),),
        metres=(Metre(0, 3, 4),),
    )
    encoding = NotesEncoding.fit([waltz])
    assert (encoding.tempo, encoding.metre) == (90.0, Metre(0, 3, 4))
    assert encoding.encode(waltz).position[:-1].tolist() == [0, 12, 24] * 3
    assert encoding.decode(encoding.encode(waltz).rows).seconds == pytest.approx(waltz.seconds)


def test_after_an_end_the_next_piece_begins_in_a_new_bar() -> None:
    piece = Piece("two notes", (Track.of([(0, 1, 60, 90), (1, 4, 62, 90)]),))
    encoding = NotesEncoding.fit([piece])
    rows = encoding.encode(piece).rows
    twice = encoding.decode(np.concatenate([rows, rows]))
    assert twice.notes().onset.tolist() == [0, 1, 8, 9]
    assert encoding.is_end(rows[-1].tolist())
    assert encoding.counts(rows)[-1].tolist() == [True, False, False, False, False]


def test_an_instrument_outside_the_vocabulary_becomes_the_nearest_and_drums_are_left_out() -> None:
    strings = Piece("strings", (Track.of([(0, 1, 60, 90)], 40), Track.of([(0, 1, 48, 90)], 42)))
    encoding = NotesEncoding.fit([strings])
    band = Piece("band", (Track.of([(0, 1, 60, 90)], 43), Track.of([(0, 1, 36, 90)], DRUMS)))
    decoded = encoding.decode(encoding.encode(band).rows)
    assert decoded.programs == (42,)
    with pytest.raises(EncodingError, match="solo has no notes"):
        encoding.encode(Piece("solo", (Track.of([(0, 1, 36, 90)], DRUMS),)))


def test_no_notes_at_all_are_refused() -> None:
    with pytest.raises(EncodingError, match="no notes to learn from"):
        NotesEncoding.fit([Piece("empty", ())])


def test_rows_in_words() -> None:
    piece = Piece("p", (Track.of([(0.5, 1.5, 63, 90)], 73), Track.of([(1, 0.25, 38, 120)], DRUMS)))
    encoding = NotesEncoding.fit([piece])
    flute, snare, end = encoding.encode(piece).rows.tolist()
    assert encoding.words(flute) == "E-4 Flute, wait 1/2, length 3/2, velocity 88"
    assert encoding.words(snare) == "key 38 Drums, wait 1/2, length 1/4, velocity 120"
    assert encoding.words(end) == "end"


def test_every_length_up_to_a_half_note_is_exact() -> None:
    notes = [(float(i * 2), length / GRID, 60, 90) for i, length in enumerate(EXACT[1:])]
    piece = Piece("lengths", (Track.of(notes),))
    encoding = NotesEncoding.fit([piece])
    assert (STEPS[encoding.encode(piece).rows[:-1, DURATION] + 1] == EXACT[1:]).all()
