"""Pieces cut into excerpts."""

import numpy as np
import pytest

from musiccore.metrics import HISTOGRAMS, METRICS, Excerpts, by_piece
from musiccore.piece import Piece, Track, excerpt
from tests.models.music import band, tune

PIECES = [tune(60, 60), band(bars=7), tune(50, 9), Piece("empty", ())]


def test_a_piece_is_cut_into_excerpts_one_after_the_other() -> None:
    line = Piece("", (Track.of([(i, 1.5, 60 + i, 90) for i in range(11)]),))
    cut = Excerpts.of([line]).cut(1)
    assert cut.length.tolist() == [48, 48, 42]  # the last is 3.5 quarters and more than half
    assert cut.piece.tolist() == [0, 0, 0]
    assert cut.excerpt.tolist() == [0] * 4 + [1] * 4 + [2] * 3
    assert cut.onset.tolist() == [0, 12, 24, 36] * 2 + [0, 12, 24]
    assert cut.end.tolist()[:4] == [18, 30, 42, 48]  # a note stops where its excerpt does
    assert Excerpts.of([line]).cut(2).length.tolist() == [96]  # 4.5 quarters are left out


@pytest.mark.parametrize("name", [*METRICS, *HISTOGRAMS])
def test_all_at_once_is_one_by_one(name: str) -> None:
    measure = {**METRICS, **HISTOGRAMS}[name]
    together = measure(Excerpts.of(PIECES).cut(2))
    alone = []
    for piece in PIECES:
        for start in np.arange(0, piece.length, 8.0).tolist():
            end = min(start + 8, piece.length)
            if end - start >= 4:
                single = Excerpts.of([excerpt(piece, start, end)]).cut(2)
                alone.append(measure(single)[0])
    assert len(together) == len(alone) > 6
    np.testing.assert_allclose(together, np.array(alone))


@pytest.mark.parametrize("name", [*METRICS, *HISTOGRAMS])
def test_nothing_is_measured_of_nothing(name: str) -> None:
    measure = {**METRICS, **HISTOGRAMS}[name]
    assert len(measure(Excerpts.of([]))) == 0
    assert np.isnan(measure(Excerpts.of([Piece("empty", ())]))).all()


def test_a_piece_has_the_mean_of_its_excerpts() -> None:
    cut = Excerpts.of(PIECES).cut(2)
    values = np.arange(len(cut), dtype=float)
    values[1] = np.nan
    found = by_piece(cut, values)
    for piece in range(3):
        own = values[cut.piece == piece]
        expected = np.nanmean(own) if len(own) else np.nan
        assert found[piece] == pytest.approx(expected, nan_ok=True)
    assert np.isnan(found[3])


def test_the_melody_is_what_nothing_sounds_above() -> None:
    held = [(0, 4, 72, 90), (1, 1, 60, 90), (4, 1, 60, 90), (4, 1, 65, 90), (5, 1, 50, 90)]
    pieces = [Piece("", (Track.of(held, 0), Track.of([(4, 2, 65, 90)], 40))), tune()]
    line = Excerpts.of(pieces).melody
    assert line.count().tolist() == [2, 40]  # at 5 another instrument's 65 still sounds
    assert (line.onset[:2] // 12).tolist() == [0, 4]
    assert line.pitch[:2].tolist() == [72, 65]
