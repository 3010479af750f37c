"""How notes and time are divided, against values worked out by hand."""

import numpy as np

from musiccore.metrics import HISTOGRAMS, Excerpts
from musiccore.metrics.histograms import DEGREES, duration_words
from musiccore.piece import DRUMS, Piece, Track

NOTHING = Piece("nothing", (Track.of([(0, 1, 38, 90)], DRUMS),))
D_MAJOR = (62, 64, 66, 67, 69, 71, 73, 74, 69, 66, 62)


def row(name: str, piece: Piece) -> dict[int, float]:
    shares = HISTOGRAMS[name](Excerpts.of([NOTHING, piece]))
    if name != "places":
        assert np.isnan(shares[0]).all()
    assert np.isclose(shares[1].sum(), 1)
    return {i: round(share, 6) for i, share in enumerate(shares[1].tolist()) if share}


def test_degrees_stand_above_the_tonic() -> None:
    scale = Piece("d", (Track.of([(i, 1, p, 90) for i, p in enumerate(D_MAJOR)]),))
    found = row("degrees", scale)
    named = {DEGREES[i]: round(share * 11) for i, share in found.items()}
    assert named == {"tonic": 3, "2": 1, "3": 2, "4": 1, "5": 2, "6": 1, "7": 1}


def test_durations_are_the_nearest_that_is_told_apart() -> None:
    notes = [(0, 0.5, 60, 90), (1, 0.5, 60, 90), (2, 1.01, 60, 90), (4, 30, 60, 90)]
    found = row("durations", Piece("", (Track.of(notes),)))
    assert {duration_words()[i]: share for i, share in found.items()} == {
        "1/2": 0.5,
        "1": 0.25,
        "4": 0.25,
    }


def test_intervals_of_the_top_line() -> None:
    notes = [(0, 1, 60, 90), (1, 1, 62, 90), (1, 1, 40, 90), (2, 1, 90, 90), (3, 1, 90, 90)]
    found = row("intervals", Piece("", (Track.of(notes),)))
    assert found == {12 + 2: 0.333333, 12 + 12: 0.333333, 12: 0.333333}


def test_voices_share_all_the_time() -> None:
    notes = [(1, 1, 60, 90), (1, 1, 64, 90), (3, 1, 60, 90)]
    assert row("voices", Piece("", (Track.of(notes),))) == {0: 0.5, 1: 0.25, 2: 0.25}


def test_places_in_the_bar() -> None:
    notes = [(0, 1, 60, 90), (4, 1, 60, 90), (5.75, 1, 60, 90), (6.5, 1, 60, 90)]
    assert row("places", Piece("", (Track.of(notes),))) == {0: 0.5, 7: 0.25, 10: 0.25}
