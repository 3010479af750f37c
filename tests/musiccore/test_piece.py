"""A Piece is notes in quarter-note time; it knows its length, its seconds and its programs."""

import pytest

from musiccore.piece import DRUMS, Metre, Piece, Tempo, Track, excerpt, music_digest


def test_notes_come_in_order_of_onset_program_pitch() -> None:
    piece = Piece(
        "two parts",
        (
            Track.of([(1, 1, 60, 90), (0, 1, 64, 80), (0, 1, 60, 70)], program=40),
            Track.of([(0, 2, 36, 100)], program=DRUMS),
            Track.of([(0, 2, 48, 100)], program=0),
        ),
    )
    notes = piece.notes()
    assert list(zip(notes.onset, notes.program, notes.pitch, strict=True)) == [
        (0, 0, 48),
        (0, 40, 60),
        (0, 40, 64),
        (0, DRUMS, 36),
        (1, 40, 60),
    ]
    assert len(piece) == 5
    assert piece.programs == (0, 40, DRUMS)
    assert piece.only([40]).programs == (40,)


def test_seconds_follow_every_tempo_change() -> None:
    track = Track.of([(0, 1, 60, 90), (6, 2, 62, 90)])
    piece = Piece("two tempos", (track,), tempos=(Tempo(0, 120), Tempo(4, 60)))
    assert piece.length == 8
    assert piece.seconds == 4 * 0.5 + 4 * 1.0


def test_until_the_first_tempo_the_default_holds() -> None:
    piece = Piece("late tempo", (Track.of([(0, 4, 60, 90)]),), tempos=(Tempo(2, 60),))
    assert piece.seconds == 2 * 0.5 + 2 * 1.0


def test_a_piece_without_notes_has_no_length() -> None:
    assert Piece("empty", ()).length == 0
    assert Piece("empty", ()).seconds == 0
    assert len(Piece("empty", ()).notes().onset) == 0


CHORD = [(0.0, 1.0, 60, 90), (0.0, 2.0, 60, 80), (0.0, 1.0, 64, 90), (1.0, 1.0, 60, 90)]


def test_the_same_music_has_one_digest_whatever_it_is_called() -> None:
    whole = Piece("a.mid", (Track.of(CHORD, 40, "Violin"), Track.of(CHORD, 0)), digest="1")
    apart = Piece(
        "b.mid",
        (Track.of(CHORD[:2], 0, "Piano"), Track.of(CHORD[::-1], 40), Track.of(CHORD[2:], 0)),
        tempos=(Tempo(0, 60),),
        digest="2",
        repairs=("Something was left out.",),
    )
    assert music_digest(whole) == music_digest(apart)
    assert len(music_digest(whole)) == 64
    assert music_digest(Piece("empty", ())) == music_digest(Piece("", (Track.of([]),)))


@pytest.mark.parametrize(
    ("place", "value"), [(0, 0.5), (1, 1.5), (2, 61), (3, 91)], ids=["onset", "length", "p", "v"]
)
def test_another_note_is_other_music(place: int, value: float) -> None:
    first = list(CHORD[0])
    first[place] = value
    changed = [(first[0], first[1], int(first[2]), int(first[3])), *CHORD[1:]]
    whole = music_digest(Piece("a", (Track.of(CHORD),)))
    assert music_digest(Piece("a", (Track.of(changed),))) != whole
    assert music_digest(Piece("a", (Track.of(CHORD, program=1),))) != whole
    assert music_digest(Piece("a", (Track.of(CHORD[1:]),))) != whole


def test_an_excerpt_begins_at_0_with_the_signs_that_hold_there() -> None:
    piece = Piece(
        "long",
        (Track.of([(0, 1, 60, 90), (2, 4, 62, 90), (5, 1, 64, 90)]), Track.of([(9, 1, 70, 90)])),
        tempos=(Tempo(0, 100), Tempo(1, 50), Tempo(4, 70)),
        metres=(Metre(0, 3, 4),),
    )
    part = excerpt(piece, 2, 5)
    assert [track.onset.tolist() for track in part.tracks] == [[0], []]
    assert part.tracks[0].duration.tolist() == [3]
    assert part.tempos == (Tempo(0, 50), Tempo(2, 70))
    assert part.metres == (Metre(0, 3, 4),)
    assert part.digest not in (piece.digest, excerpt(piece, 2, 6).digest)
