"""Figures that several chapters draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ui.figures import HEIGHT, MARGIN
from ui.theme import GREY, diverging, palette


class Colours(NamedTuple):
    """`usual` is what most of a figure has, `marked` what is looked at."""

    usual: str
    marked: str


def colours() -> Colours:
    """The theme's first two."""
    return Colours(*palette()[:2])


OUTLINE = {"color": "rgba(124, 134, 141, 0.25)", "line": {"color": GREY, "width": 1}}
"""How bars look that stand behind others."""


def laid_out(figure: go.Figure, **layout: Any) -> go.Figure:
    """The frame of every figure: nothing happens where a finger only scrolls the page."""
    return figure.update_layout(
        {
            "height": HEIGHT,
            "margin": MARGIN,
            "dragmode": False,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            **layout,
        }
    )


def tiles(
    values: NDArray[Any],
    across: Sequence[str],
    down: Sequence[str],
    *,
    hover: str,
    text: str = "",
    low: float | None = None,
    high: float | None = None,
    height: int = HEIGHT,
    **layout: Any,
) -> go.Figure:
    """A table (down, across) as colours, the first row on top; `text` is how to write the numbers
    on them, empty for not at all."""
    figure = go.Figure(
        go.Heatmap(
            z=np.asarray(values, float).round(4).tolist(),
            x=list(across),
            y=list(down),
            coloraxis="coloraxis",
            texttemplate=text or None,
            hovertemplate=f"{hover}<extra></extra>",
        )
    )
    # Where there is less than nothing, the colours part there.
    parted = {"colorscale": diverging()} if low is not None and low < 0 else {}
    scale = {"showscale": not text, "colorbar": {"thickness": 10}, **parted}
    return laid_out(
        figure,
        height=height,
        coloraxis={"cmin": low, "cmax": high, **scale},
        xaxis={"type": "category", "tickangle": 0, "automargin": True, **layout.pop("xaxis", {})},
        yaxis={"type": "category", "autorange": "reversed", **layout.pop("yaxis", {})},
        **layout,
    )


def probabilities(
    names: Sequence[str],
    values: NDArray[Any],
    chosen: int | None,
    *,
    before: NDArray[Any] | None = None,
    line: float | None = None,
) -> go.Figure:
    """Probabilities (n,) as columns in percent, that at place `chosen` told apart; `before` as
    outlines behind them, a `line` across."""
    figure = go.Figure()
    if before is not None:
        figure.add_bar(
            x=list(names),
            y=(100 * before).round(3).tolist(),
            name="at temperature 1",
            marker=OUTLINE,
            hovertemplate="%{x}: %{y:.2f}%<extra>at temperature 1</extra>",
        )
    usual, marked = colours()
    figure.add_bar(
        x=list(names),
        y=(100 * values).round(3).tolist(),
        name="now",
        marker={"color": [marked if i == chosen else usual for i in range(len(names))]},
        width=0.5 if before is not None else None,
        hovertemplate="%{x}: %{y:.2f}%<extra></extra>",
    )
    if line is not None:
        figure.add_hline(y=100 * line, line={"color": GREY, "dash": "dash", "width": 1})
    return laid_out(
        figure,
        barmode="overlay",
        showlegend=before is not None,
        xaxis={"type": "category", "automargin": True},
        yaxis={"title": "probability (%)", "rangemode": "tozero"},
    )


def drawn(figure: go.Figure, key: str, alt: str, **options: Any) -> None:
    """Show a figure without buttons; `alt` says it in words to whoever cannot see it."""
    import streamlit as st

    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, alt=alt, **options)
