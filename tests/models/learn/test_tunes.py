"""The top voice and its steps."""

import numpy as np

from models.learn.tunes import all_steps, steps_of, top_voice
from musiccore.piece import DRUMS, Piece, Track
from tests.models.music import band, tune

CHORDS = Piece("chords", (Track.of([(i, 1, p + i, 90) for i in range(4) for p in (60, 67, 64)]),))
KIT = Piece("kit", (Track.of([(i, 1, 36, 90) for i in range(8)], DRUMS),))


def test_the_top_voice_is_what_nothing_higher_covers() -> None:
    assert top_voice(CHORDS).tolist() == [67, 68, 69, 70]
    assert top_voice(band(bars=2)).tolist() == [67, 67]
    held = [(0.0, 3.0, 72, 90), (1.0, 0.5, 60, 90), (2.0, 2.0, 76, 90), (4.0, 1.0, 50, 90)]
    assert top_voice(Piece("held", (Track.of(held),))).tolist() == [72, 76, 50]


def test_drums_have_no_melody() -> None:
    assert len(top_voice(KIT)) == 0


def test_steps_within_an_octave() -> None:
    assert steps_of(np.array([60, 62, 62, 76, 64])).tolist() == [2, 0, -12]


def test_what_has_no_steps_is_left_out() -> None:
    one = Piece("one", (Track.of([(0, 1, 60, 90)]),))
    found = all_steps([one, KIT, tune()])
    assert len(found) == 1
    assert found[0][:5].tolist() == [2, 2, 1, 2, 2]
