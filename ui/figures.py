"""Plotly figures from plain data. Colours are the theme's, so that they fit light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd  # noqa: F401  # whole before Plotly looks for it in `sys.modules`
import plotly.graph_objects as go

from musiccore.statistics import chord_pitches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from musiccore.statistics import BookView, Count, InstrumentCount

MOST_BARS = 20
"""Bars beyond this cannot be read; the table has them all."""

MOST_POINTS = 6_000
"""Points of a line beyond which a browser gets slow and an eye sees no more."""

_BAR_PIXELS = 26
_MARGIN = {"l": 10, "r": 10, "t": 20, "b": 10}
_FEW = 8
_WIDEST = 0.4  # of the distance between two columns, where there are few
_FRAME = 90  # pixels of a bar chart that are not bars: axis, title, margins


def instruments_figure(counts: Sequence[InstrumentCount]) -> go.Figure:
    """Notes by instrument, the most frequent on top."""
    shown = counts[:MOST_BARS]
    return _bars(
        [count.name for count in shown],
        [count.notes for count in shown],
        [f"{count.notes:,} notes in {count.pieces:,} pieces" for count in shown],
        "notes",
    )


def chords_figure(counts: Sequence[Count]) -> go.Figure:
    """The most frequent chords by their normal order, with the pitch classes it stands for."""
    shown = counts[:MOST_BARS]
    return _bars(
        [f"{count.what}  <b>{chord_pitches(count.what)}</b>" for count in shown],
        [count.times for count in shown],
        [f"{count.times:,} times in {count.pieces:,} pieces" for count in shown],
        "times",
    )


def pitches_figure(counts: Sequence[Count]) -> go.Figure:
    """How often each note occurs, from low to high."""
    return _columns(counts, "note, from low to high", "times")


def values_figure(counts: Sequence[Count], field: str) -> go.Figure:
    """How often each value of a field occurs, in the order of its values."""
    return _columns(counts, field, "times")


def offsets_figure(view: BookView, first: int, last: int) -> go.Figure:
    """Offset against event number, as in the chapter, of pieces `first` up to `last`."""
    events = offset_points(view.starts, first, last)
    piece = np.searchsorted(view.starts, events, side="right")
    figure = go.Figure(
        go.Scatter(
            x=events - view.starts[first] + 1,
            y=view.offset[events],
            customdata=piece,
            mode="lines",
            line={"width": 1.5},
            hovertemplate="event %{x:,}, piece %{customdata}<br>offset %{y:,.2f} quarter notes"
            "<extra></extra>",
        )
    )
    figure.update_layout(
        height=340,
        margin=_MARGIN,
        xaxis={"title": "event number", "tickformat": ",d", "rangemode": "tozero"},
        yaxis={"title": "offset (quarter notes)", "rangemode": "tozero"},
    )
    return figure


def offset_points(starts: NDArray[np.int64], first: int, last: int) -> NDArray[np.int64]:
    """Which events of pieces `first` up to `last` are drawn: all, or about `MOST_POINTS`.

    The first and the last event of each piece always are, so every fall back to 0 stays sharp.
    """
    begin, end = int(starts[first]), int(starts[last])
    edges = starts[first : last + 1]
    stride = -(-(end - begin) // MOST_POINTS) if end > begin else 1
    return np.unique(np.concatenate([np.arange(begin, end, stride), edges[:-1], edges[1:] - 1]))


def _bars(
    names: Sequence[str], values: Sequence[int], words: Sequence[str], unit: str
) -> go.Figure:
    figure = go.Figure(
        go.Bar(
            x=values,
            y=[str(name) for name in names],
            orientation="h",
            customdata=words,
            texttemplate="%{x:,}",
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{customdata}<extra></extra>",
        )
    )
    figure.update_layout(
        height=_FRAME + _BAR_PIXELS * len(names),
        margin={**_MARGIN, "r": 60},
        bargap=0.25,
        xaxis=_count_axis(unit, values),
        # A chord like 4.7 is a name: left to itself, Plotly would take it for a number.
        yaxis={"type": "category", "autorange": "reversed", "automargin": True, "title": None},
    )
    return figure


def _columns(counts: Sequence[Count], what: str, unit: str) -> go.Figure:
    figure = go.Figure(
        go.Bar(
            x=[count.what for count in counts],
            y=[count.times for count in counts],
            customdata=[count.pieces for count in counts],
            width=_WIDEST if len(counts) < _FEW else None,
            hovertemplate="%{x}: %{y:,} times in %{customdata:,} pieces<extra></extra>",
        )
    )
    figure.update_layout(
        height=340,
        margin=_MARGIN,
        bargap=0.15,
        xaxis={"title": what, "type": "category"},
        yaxis=_count_axis(unit, [count.times for count in counts]),
    )
    return figure


def _count_axis(unit: str, values: Sequence[int]) -> dict[str, object]:
    """An axis from 0 whose ticks are whole numbers, however small the counts are."""
    step = 1 if max(values, default=0) < _FEW else None
    return {"title": unit, "tickformat": ",d", "rangemode": "tozero", "dtick": step}
