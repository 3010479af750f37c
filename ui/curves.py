"""The learning curve: loss against epochs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd  # noqa: F401  # whole before Plotly looks for it in `sys.modules`
import plotly.graph_objects as go

from models.store import Epoch

LEARNED, HELD_OUT = "#0072B2", "#D55E00"  # Okabe and Ito: told apart with any colour vision


def learning_curve(history: Sequence[Epoch], epochs: int, height: int = 320) -> go.Figure:
    """Training and held-out loss of every finished epoch, on an axis up to `epochs`."""
    numbers = [e.number for e in history]
    figure = go.Figure()
    figure.add_scatter(
        x=numbers,
        y=[e.loss for e in history],
        name="training",
        mode="lines+markers",
        line={"color": LEARNED, "dash": "dot"},
    )
    held = [(e.number, e.held_out) for e in history if e.held_out is not None]
    if held:
        figure.add_scatter(
            x=[n for n, _ in held],
            y=[loss for _, loss in held],
            name="held out",
            mode="lines+markers",
            line={"color": HELD_OUT},
        )
        best = min(held, key=lambda point: (point[1], point[0]))
        figure.add_annotation(x=best[0], y=best[1], text=f"best {best[1]:.2f}", ay=-28, ax=0)
    figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 30, "b": 10},
        legend={"orientation": "h", "y": 1.12, "x": 0},
        xaxis={"title": "epoch", "range": [0.5, max(epochs, 2) + 0.5], "dtick": _tick(epochs)},
        yaxis={"title": "loss (nats a token)"},
        hovermode="x unified",
    )
    return figure


def _tick(epochs: int) -> int:
    return max(1, round(epochs / 10))
