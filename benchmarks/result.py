"""One measured line of the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """`gruve` and `other` in words with their units; `wanted` is what the project promises."""

    what: str
    gruve: str
    other: str
    ratio: str
    wanted: str


def table(results: Iterable[Result]) -> str:
    """The results as a Markdown table."""
    lines = ["| what | Gruve | compared with | ratio | promised |", "|---|---|---|---|---|"]
    lines += [f"| {r.what} | {r.gruve} | {r.other} | {r.ratio} | {r.wanted} |" for r in results]
    return "\n".join(lines)
