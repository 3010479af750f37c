"""The learning curve: loss and accuracy against epochs, and what counting alone achieves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd  # noqa: F401  # whole before Plotly looks for it in `sys.modules`
import plotly.graph_objects as go

from models.baselines import Baselines
from models.store import Epoch
from ui.counts import Rows
from ui.theme import GREY, palette

_ROOM = 0.06  # of the axis, above and below what is drawn
_TALL = 0.065  # of the axis, a baseline's name
_PLACES = (1.0, 0.7, 0.4)  # of the width, where names end


def learning_curve(
    history: Sequence[Epoch],
    epochs: int,
    height: int = 420,
    baselines: Baselines | None = None,
) -> go.Figure:
    """Training and held-out loss of every finished epoch, on an axis up to `epochs`; below them
    the accuracy, where anything was held out. A baseline far above the losses is named at the top.
    """
    numbers = [e.number for e in history]
    learned, held_out = palette()[:2]
    held = [(e.number, e.held_out) for e in history if e.held_out is not None]
    right = [(e.number, 100 * e.accuracy) for e in history if e.accuracy is not None]
    figure = go.Figure(layout=_layout(height, epochs, with_accuracy=bool(right)))
    figure.add_scatter(
        x=numbers,
        y=[e.loss for e in history],
        name="training",
        mode="lines+markers",
        line={"color": learned, "dash": "dot"},
        hovertemplate="%{y:.3f}",
    )
    if held:
        figure.add_scatter(
            x=[n for n, _ in held],
            y=[loss for _, loss in held],
            name="held out",
            mode="lines+markers",
            line={"color": held_out},
            hovertemplate="%{y:.3f}",
        )
        best = min(held, key=lambda point: (point[1], point[0]))
        figure.add_scatter(
            x=[best[0]],
            y=[best[1]],
            # For the legend: beside the star words would stand on a curve or a baseline's name.
            name=f"best {best[1]:.2f}",
            mode="markers",
            marker={"color": held_out, "size": 14, "symbol": "star"},
            hoverinfo="skip",
        )
    if right:
        figure.add_scatter(
            x=[n for n, _ in right],
            y=[share for _, share in right],
            name="right at first guess",
            mode="lines+markers",
            line={"color": GREY},
            yaxis="y2",
            hovertemplate="%{y:.1f}%",
            showlegend=False,
        )
    losses = [*(e.loss for e in history), *(loss for _, loss in held)]
    figure.layout.yaxis.range = _draw_baselines(figure, losses, baselines)
    return figure


def _layout(height: int, epochs: int, *, with_accuracy: bool) -> dict[str, Any]:
    """Given to a figure at its birth: Plotly takes six times as long to change it later."""
    layout: dict[str, Any] = {
        "height": height,
        "margin": {"l": 10, "r": 10, "t": 30, "b": 10},
        "legend": {"orientation": "h", "y": 1.1, "x": 0},
        "xaxis": {
            "title": "epoch",
            "range": [0.5, max(epochs, 2) + 0.5],
            "dtick": _tick(epochs),
            "anchor": "y2" if with_accuracy else "y",
        },
        "yaxis": {
            "title": "loss (nats a token)",
            "domain": [0.34, 1] if with_accuracy else [0, 1],
        },
        "hovermode": "x unified",
        "dragmode": False,
    }
    if with_accuracy:
        layout["yaxis2"] = {"title": "right (%)", "domain": [0, 0.25], "rangemode": "tozero"}
    return layout


def _draw_baselines(
    figure: go.Figure, losses: Sequence[float], baselines: Baselines | None
) -> tuple[float, float]:
    """Each as a line with its name, or at the top where it is far above. Returns the axis."""
    low, high = min(losses), max(losses)
    levels = sorted(
        ((baselines.per_row(name), name) for name in baselines.nats) if baselines else ()
    )
    if levels:
        low, high = min(low, levels[0][0]), max(high, levels[0][0])
        reach = high + max(high - low, 0.1 * high)
        high = max(high, *(level for level, _ in levels if level <= reach))
    room = _ROOM * max(high - low, 0.05 * high)
    low, high = low - room, high + 3 * room
    tall, above = _TALL * (high - low), [f"{n} {level:.2f}" for level, n in levels if level > high]
    if above:
        _write(figure, _PLACES[0], high, "top", f"↑ {', '.join(above)}")
    drawn = [(level, f"{name} {level:.2f}") for level, name in levels if level <= high]
    ceilings = [level for level, _ in drawn[1:]] + [high - tall * bool(above)]
    floor, below, place = low, low, 0
    for (level, text), ceiling in zip(drawn, ceilings, strict=False):
        figure.add_hline(y=level, line={"color": GREY, "dash": "dash", "width": 1})
        # On the right, where the curves are low: above the line, below it, else beside the others.
        if level >= floor and ceiling - level >= tall:
            anchor, floor, place = "bottom", level + tall, 0
        elif level - floor >= tall:
            anchor, floor, place = "top", level, 0
        else:
            anchor = "top" if level - below >= tall else "bottom"
            place = (place + 1) % len(_PLACES)
        _write(figure, _PLACES[place], level, anchor, text)
        below = level
    return low, high


def _write(figure: go.Figure, x: float, y: float, anchor: str, text: str) -> None:
    figure.add_annotation(
        x=x,
        xref="paper",
        xanchor="right",
        y=y,
        yanchor=anchor,
        text=text,
        showarrow=False,
        font={"size": 11},
    )


def curve_rows(history: Sequence[Epoch]) -> Rows:
    """The numbers behind the curve, an epoch a row."""
    return [
        {
            "Epoch": e.number,
            "Training loss (nats a token)": round(e.loss, 4),
            "Held-out loss (nats a token)": _rounded(e.held_out),
            "Held-out loss (nats a note)": _rounded(e.nats_per_note),
            "Right at first guess (%)": _rounded(None if e.accuracy is None else 100 * e.accuracy),
            "Learning (s)": e.seconds,
        }
        for e in history
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


NAMES = {
    "uniform": "guessing (uniform, {})",
    "unigram": "counting values (unigram, {})",
    "markov 1": "counting (order-1 Markov, {})",
    "markov 2": "counting (order-2 Markov, {})",
    "markov 3": "counting (order-3 Markov, {})",
}
"""Baseline -> what beating it means, with a place for its loss."""


def against_counting(history: Sequence[Epoch], baselines: Baselines | None) -> str:
    """Whether the network beats counting, and since when, in a sentence; empty where nothing was
    held out."""
    measured = [(e.number, e.held_out) for e in history if e.held_out is not None]
    if not measured or baselines is None:
        return ""
    best = min(loss for _, loss in measured)
    levels = sorted((baselines.per_row(name), name) for name in NAMES)
    hardest = _named(*levels[0])
    beaten = [level for level in levels if best < level[0]]
    if not beaten:
        return f"It does not beat {_named(*levels[-1])} yet, the least there is to beat."
    since = next(number for number, loss in measured if loss < beaten[0][0])
    said = f"It beats {_named(*beaten[0])} since epoch {since}"
    return f"{said}." if len(beaten) == len(levels) else f"{said}, but not yet {hardest}."


def _named(loss: float, name: str) -> str:
    return NAMES[name].format(f"{loss:.2f} nats a token")


def _tick(epochs: int) -> int:
    return max(1, round(epochs / 10))
