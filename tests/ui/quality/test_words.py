"""Measures in words."""

import pytest

from models.typical import Standing
from musiccore.metrics import HISTOGRAMS, METRICS
from ui.quality.words import WORDS, unusual, verdict


def standing(value: float, percentile: float) -> Standing:
    return Standing(value, percentile, 0.5, 0.7, 0.9, None)


def test_every_measure_has_words() -> None:
    assert WORDS.keys() == METRICS.keys() | HISTOGRAMS.keys()
    assert len({words.title for words in WORDS.values()}) == len(WORDS)
    assert all(words.what.endswith(".") for words in WORDS.values())


@pytest.mark.parametrize(
    ("name", "value", "percentile", "said"),
    [
        ("groove_consistency", 0.8, 70.0, "typical"),
        ("groove_consistency", 0.9, 95.0, "typical"),
        ("groove_consistency", 0.2, 1.3, "lower than in 98% of the pieces"),
        ("groove_consistency", 0.2, 0.0, "lower than in all pieces"),
        ("groove_consistency", 0.99, 99.9, "higher than in 99% of the pieces"),
        ("groove_consistency", 1.0, 100.0, "higher than in all pieces"),
        ("durations", 1.0, 97.0, "further from the average than 97% of the pieces"),
    ],
)
def test_verdicts(name: str, value: float, percentile: float, said: str) -> None:
    assert verdict(name, standing(value, percentile)) == said


def test_an_unusual_measure_is_said_with_its_numbers() -> None:
    assert unusual("groove_consistency", standing(0.99, 99.0)) == (
        "**Groove**: higher than in 99% of the pieces, 99.0% where 90% of them have 50.0 to 90.0%."
    )
    same = standing(0.1, 100.0)._replace(low=0.0, high=0.0)
    assert unusual("empty_measure_rate", same).endswith("of them have 0.0%.")
    assert unusual("durations", standing(1, 97.0)) == (
        "**Mix of note lengths**: further from the average than 97% of the pieces. "
        "How often each length of note is played."
    )
