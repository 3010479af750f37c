"""Plotly figures from plain data. Colours are the theme's, so that they fit light and dark.

Dragging does nothing at first: on a telephone a finger on a figure scrolls the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd  # noqa: F401  # whole before Plotly looks for it in `sys.modules`
import plotly.graph_objects as go
from numpy.typing import NDArray

MOST_BARS = 20
"""Bars beyond this cannot be read; the table has them all."""

MOST_POINTS = 6_000
"""Points of a line beyond which a browser gets slow and an eye sees no more."""

HEIGHT = 340
MARGIN = {"l": 10, "r": 10, "t": 36, "b": 10}

_BAR_PIXELS = 26
_FRAME = 106  # pixels of a bar chart that are not bars: axis, title, margins
_GAP, _GAP_OF_ONE = 0.25, 0.5  # of the distance between two bars
_FEW = 8
_WIDEST = 0.4  # of the distance between two columns, where there are few


def bars(
    names: Sequence[str],
    values: Sequence[int],
    words: Sequence[str],
    unit: str,
    lines: int = 1,
) -> go.Figure:
    """Horizontal bars, the first on top, at most `MOST_BARS`; `words` say each in full.

    `lines` is how many lines of text a name takes.
    """
    names, values, words = names[:MOST_BARS], values[:MOST_BARS], words[:MOST_BARS]
    figure = go.Figure(
        go.Bar(
            x=list(values),
            y=list(names),
            orientation="h",
            customdata=list(words),
            texttemplate="%{x:,}",
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{customdata}<extra></extra>",
        )
    )
    return laid_out(
        figure,
        height=_FRAME + _BAR_PIXELS * lines * len(names),
        margin={**MARGIN, "r": 60},
        bargap=_GAP if len(names) > 1 else _GAP_OF_ONE,
        xaxis=count_axis(unit, values),
        # A chord like 4.7 is a name: left to itself, Plotly would take it for a number.
        yaxis={"type": "category", "autorange": "reversed", "automargin": True, "title": None},
    )


def columns(
    names: Sequence[str],
    values: Sequence[float],
    words: Sequence[str],
    what: str,
    unit: str,
) -> go.Figure:
    """Columns side by side in the order given, each by its name; `words` say each in full."""
    figure = go.Figure(
        go.Bar(
            x=list(names),
            y=list(values),
            customdata=list(words),
            width=_WIDEST if len(names) < _FEW else None,
            hovertemplate="%{x}: %{customdata}<extra></extra>",
        )
    )
    return laid_out(
        figure,
        bargap=0.15,
        xaxis={"title": what, "type": "category"},
        yaxis=count_axis(unit, values),
    )


def spread(
    edges: Sequence[float], values: Sequence[int], words: Sequence[str], what: str, unit: str
) -> go.Figure:
    """A histogram: column i reaches from `edges[i]` to `edges[i + 1]`."""
    left, right = np.asarray(edges[:-1]), np.asarray(edges[1:])
    figure = go.Figure(
        go.Bar(
            x=((left + right) / 2).tolist(),
            y=list(values),
            width=((right - left) * 0.94).tolist(),
            customdata=list(words),
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    return laid_out(
        figure, xaxis={"title": what, "separatethousands": True}, yaxis=count_axis(unit, values)
    )


def heat_map(
    table: NDArray[np.int64], names: Sequence[str], down: str, across: str, unit: str
) -> go.Figure:
    """Counts (n, n) as colours, from row to column; the first row on top."""
    figure = go.Figure(
        go.Heatmap(
            z=table.tolist(),
            x=list(names),
            y=list(names),
            coloraxis="coloraxis",  # the theme's, from little to much
            xgap=1,
            ygap=1,
            hovertemplate="from %{y} to %{x}: %{z:,} times<extra></extra>",
        )
    )
    return laid_out(
        figure,
        height=420,
        coloraxis={"colorbar": {"title": unit, "thickness": 12, "tickformat": ",d"}},
        xaxis={"title": across, "type": "category", "tickangle": 0},
        yaxis={"title": down, "type": "category", "autorange": "reversed"},
    )


def line(
    x: NDArray[Any], y: NDArray[Any], hover: str, across: str, up: str, **trace: Any
) -> go.Figure:
    """A line through the points."""
    scatter = go.Scatter(
        x=x,
        y=y,
        mode="lines",
        line={"width": 1.5},
        hovertemplate=f"{hover}<extra></extra>",
        **trace,
    )
    return laid_out(
        go.Figure(scatter),
        xaxis={"title": across, "tickformat": ",d", "rangemode": "tozero"},
        yaxis={"title": up, "rangemode": "tozero", "separatethousands": True},
    )


def count_axis(unit: str, values: Sequence[float]) -> dict[str, object]:
    """An axis from 0 whose ticks are whole numbers, however small the counts are."""
    step = 1 if max(values, default=0) < _FEW else None
    return {"title": unit, "tickformat": ",d", "rangemode": "tozero", "dtick": step}


def laid_out(figure: go.Figure, **layout: Any) -> go.Figure:
    """The figure with this layout and no other: Plotly takes six times as long to change one."""
    figure.layout = {"height": HEIGHT, "margin": MARGIN, "dragmode": False, **layout}
    return figure
