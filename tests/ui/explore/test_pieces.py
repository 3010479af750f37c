"""Histograms over pieces: round edges, nothing lost, sentences with the numbers."""

import numpy as np
import pytest

from ui.explore.pieces import (
    NUMBERS,
    histogram,
    named_figure,
    named_sentence,
    number_sentence,
    round_step,
)

TEMPO, NOTES, LENGTH = NUMBERS


@pytest.mark.parametrize("values", [[120], [120, 120], [0, 0], [1, 999], [60.5, 61, 200], [19, 21]])
def test_every_piece_stands_in_one_column(values: list[float]) -> None:
    edges, counts = histogram(np.array(values, float))
    assert sum(counts) == len(values)
    assert edges[0] <= min(values)
    assert max(values) < edges[-1]
    assert len(counts) <= 22


@pytest.mark.parametrize(("least", "step"), [(0, 1), (1, 1), (1.2, 2), (4, 5), (7, 10), (130, 200)])
def test_columns_have_round_widths(least: float, step: float) -> None:
    assert round_step(least) == step


def test_numbers_are_told_from_least_to_most() -> None:
    assert number_sentence(NOTES, np.array([10.0, 20, 4000])) == (
        "From 10 to 4,000 notes; half of the pieces have 20 or less."
    )
    assert number_sentence(TEMPO, np.array([80.0, 80])) == "All have 80 quarter notes a minute."
    assert number_sentence(LENGTH, np.array([65.0])) == "The piece has 1 min 5 s."


def test_names_are_told_by_their_pieces() -> None:
    counts = [("4/4", 3), ("3/4", 1)]
    assert named_sentence(counts, "metre") == (
        "2 metres occur. The most frequent is 4/4: 3 pieces (75.0%)."
    )
    assert named_sentence([("C major", 2)], "key") == "2 pieces, all with the same key: C major."
    assert list(named_figure(counts, "metre").data[0].y) == [3, 1]
