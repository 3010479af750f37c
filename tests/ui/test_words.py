"""Numbers in words."""

import pytest

from ui.words import duration, megabytes


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59.4, "59 s"), (60, "1 min"), (125, "2 min 5 s"), (3780, "1 h 3 min")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 MB"),
        (800, "0.01 MB"),
        (31_000, "0.03 MB"),
        (4_240_000, "4.2 MB"),
        (12_400_000, "12 MB"),
        (10**9, "1,000 MB"),
    ],
)
def test_sizes(size: int, words: str) -> None:
    assert megabytes(size) == words
