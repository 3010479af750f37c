"""Pitch metrics against values worked out by hand."""

import numpy as np
import pytest

from musiccore.metrics import METRICS, Excerpts
from musiccore.metrics.pitch import pitch_in_scale_rate, sounding
from musiccore.piece import DRUMS, Piece, Track

NOTHING = Piece("nothing", (Track.of([(0, 4, 38, 90)], DRUMS),))
# Two bars: C4 for two quarters, with E4 in the second; G4 and a C5 that two instruments share.
SOME = Piece(
    "some",
    (
        Track.of([(0, 2, 60, 90), (1, 1, 64, 90), (4, 2, 67, 90), (4, 2, 72, 90)], 0),
        Track.of([(5, 3, 72, 90), (5, 1, 61, 90)], 40),
    ),
)


def measured(name: str, *pieces: Piece) -> list[float]:
    return METRICS[name](Excerpts.of(pieces)).tolist()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pitch_range", 12),
        ("n_pitches_used", 5),  # 60 61 64 67 72
        ("n_pitch_classes_used", 4),  # C C# E G
        # 72 twice of six notes: 2/6 and four times 1/6.
        ("pitch_entropy", -(1 / 3 * np.log2(1 / 3) + 4 / 6 * np.log2(1 / 6))),
        # C three times of six.
        ("pitch_class_entropy", -(1 / 2 * np.log2(1 / 2) + 3 / 6 * np.log2(1 / 6))),
        ("scale_consistency", 5 / 6),  # all but C#
        # Top line 60 64 72 72: +4, +8, 0.
        ("melodic_interval", 4),
        # 0-1: 1, 1-2: 2, 2-4: 0, 4-5: 2, 5-6: 3 (the shared C5 is one), 6-8: 1.
        ("polyphony", (1 + 2 + 2 + 3 + 2) / 6),
        ("polyphony_rate", 1 / 8),  # more than two from 5 to 6
    ],
)
def test_by_hand(name: str, value: float) -> None:
    found = measured(name, SOME, NOTHING, SOME)
    assert found[0] == found[2] == pytest.approx(value)
    assert np.isnan(found[1])  # drums have no pitch


def test_in_a_scale() -> None:
    some = Excerpts.of([SOME])
    assert pitch_in_scale_rate(some, 0)[0] == pytest.approx(5 / 6)
    assert pitch_in_scale_rate(some, 9, minor=True)[0] == pytest.approx(5 / 6)  # the same notes
    assert pitch_in_scale_rate(some, 0, minor=True)[0] == pytest.approx(4 / 6)  # no E


def test_one_note_has_no_interval_and_no_entropy() -> None:
    one = Piece("one", (Track.of([(0, 1, 60, 90)]),))
    assert np.isnan(measured("melodic_interval", one))
    assert measured("pitch_entropy", one) == [0]
    assert measured("pitch_range", one) == [0]


def test_stretches_cover_the_time_of_a_piano_roll() -> None:
    """Against a roll that is filled cell by cell."""
    rng = np.random.default_rng(3)
    pieces = []
    for i in range(5):
        notes = [
            (int(o) / 12, int(d) / 12, int(p), 90)
            for o, d, p in zip(
                rng.integers(0, 200, 60),
                rng.integers(1, 50, 60),
                rng.integers(40, 60, 60),
                strict=True,
            )
        ]
        pieces.append(Piece(str(i), (Track.of(notes[:30], 0), Track.of(notes[30:], 40))))
    excerpts = Excerpts.of(pieces)
    excerpt, level, steps = sounding(excerpts)
    for i, piece in enumerate(pieces):
        roll = np.zeros((300, 128), bool)
        played = piece.notes()
        for onset, duration, pitch in zip(played.onset, played.duration, played.pitch, strict=True):
            roll[round(onset * 12) : round((onset + duration) * 12), pitch] = True
        counts = np.bincount(roll.sum(axis=1))
        mine = np.bincount(level[excerpt == i], steps[excerpt == i], len(counts))
        assert mine[1:].tolist() == counts[1:].tolist()
