"""Pieces: tempo, metre, key, notes and length of each, as histograms over the corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from musiccore.features import PieceTable
from ui.counts import Rows, many, share
from ui.explore.music import Music, table_of
from ui.explore.show import show
from ui.figures import columns, spread
from ui.glossary import what_is
from ui.words import duration

MOST_COLUMNS = 20
"""Columns of a histogram of numbers, about."""

NO_KEY = "none found"

KEY_HELP = (
    "Found by the algorithm of Krumhansl and Schmuckler, as music21 does: how long each pitch "
    "class sounds, compared with what listeners expect of each key."
)


@dataclass(frozen=True)
class Number:
    """A statistic that is a number, and how it is told."""

    title: str
    column: str
    values: Callable[[PieceTable], NDArray[Any]]
    words: Callable[[float], str]
    unit: str
    key: str
    help: str | None = None


NUMBERS = (
    Number(
        "Tempo",
        "Tempo (quarter notes a minute)",
        lambda table: table.tempo,
        lambda bpm: f"{bpm:,.0f}",
        " quarter notes a minute",
        "tempo",
        "On average of the whole piece. A file that names no tempo has 120.",
    ),
    Number(
        "Notes",
        "Notes",
        lambda table: table.notes,
        lambda notes: f"{notes:,.0f}",
        " notes",
        "note-count",
    ),
    Number("Length", "Length (s)", lambda table: table.seconds, duration, "", "length"),
)


def section(music: Music) -> None:
    """Five histograms, two a row; behind each the pieces themselves."""
    table = table_of(music)
    names = [piece.name for piece in music.pieces]
    tempo, notes, length = NUMBERS
    left, right = st.columns(2, gap="medium")
    with left:
        _number(table, names, tempo)
        _keys(table, names)
        _number(table, names, length)
    with right:
        _metres(table, names)
        _number(table, names, notes)


def _number(table: PieceTable, names: Sequence[str], number: Number) -> None:
    st.header(number.title, anchor=False, help=number.help)
    values = number.values(table).astype(np.float64)
    edges, counts = histogram(values)
    rows = [
        {"Piece": names[i], number.column: round(float(values[i]), 2)}
        for i in np.argsort(values, kind="stable").tolist()
    ]
    words = [
        f"{_plain(low)} to {_plain(high)}: {many(n, 'piece')}"
        for low, high, n in zip(edges[:-1], edges[1:], counts, strict=True)
    ]
    figure = spread(edges, counts, words, number.column.lower(), "pieces")
    show(number_sentence(number, values), figure, rows, number.key)


def number_sentence(number: Number, values: NDArray[np.float64]) -> str:
    """From the least to the most, and what lies in the middle."""
    least, middle, most = (number.words(float(v)) for v in np.quantile(values, [0, 0.5, 1]))
    if least == most:
        return f"{'All have' if len(values) > 1 else 'The piece has'} {least}{number.unit}."
    return f"From {least} to {most}{number.unit}; half of the pieces have {middle} or less."


def _metres(table: PieceTable, names: Sequence[str]) -> None:
    st.header(
        "Metre", anchor=False, help="The time signature of most of the piece." + what_is("metre")
    )
    rows = [{"Piece": name, "Metre": metre} for name, metre in zip(names, table.metre, strict=True)]
    _named(table.metre, rows, "metre")


def _keys(table: PieceTable, names: Sequence[str]) -> None:
    st.header("Key", anchor=False, help=KEY_HELP + what_is("key"))
    found = [key.name if key else NO_KEY for key in table.keys]
    rows = [
        {
            "Piece": name,
            "Key": key.name if key else NO_KEY,
            "Correlation": round(key.correlation, 3) if key else None,
        }
        for name, key in zip(names, table.keys, strict=True)
    ]
    _named(found, rows, "key")


def _named(found: Sequence[str], rows: Rows, what: str) -> None:
    counts = Counter(found).most_common()
    show(
        named_sentence(counts, what),
        named_figure(counts, what),
        sorted(rows, key=lambda row: str(row[what.capitalize()])),
        what,
    )


def named_sentence(counts: Sequence[tuple[str, int]], what: str) -> str:
    first, times = counts[0]
    pieces = sum(n for _, n in counts)
    if len(counts) == 1:
        return f"{many(pieces, 'piece')}, all with the same {what}: {first}."
    return (
        f"{len(counts)} {what}s occur. The most frequent is {first}: {many(times, 'piece')} "
        f"({share(times, pieces)})."
    )


def named_figure(counts: Sequence[tuple[str, int]], what: str) -> go.Figure:
    """Pieces of each metre or key, the most frequent first."""
    words = [many(n, "piece") for _, n in counts]
    return columns([name for name, _ in counts], [n for _, n in counts], words, what, "pieces")


def histogram(values: NDArray[np.float64]) -> tuple[list[float], list[int]]:
    """Edges (columns + 1) at round numbers, and how many values lie between them (columns,)."""
    low, high = float(values.min()), float(values.max())
    step = round_step((high - low) / MOST_COLUMNS)
    first = np.floor(low / step)
    edges = (first + np.arange(np.floor(high / step) - first + 2)) * step
    counts, _ = np.histogram(values, edges)
    return edges.tolist(), counts.tolist()


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, 50, … that is not below `least`."""
    power = 10.0 ** max(0, np.floor(np.log10(max(least, 1))))
    return float(next(power * n for n in (1, 2, 5, 10) if power * n >= least))


def _plain(number: float) -> str:
    return f"{number:,.0f}"
