"""A corpus as long arrays holds every note once, and knows whose it is."""

import numpy as np

from musiccore.corpus_notes import CorpusNotes, tally
from musiccore.piece import DRUMS, Piece, Track
from musiccore.starters import load_starter
from musiccore.statistics import Count

CHORD = Track.of([(0, 2, 60, 90), (0, 2, 64, 80), (2, 1, 62, 70)], program=0)
LINE = Track.of([(1, 1, 72, 60)], program=73)
KIT = Track.of([(0, 1, 36, 90)], program=DRUMS)
CORPUS = [Piece("a", (CHORD, KIT)), Piece("silent", ()), Piece("b", (LINE, CHORD))]
NOTES = CorpusNotes.of(CORPUS)


def test_every_note_is_there_with_its_piece_and_its_track() -> None:
    assert NOTES.pitch.tolist() == [60, 64, 62, 36, 72, 60, 64, 62]
    assert NOTES.piece.tolist() == [0, 0, 0, 0, 2, 2, 2, 2]
    assert NOTES.track.tolist() == [0, 0, 0, 1, 2, 3, 3, 3]
    assert NOTES.program.tolist() == [0, 0, 0, DRUMS, 73, 0, 0, 0]
    assert NOTES.end.tolist() == [2, 2, 3, 1, 2, 2, 2, 3]
    assert (len(NOTES), NOTES.pieces) == (8, 3)


def test_drums_can_be_left_out() -> None:
    assert NOTES.pitched.pitch.tolist() == [60, 64, 62, 72, 60, 64, 62]
    assert NOTES.pitched.pieces == 3


def test_a_melody_takes_the_highest_of_each_onset() -> None:
    assert NOTES.pitched.melody.pitch.tolist() == [64, 62, 72, 64, 62]


def test_steps_stay_within_a_track() -> None:
    before, after, piece = NOTES.pitched.melody.steps()
    assert (before.tolist(), after.tolist(), piece.tolist()) == ([64, 64], [62, 62], [0, 2])


def test_pitch_classes_are_weighed_by_time() -> None:
    sounding = NOTES.pitched.pitch_classes()
    assert sounding.shape == (3, 12)
    assert sounding[0].tolist() == [2, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0]
    assert sounding[2, 0] == 3
    assert not sounding[1].any()


def test_nothing_is_no_notes() -> None:
    for corpus in ([], [Piece("silent", ())], [Piece("track", (Track.of([]),))]):
        nothing = CorpusNotes.of(corpus)
        assert len(nothing) == len(nothing.pitched.melody) == len(nothing.steps()[0]) == 0
        assert nothing.pitch_classes().shape == (len(corpus), 12)


def test_values_are_tallied_by_time_and_piece() -> None:
    values, piece = np.array([5, 3, 5, 5]), np.array([0, 0, 0, 2], np.int32)
    assert tally(values, piece, str) == (Count("3", 1, 1), Count("5", 3, 2))
    assert tally(values, piece, str, range(4, 7)) == (
        Count("3", 1, 1),
        Count("4", 0, 0),
        Count("5", 3, 2),
        Count("6", 0, 0),
    )
    assert tally(values[:0], piece[:0], str) == ()


def test_negative_values_are_tallied_too() -> None:
    assert tally(np.array([-2, 1]), np.array([0, 1], np.int32), str)[0] == Count("-2", 1, 1)


def test_the_chorales_lose_no_note() -> None:
    pieces = load_starter("bach-chorales")
    notes = CorpusNotes.of(pieces)
    assert np.bincount(notes.piece).tolist() == [len(piece) for piece in pieces]
    assert int(notes.pitch.sum()) == sum(int(t.pitch.sum()) for p in pieces for t in p.tracks)
