"""Where takes lie among the pieces of a corpus, drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import pandas as pd  # noqa: F401  # whole before Plotly looks for it in `sys.modules`
import plotly.graph_objects as go
from numpy.typing import NDArray

from models.typical import EDGE, Standing
from musiccore.metrics.histograms import DEGREES, MOST_VOICES, WIDEST, duration_words
from ui.figures import HEIGHT, MARGIN
from ui.quality.words import OF_ALL, TYPICAL, WORDS, verdict
from ui.theme import GREY, palette

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross", "triangle-down")

_LINE = 24  # pixels of a measure
_FRAME = 100  # pixels of axis, title, what stands above
_TOP = 30
_LEGEND = 20  # pixels of a line of the legend

Standings = Mapping[str, Standing]


def standing_figure(
    takes: Mapping[str, Standings], colours: Sequence[str] = (), says: bool = True
) -> go.Figure:
    """A line a measure, a mark a take at the share of pieces that have less; what is typical is
    shaded where the corpus `says` so. A single take is coloured by what is typical, several by
    whose they are."""
    names = [name for name in WORDS if any(name in found for found in takes.values())]
    usual, unusual = palette()[:2]
    figure = go.Figure()
    if says:
        figure.add_vrect(
            x0=EDGE,
            x1=100 - EDGE,
            fillcolor=GREY,
            opacity=0.16,
            line_width=0,
            annotation={"text": TYPICAL, "yshift": 20, "font": {"color": GREY}},
            annotation_position="top left",
        )
    for i, (who, found) in enumerate(takes.items()):
        there = [name for name in names if name in found]
        own = [usual if found[name].typical or not says else unusual for name in there]
        figure.add_scatter(
            x=[found[name].percentile for name in there],
            y=[WORDS[name].title for name in there],
            name=escape(who),
            mode="markers",
            marker={
                "size": max(14 - 2 * i, 7) if len(takes) > 1 else 11,  # one may cover another
                "symbol": SYMBOLS[i % len(SYMBOLS)],
                "color": colours[i % len(colours)] if colours else own,
            },
            customdata=[
                [WORDS[name].say(found[name].value), verdict(name, found[name])] for name in there
            ],
            hovertemplate="%{y}: %{customdata[0]}, %{customdata[1]}<extra></extra>",
            cliponaxis=False,
        )
    return figure.update_layout(
        height=_FRAME + _LINE * len(names) + (_LEGEND * len(takes) if len(takes) > 1 else 0),
        margin={**MARGIN, "t": _TOP + (_LEGEND * len(takes) if len(takes) > 1 else 0)},
        dragmode=False,
        showlegend=len(takes) > 1,
        legend={"y": 1, "yref": "container", "yanchor": "top", "x": 0},
        xaxis={
            "title": "pieces of the corpus that have less (%)",
            "range": [-2, 102],
            "tickvals": [0, 25, 50, 75, 100],
            "zeroline": False,
        },
        yaxis={
            "type": "category",
            "categoryorder": "array",
            "categoryarray": [WORDS[name].title for name in names],
            "range": [len(names) - 0.5, -0.5],
            "automargin": True,
            "title": None,
            "showgrid": True,
            "tickfont": {"size": 12},
        },
    )


def spread_figure(name: str, column: NDArray[np.float64], standing: Standing) -> go.Figure:
    """How a metric is spread over the pieces (n,) of a corpus, and where the take lies."""
    words = WORDS[name]
    own = words.times * column[~np.isnan(column)]
    figure = go.Figure()
    figure.add_histogram(
        x=own,
        nbinsx=30,
        name="pieces of the corpus",
        marker={"color": GREY},
        hovertemplate="%{x}: %{y} pieces<extra></extra>",
    )
    colour = palette()[0 if standing.typical else 1]
    figure.add_vline(
        x=words.times * standing.value,
        line={"color": colour, "width": 3},
        annotation={"text": "this take", "font": {"color": colour}},
    )
    figure.add_vrect(
        x0=words.times * standing.low,
        x1=words.times * standing.high,
        fillcolor=GREY,
        opacity=0.16,
        line_width=0,
    )
    return figure.update_layout(
        height=HEIGHT,
        margin=MARGIN,
        dragmode=False,
        bargap=0.05,
        showlegend=False,
        xaxis={"title": f"{words.title.lower()} ({words.unit})"},
        yaxis={"title": "pieces", "tickformat": ",d", "rangemode": "tozero"},
    )


def shares_figure(
    name: str, table: NDArray[np.float64], take: NDArray[np.float64], bar: float
) -> go.Figure:
    """A take's histogram (values,) beside the corpus's (pieces, values): its mean, and between
    which shares nine in ten pieces lie."""
    rows = 100 * table[~np.isnan(table).any(axis=1)]
    low, high = np.percentile(rows, [EDGE, 100 - EDGE], axis=0)
    mean = rows.mean(axis=0)
    labels, axis = value_words(name, len(take), bar)
    figure = go.Figure()
    figure.add_bar(
        x=labels,
        y=mean,
        name="corpus, on average",
        marker={"color": GREY},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": np.maximum(high - mean, 0),
            "arrayminus": np.maximum(mean - low, 0),
            "thickness": 1,
            "color": GREY,
        },
        hovertemplate="%{y:.1f}%",
    )
    figure.add_bar(
        x=labels,
        y=100 * take,
        name="this take",
        marker={"color": palette()[0]},
        hovertemplate="%{y:.1f}%",
    )
    return figure.update_layout(
        height=HEIGHT,
        margin={**MARGIN, "t": 46},
        dragmode=False,
        barmode="group",
        hovermode="x unified",
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
        xaxis={"title": axis, "type": "category"},
        yaxis={"title": f"share (%); lines: {OF_ALL} of the pieces", "rangemode": "tozero"},
    )


def value_words(name: str, size: int, bar: float) -> tuple[list[str], str]:
    """What each value of a histogram is called, and what they are together."""
    if name == "degrees":
        return list(DEGREES), "note of the key"
    if name == "durations":
        return list(duration_words()), "length (quarter notes)"
    if name == "intervals":
        steps = [f"{step:+d}" if step else "0" for step in range(-WIDEST, WIDEST + 1)]
        return [f"{steps[0]} or more", *steps[1:-1], f"{steps[-1]} or more"], "step (semitones)"
    if name == "voices":
        return [*map(str, range(MOST_VOICES)), f"{MOST_VOICES} or more"], "pitches at once"
    places = [f"{1 + i / 4:g}" for i in range(size)]
    return places, "beat of the bar (quarter notes)"
