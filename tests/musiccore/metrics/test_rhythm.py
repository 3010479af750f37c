"""Rhythm metrics against values worked out by hand."""

import numpy as np
import pytest

from musiccore.metrics import METRICS, Excerpts
from musiccore.metrics.rhythm import drum_in_pattern_rate
from musiccore.piece import DRUMS, Piece, Track

EMPTY = Piece("empty", ())
# Three bars of 4/4: quarters on 1 and 3 twice, then on 1 and 2 until beat 4 of the bar begins.
SOME = Piece(
    "some",
    (
        Track.of(
            [
                (0, 1, 60, 90),
                (2, 1, 62, 90),
                (4, 1, 60, 90),
                (6, 1, 62, 90),
                (8, 1, 60, 90),
                (9, 2, 62, 90),
            ]
        ),
    ),
)


def measured(name: str, *pieces: Piece) -> list[float]:
    return METRICS[name](Excerpts.of(pieces)).tolist()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("empty_beat_rate", 4 / 11),  # 1, 3, 5 and 7 of eleven
        ("empty_measure_rate", 0),
        # Bars 1 and 2 agree; 2 and 3 differ at two of 48 steps.
        ("groove_consistency", 1 - (0 + 2) / 2 / 48),
        ("density", 6 / 11),
        ("onset_interval", 9 / 5),
        ("mean_duration", 7 / 6),
        ("bars_repeated", 1 / 3),
        # Steps: (2 +2) (2 -2) (2 +2) (2 -2) (1 +2). Windows of three: the first two and the last
        # all differ.
        ("phrases_repeated", 0),
    ],
)
def test_by_hand(name: str, value: float) -> None:
    found = measured(name, SOME, EMPTY, SOME)
    assert found[0] == found[2] == pytest.approx(value)
    assert np.isnan(found[1])


def test_silence_is_counted_once_however_long_a_note_is() -> None:
    long = Piece("long", (Track.of([(0, 3.5, 60, 90), (1, 1, 60, 90), (15.5, 0.5, 60, 90)]),))
    assert measured("empty_beat_rate", long) == [pytest.approx(11 / 16)]
    assert measured("empty_measure_rate", long) == [pytest.approx(2 / 4)]


def test_a_phrase_comes_back_at_another_height() -> None:
    scale = [(i, 1, 60 + 2 * (i % 4) + i // 4, 90) for i in range(8)]
    # Windows of four: 0-3 is new, 1-4, 2-5, 3-6 cross over, 4-7 is 0-3 a semitone higher.
    line = Piece("line", (Track.of(scale),))
    assert measured("phrases_repeated", line) == [pytest.approx(1 / 5)]
    assert measured("bars_repeated", line) == [0]
    short = Piece("short", (Track.of(scale[:3]),))
    assert np.isnan(measured("phrases_repeated", short))
    assert measured("phrases_repeated", line, short, line)[::2] == [pytest.approx(1 / 5)] * 2


def test_drums_in_their_pattern() -> None:
    beats = [(0, 0.1, 36, 90), (0.25, 0.1, 38, 90), (1 / 3, 0.1, 38, 90), (1.5, 0.1, 36, 90)]
    drums = Excerpts.of([Piece("drums", (Track.of(beats, DRUMS),)), SOME])
    assert drum_in_pattern_rate(drums, 4)[0] == pytest.approx(3 / 4)
    assert drum_in_pattern_rate(drums, 3)[0] == pytest.approx(2 / 4)
    both = METRICS["drum_pattern_consistency"](drums)
    assert both[0] == pytest.approx(3 / 4)
    assert np.isnan(both[1])


def test_groove_is_the_hamming_distance_of_neighbouring_bars() -> None:
    rng = np.random.default_rng(5)
    pieces = [
        Piece("", (Track.of([(int(o) / 12, 0.5, 60, 90) for o in rng.integers(0, 400, 50)]),))
        for _ in range(4)
    ]
    found = measured("groove_consistency", *pieces)
    for piece, value in zip(pieces, found, strict=True):
        bars = -(-round(piece.length * 12) // 48)
        onsets = np.zeros(bars * 48, bool)
        onsets[np.rint(piece.notes().onset * 12).astype(int)] = True
        grooves = onsets.reshape(bars, 48)
        assert value == pytest.approx(1 - (grooves[1:] != grooves[:-1]).mean(axis=1).mean())


def test_one_bar_has_no_groove() -> None:
    assert np.isnan(measured("groove_consistency", Piece("", (Track.of([(0, 4, 60, 90)]),))))
