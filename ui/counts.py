"""Counts as the Explore page tells and tabulates them: plain sentences, plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from musiccore.statistics import Count

Rows = list[dict[str, Any]]


def many(number: int, noun: str) -> str:
    """`1 note`, `2,000 notes`."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def share(part: float, whole: float) -> str:
    """A part in percent, one decimal; 0 of 0 is 0%."""
    return f"{part / whole if whole else 0:.1%}"


def percent(part: float, whole: float) -> float:
    """A part in percent for a table, two decimals; 0 of 0 is 0."""
    return round(100 * part / whole, 2) if whole else 0.0


def most_frequent(counts: Sequence[Count]) -> Count:
    """The one that occurs most often; of several the first."""
    return max(counts, key=lambda count: count.times)


def total(counts: Sequence[Count]) -> int:
    """How often they occur together."""
    return sum(count.times for count in counts)


def in_words(counts: Sequence[Count], noun: str = "time") -> list[str]:
    """Of each `12 times in 3 pieces`."""
    return [f"{many(count.times, noun)} in {many(count.pieces, 'piece')}" for count in counts]


def count_rows(counts: Sequence[Count], what: str, times: str = "Times") -> Rows:
    """Rows of things counted that occur at all, the column `what` naming them."""
    whole = total(counts)
    return [
        {
            what: count.what,
            times: count.times,
            f"{times} (%)": percent(count.times, whole),
            "Pieces": count.pieces,
        }
        for count in counts
        if count.times
    ]
