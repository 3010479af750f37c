"""Written MIDI, read back by symusic, is the piece again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from symusic import Score

from musiccore.piece import DRUMS, Key, Metre, Piece, Tempo, Track
from musiccore.reading import read_midi
from musiccore.writing import TICKS, WritingError, to_midi

Row = tuple[float, float, int, int]


def read_back(midi: bytes) -> list[tuple[int, list[Row]]]:
    """(program, [(onset, duration, pitch, velocity), ...]) of every track, quarter notes."""
    score = Score.from_midi(midi)
    assert score.ticks_per_quarter == TICKS
    return [
        (
            DRUMS if track.is_drum else track.program,
            sorted((n.time / TICKS, n.duration / TICKS, n.pitch, n.velocity) for n in track.notes),
        )
        for track in score.tracks
    ]


def rows(track: Track) -> list[Row]:
    return sorted(
        zip(
            track.onset.tolist(),
            track.duration.tolist(),
            track.pitch.tolist(),
            track.velocity.tolist(),
            strict=True,
        )
    )


@st.composite
def monophonic_pitches(draw: st.DrawFn) -> list[Row]:
    """Notes on whole ticks of which no two hold the same pitch at once."""
    notes: list[Row] = []
    for pitch in draw(st.sets(st.integers(0, 127), min_size=1, max_size=5)):
        tick = 0
        for rest, length in draw(
            st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 5000)), max_size=5)
        ):
            tick += rest
            notes.append((tick / TICKS, length / TICKS, pitch, draw(st.integers(1, 127))))
            tick += length
    return notes


programs = st.integers(0, DRUMS)


@given(st.lists(st.tuples(programs, monophonic_pitches()), max_size=6))
def test_a_piece_written_and_read_back_is_the_same(parts: list[tuple[int, list[Row]]]) -> None:
    piece = Piece("p", tuple(Track.of(notes, program) for program, notes in parts))
    expected = [(track.program, rows(track)) for track in piece.tracks if len(track)]
    assert read_back(to_midi(piece)) == expected


notes_anywhere = st.lists(
    st.tuples(
        st.integers(0, 40).map(lambda n: n / 8),
        st.integers(0, 40).map(lambda n: n / 8),
        st.integers(60, 62),
        st.integers(1, 127),
    ),
    min_size=1,
    max_size=12,
)


@given(notes_anywhere)
def test_no_pitch_is_ever_struck_while_it_is_down(notes: list[Row]) -> None:
    piece = Piece("p", (Track.of(notes),))
    [(_, written)] = read_back(to_midi(piece))
    assert {(n[0], n[2]) for n in written} == {(n[0], n[2]) for n in notes}
    for onset, duration, pitch, _ in written:
        assert duration > 0
        assert not [n for n in written if n[2] == pitch and onset < n[0] < onset + duration]


def test_a_note_without_length_becomes_one_tick() -> None:
    [(_, [(onset, duration, _, _)])] = read_back(
        to_midi(Piece("p", (Track.of([(1.0, 0.0, 60, 90)]),)))
    )
    assert (onset, duration) == (1.0, 1 / TICKS)


def test_of_two_equal_onsets_the_longer_note_stays() -> None:
    piece = Piece("p", (Track.of([(0.0, 1.0, 60, 50), (0.0, 4.0, 60, 90)]),))
    assert read_back(to_midi(piece)) == [(0, [(0.0, 4.0, 60, 90)])]


def test_tempo_metre_key_and_name_are_kept() -> None:
    piece = Piece(
        "p",
        (Track.of([(0.0, 1.0, 60, 90)], program=24, name="Gitarre é"),),
        tempos=(Tempo(0.0, 100.0), Tempo(2.5, 62.5)),
        metres=(Metre(0.0, 6, 8), Metre(3.0, 2, 4)),
        keys=(Key(0.0, -3, True), Key(3.0, 4, False)),
    )
    score = Score.from_midi(to_midi(piece))
    assert [(t.time, t.qpm) for t in score.tempos] == [(0, 100.0), (1200, 62.5)]
    assert [(m.time, m.numerator, m.denominator) for m in score.time_signatures] == [
        (0, 6, 8),
        (1440, 2, 4),
    ]
    assert [(k.time, k.key, k.tonality) for k in score.key_signatures] == [
        (0, -3, 1),
        (1440, 4, 0),
    ]
    assert score.tracks[0].name == "Gitarre é"


def test_what_midi_cannot_say_is_left_out_or_brought_into_range() -> None:
    piece = Piece(
        "p",
        (Track.of([(0.0, 1.0, 60, 90)], name="broken \udc80"),),
        tempos=(Tempo(0.0, 0.5),),
        metres=(Metre(0.0, 4, 5),),
        keys=(Key(0.0, 9, False),),
    )
    score = Score.from_midi(to_midi(piece))
    assert score.tempos[0].mspq == 2**24 - 1
    assert not score.time_signatures
    assert not score.key_signatures
    assert score.tracks[0].name == "broken ?"


def channels_by_program(midi: bytes) -> set[tuple[int, int]]:
    """(channel, program) of every program change, taken from the bytes themselves."""
    found, position = set(), 14
    while position < len(midi):
        length = int.from_bytes(midi[position + 4 : position + 8])
        chunk = midi[position + 8 : position + 8 + length]
        found |= {
            (status & 0x0F, program)
            for wait, status, program in zip(chunk, chunk[1:], chunk[2:], strict=False)
            if wait == 0 and status & 0xF0 == 0xC0
        }
        position += 8 + length
    return found


def test_many_parts_of_few_programs_still_have_a_channel_for_each_program() -> None:
    parts = [Track.of([(k, 1.0, 60, 90)], program=k % 4) for k in range(20)]
    midi = to_midi(Piece("p", (Track.of([(0.0, 1.0, 36, 90)], DRUMS), *parts)))
    assert channels_by_program(midi) == {(0, 0), (1, 1), (2, 2), (3, 3), (9, 0)}
    assert sum(len(notes) for _, notes in read_back(midi)) == 21


def test_drums_between_fifteen_instruments_take_no_channel_from_them() -> None:
    parts = [Track.of([(0.0, 1.0, 60, 90)], program=k) for k in range(15)]
    midi = to_midi(Piece("p", (Track.of([(0.0, 1.0, 36, 90)], DRUMS), *parts)))
    melodic = {(channel, program) for channel, program in channels_by_program(midi) if channel != 9}
    assert len({channel for channel, _ in melodic}) == len(melodic) == 15


def test_a_piece_without_notes_is_a_file_without_tracks() -> None:
    assert read_back(to_midi(Piece("p", (Track.of([]),)))) == []


def test_a_piece_too_long_for_midi_is_refused_in_a_sentence() -> None:
    with pytest.raises(WritingError, match="p is longer than a MIDI file can be"):
        to_midi(Piece("p", (Track.of([(1e6, 1.0, 60, 90)]),)))


def test_signs_that_midi_cannot_count_to_are_left_out() -> None:
    far = 1e9
    piece = Piece(
        "far.mid",
        (Track.of([(0, 1, 60, 90)]),),
        tempos=(Tempo(0, 90), Tempo(far, 60)),
        metres=(Metre(0, 3, 4), Metre(far, 4, 4)),
        keys=(Key(0, 1, False), Key(far, 2, False)),
    )
    read = read_midi("far.mid", to_midi(piece))
    assert [round(tempo.bpm) for tempo in read.tempos] == [90]
    assert read.metres == piece.metres[:1]
    assert read.keys == piece.keys[:1]
