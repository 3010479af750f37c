"""A Piece is notes in quarter-note time; it knows its length, its seconds and its programs."""

from musiccore.piece import DRUMS, Piece, Tempo, Track


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
