"""A piece as notes over seconds."""

from __future__ import annotations

import numpy as np
import pytest

from musiccore.piece import DRUMS, Metre, Piece, Tempo, Track
from ui.pianoroll import MAX_BARS, part_tracks, roll, seconds


def test_seconds_of_many_onsets_are_those_of_the_piece() -> None:
    piece = Piece("p", (), tempos=(Tempo(1.0, 60.0), Tempo(2.0, 30.0), Tempo(5.5, 200.0)))
    onsets = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 4.0, 5.5, 9.0])
    assert seconds(piece, onsets) == pytest.approx([piece.to_seconds(o) for o in onsets])


def test_the_roll_has_a_part_an_instrument_with_the_drums_last() -> None:
    flute = [(0.0, 2.0, 72, 100)]
    piece = Piece(
        "p",
        (
            Track.of([(1.0, 0.5, 38, 90)], DRUMS),
            Track.of(flute, 73),
            Track.of([(3.0, 1.0, 60, 40)], 73),
        ),
        tempos=(Tempo(0.0, 60.0), Tempo(1.0, 30.0)),
    )
    shown = roll(piece)
    assert shown.parts == ("Flute", "Drums")
    assert shown.drums == (1,)
    assert shown.onset.tolist() == [0.0, 1.0, 5.0]
    assert shown.duration.tolist() == [3.0, 1.0, 2.0]
    assert shown.part.tolist() == [0, 1, 0]
    assert shown.pitch.tolist() == [72, 38, 60]
    assert shown.velocity.tolist() == [100, 90, 40]
    assert shown.source.tolist() == [1, 0, 2]
    assert part_tracks(piece) == ((1, 2), (0,))


def test_named_voices_of_one_instrument_are_told_apart() -> None:
    voices = [Track.of([(0.0, 1.0, 60 - k, 90)], name=n) for k, n in enumerate(("Alto", "Bass"))]
    assert roll(Piece("p", tuple(voices))).parts == ("Alto", "Bass")
    assert part_tracks(Piece("p", (Track.of([]), *voices))) == ((1,), (2,))
    nameless = [Track.of([(0.0, 1.0, 60, 90)]) for _ in range(2)]
    assert roll(Piece("p", tuple(nameless))).parts == ("Acoustic Grand Piano",)


def test_bars_follow_the_metres_and_the_tempo() -> None:
    piece = Piece(
        "p",
        (Track.of([(0.0, 8.0, 60, 90)]),),
        tempos=(Tempo(0.0, 60.0), Tempo(4.0, 120.0)),
        metres=(Metre(0.0, 1, 4), Metre(1.0, 3, 4)),
    )
    assert roll(piece).bars == (1.0, 4.0, 5.5)
    endless = Piece("p", (Track.of([(0.0, MAX_BARS + 1.0, 60, 90)]),), metres=(Metre(0.0, 1, 4),))
    assert roll(endless).bars == ()
