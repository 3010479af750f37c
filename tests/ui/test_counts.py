"""Sentences and tables say the numbers they were given."""

from musiccore.statistics import Count
from ui.counts import count_rows, in_words, many, most_frequent, percent, share, total

COUNTS = [Count("C4", 1, 1), Count("D4", 0, 0), Count("E4", 2000, 2)]


def test_numbers_have_their_noun() -> None:
    assert many(1, "note") == "1 note"
    assert many(2000, "note") == "2,000 notes"


def test_parts_are_told_in_percent() -> None:
    assert share(1, 3) == "33.3%"
    assert share(0, 0) == "0.0%"
    assert percent(1, 3) == 33.33
    assert percent(0, 0) == 0


def test_counts_are_told_and_tabulated() -> None:
    assert (most_frequent(COUNTS).what, total(COUNTS)) == ("E4", 2001)
    assert in_words(COUNTS, "note")[0] == "1 note in 1 piece"
    assert in_words(COUNTS)[2] == "2,000 times in 2 pieces"
    assert count_rows(COUNTS, "Note") == [
        {"Note": "C4", "Times": 1, "Times (%)": 0.05, "Pieces": 1},
        {"Note": "E4", "Times": 2000, "Times (%)": 99.95, "Pieces": 2},
    ]
    assert count_rows([], "Note") == []
