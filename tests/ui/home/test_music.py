"""What is heard on Home."""

import numpy as np

from musiccore.piece import Piece, Track
from ui.home.music import _from_first_note


def test_it_sounds_as_soon_as_play_is_pressed() -> None:
    upbeat = Piece("upbeat", (Track.of([(3.0, 1.0, 67, 80), (4.0, 2.0, 72, 80)], 0),))
    heard = _from_first_note(upbeat)
    np.testing.assert_array_equal(heard.notes().onset, [0.0, 1.0])
    assert heard.length == upbeat.length - 3.0
    assert not len(_from_first_note(Piece("nothing", ())))
