"""Rows behind the histograms."""

import numpy as np

from musiccore.histograms import Level
from ui.explore.histograms import level_rows, transition_rows


def test_steps_come_most_frequent_first() -> None:
    table = np.zeros((12, 12), np.int64)
    table[0, 2], table[11, 0] = 1, 3
    assert transition_rows(table) == [
        {"From": "B", "To": "C", "Times": 3, "Times (%)": 75.0},
        {"From": "C", "To": "D", "Times": 1, "Times (%)": 25.0},
    ]
    assert transition_rows(table * 0) == []


def test_levels_that_never_sound_are_left_out() -> None:
    assert level_rows([Level(0, 0, 0), Level(1, 3, 2), Level(2, 1, 1)]) == [
        {"Notes at once": 1, "Time (quarter notes)": 3, "Time (%)": 75.0, "Pieces": 2},
        {"Notes at once": 2, "Time (quarter notes)": 1, "Time (%)": 25.0, "Pieces": 1},
    ]
