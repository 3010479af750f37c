"""What was played freely is written down as it was meant, and how far it was moved is said."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from musiccore.notation.bars import TICKS, bars_of
from musiccore.notation.grid import gridded
from musiccore.notation.score import notate
from musiccore.piece import Piece, Track
from tests.musiccore.notation.scores import expected, melody, piece_of, read, sounding


def played(seed: int = 0) -> tuple[Piece, Piece]:
    """A tune, and the same with onsets and lengths as a player has them."""
    random = np.random.default_rng(seed)
    tune = melody(*[0.5, 0.5, 1, 1 / 3, 1 / 3, 1 / 3, 1] * 8)
    freely = [
        (max(on + random.normal(0, 0.025), 0), d * random.uniform(0.8, 1.1), pitch, v)
        for on, d, pitch, v in tune
    ]
    return piece_of(Track.of(tune)), piece_of(Track.of(freely))


def test_a_performance_is_quantized_and_says_how_far() -> None:
    tune, freely = played()
    found = notate(freely)
    assert 0 < found.moved.mean < found.moved.most <= 1 / 8
    assert len(tune) * 0.8 < found.moved.notes <= found.moved.of == len(tune)
    score = read(found.musicxml)
    assert sounding(score.parts[0]) == expected(tune.tracks[0])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0.02, 5)), min_size=1, max_size=40))
def test_no_onset_moves_further_than_half_a_step(rows: list[tuple[float, float]]) -> None:
    piece = piece_of(Track.of([(on, d, 60 + i, 80) for i, (on, d) in enumerate(rows)]))
    music = gridded(piece, bars_of(piece))
    (placed,) = music.tracks
    assert np.all(np.abs(placed.start / TICKS - placed.track.onset) <= 1 / 6 + 1e-9)
    assert np.all(placed.end > placed.start)
    assert notate(piece).musicxml


def test_staccato_is_not_written_as_rests() -> None:
    short = piece_of(Track.of([(k, 0.8, 60 + k, 80) for k in range(4)]))
    found = notate(short)
    assert found.moved.notes == 0
    assert found.moved.lengths == 4
    score = read(found.musicxml)
    assert [n[1] for n in sounding(score.parts[0])] == [48] * 4
