"""The statistics of pieces small enough to reckon by hand."""

import numpy as np
import pytest

from musiccore.corpus_notes import CorpusNotes
from musiccore.features import PieceTable, piece_table
from musiccore.piece import DRUMS, Metre, Piece, Tempo, Track
from musiccore.starters import load_starter

SCALE = Track.of([(i / 2, 0.5, p, 90) for i, p in enumerate([60, 62, 64, 65, 67, 67, 72, 60])])
DRONE = Track.of([(0, 4, 48, 50)], program=42)
KIT = Track.of([(i, 1, 36, 90) for i in range(4)], program=DRUMS)


def table(*pieces: Piece) -> PieceTable:
    return piece_table(pieces, CorpusNotes.of(pieces))


def test_sizes_and_tempo() -> None:
    slow = Piece("slow", (SCALE,), tempos=(Tempo(0, 60), Tempo(2, 120)))
    found = table(slow, Piece("kit", (KIT,)))
    assert found.notes.tolist() == [8, 4]
    assert found.quarters.tolist() == [4, 4]
    assert found.seconds.tolist() == [3, 2]
    assert found.tempo.tolist() == [80, 120]
    assert len(found) == 2


def test_the_metre_is_that_of_most_of_the_piece() -> None:
    metres = (Metre(0, 4, 4), Metre(1, 3, 4))
    found = table(Piece("a", (SCALE,), metres=metres), Piece("b", (SCALE,), metres=()))
    assert found.metre == ("3/4", "4/4")


def test_the_key_leaves_drums_aside() -> None:
    first, drums, both = table(
        Piece("a", (SCALE,)), Piece("b", (KIT,)), Piece("c", (SCALE, KIT))
    ).keys
    assert first is not None
    assert first == both
    assert first.name == "C major"
    assert drums is None


def test_polyphony_is_the_mean_over_the_sounding_time() -> None:
    found = table(Piece("a", (SCALE, DRONE)), Piece("b", (DRONE,)), Piece("c", (KIT,)))
    assert found.polyphony.tolist() == [2, 1, 0]


def test_what_a_piece_is_described_by() -> None:
    described = {
        name: float(column[0]) for name, column in table(Piece("a", (SCALE,))).described.items()
    }
    assert described["number of notes"] == pytest.approx(np.log(9))
    assert described["mean pitch"] == pytest.approx(np.mean(SCALE.pitch))
    assert described["spread of pitch"] == pytest.approx(np.std(SCALE.pitch))
    assert described["share of repeated notes"] == pytest.approx(1 / 7)
    assert described["share of steps up to two semitones"] == pytest.approx(4 / 7)
    assert described["share of leaps over a fifth"] == pytest.approx(1 / 7)
    assert described["mean note length"] == -1  # powers of two: half a quarter note
    assert described["variety of note lengths"] == 0
    assert described["share of notes off the beat"] == 0.5
    assert described["mean velocity"] == 90


@pytest.mark.parametrize("piece", [Piece("kit", (KIT,)), Piece("one", (DRONE,)), Piece("no", ())])
def test_odd_pieces_have_finite_numbers(piece: Piece) -> None:
    found = table(piece, Piece("a", (SCALE,)))
    assert all(np.isfinite(column).all() for column in found.described.values())
    assert np.isfinite(found.tempo).all()


def test_one_instrument_alone_keeps_the_length_of_the_piece() -> None:
    whole = Piece("a", (SCALE, DRONE))
    found = piece_table([whole], CorpusNotes.of([whole.only([42])]))
    assert (found.notes.tolist(), found.quarters.tolist()) == ([1], [4])


def test_the_chorales_have_a_row_each() -> None:
    pieces = load_starter("bach-chorales")
    found = table(*pieces)
    assert len(found) == len(pieces) == len(found.keys)
    assert found.notes.tolist() == [len(piece) for piece in pieces]
    assert found.seconds.tolist() == [piece.seconds for piece in pieces]
