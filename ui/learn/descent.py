"""Chapter: how a network walks down its loss, plainly, by RMSprop and by Adam."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from models.learn.descent import WAYS, Landscape, walk
from models.learn.tunes import Steps, all_steps
from ui.learn.drawing import drawn, laid_out
from ui.learn.example import Example
from ui.theme import GREY, palette

Floats = NDArray[np.float64]

UPDATES = 200
PIECES = 60
"""Pieces whose top voice is read, at most."""

FEWEST = 20
"""Steps of a melody below which there is no landscape worth walking."""

BATCHES: Mapping[str, int | None] = {"all": None, "64": 64, "16": 16, "4": 4}

_COLOURS = {"plain": 1, "rmsprop": 3, "adam": 2}  # places in the theme's palette
_GRID = 61


def show(example: Example) -> None:
    """The landscape of a real loss and the ways through it."""
    melodies = all_steps(example.pieces[:PIECES])
    steps = np.concatenate([np.zeros(0, np.int64), *melodies])
    if len(steps) < FEWEST:
        st.info("This needs a melody of some notes. Choose other music.")
        st.page_link("pages/1_Music.py", label="Choose music", icon=":material/library_music:")
        return
    st.write(
        "Learning is walking downhill: the *gradient* says which way the loss rises, and every "
        "weight takes a step the other way. A large network does this with a million weights. "
        "This one has two, so its whole loss can be drawn: it predicts how far the top voice "
        "of the music moves next."
    )
    st.latex(
        r"p(k) = \frac{e^{w_1 |k| + w_2 [k = 0]}}{\sum_{j=-12}^{12} "
        r"e^{w_1 |j| + w_2 [j = 0]}}"
    )
    st.caption(
        "k is a step in semitones, [k = 0] is 1 for staying on the note and 0 else. L is the mean "
        "cross-entropy of all steps, and the gradient g = ∇L says by how much it rises with w₁ "
        "and with w₂."
    )
    ways, batch = _choose(steps)
    if not ways:
        return
    land = Landscape.of(steps)
    paths = {name: walk(steps, name, rate, UPDATES, batch=batch) for name, rate in ways.items()}
    at = st.slider("After so many updates", 0, UPDATES, 40, key="descent-at")
    left, right = st.columns(2)
    with left:
        drawn(
            _map(land, paths, at),
            key="descent-map",
            alt="The loss over two weights as contours, with the paths of the optimizers.",
        )
        st.caption(
            "From above: each line joins weights of the same loss, ★ is the lowest point. All "
            "begin at (0, 0), where every step is held equally likely."
        )
    with right:
        drawn(
            _losses(land, paths, at),
            key="descent-losses",
            alt="The loss after every update, one line an optimizer.",
        )
        lowest = float(land.loss(land.lowest()))
        st.caption(
            f"Lowest: {lowest:.3f} nats a step of the melody; at the start {np.log(25):.3f}."
        )
    _told(land, paths, at)


def _choose(steps: Steps) -> tuple[dict[str, float], int | None]:
    """The ways to show with their learning rates, and how many steps a batch has."""
    names = st.pills(
        "Ways down",
        list(WAYS),
        default=["plain", "rmsprop"],
        selection_mode="multi",
        format_func=lambda name: (
            WAYS[name].title.capitalize() if name == "plain" else WAYS[name].title
        ),
        key="descent-ways",
    )
    ways: dict[str, float] = {}
    chosen = [name for name in WAYS if name in names]
    for column, name in zip(st.columns(max(1, len(chosen))), chosen, strict=False):
        way = WAYS[name]
        with column:
            ways[name] = st.select_slider(
                f"Learning rate η of {way.title}",
                way.rates,
                value=way.usual,
                key=f"descent-rate-{name}",
            )
            st.latex(way.formula)
    batch = st.segmented_control(
        "Steps of the melody in one batch",
        list(BATCHES),
        default="all",
        required=True,
        key="descent-batch",
        help="The gradient is computed from so many examples, drawn anew for every update. Few "
        "are quick and noisy.",
    )
    st.caption(
        f"{len(steps):,} steps of real melodies; g² and the fraction are taken weight by weight."
    )
    return ways, BATCHES[batch]


def _colours() -> dict[str, str]:
    theme = palette()
    return {name: theme[place] for name, place in _COLOURS.items()}


def _map(land: Landscape, paths: Mapping[str, Floats], at: int) -> go.Figure:
    """Contours around the lowest point, and what of the paths lies there."""
    lowest, colours = land.lowest(), _colours()
    ends = np.stack([np.zeros(2), lowest])
    low, high = ends.min(axis=0), ends.max(axis=0)
    room = np.maximum(high - low, [0.6, 1.5]) * 0.6
    low, high = low - room, high + room
    x, y = (np.linspace(low[i], high[i], _GRID) for i in range(2))
    loss = land.loss(np.stack(np.meshgrid(x, y), axis=-1))
    figure = go.Figure(
        go.Contour(
            x=x,
            y=y,
            # Near the bottom all is flat: lines are spaced by the logarithm of the height above it.
            z=np.log10(loss - float(land.loss(lowest)) + 1e-3),
            customdata=loss,
            coloraxis="coloraxis",
            ncontours=18,
            contours={"coloring": "heatmap"},
            line={"width": 0.5},
            hovertemplate="w₁ %{x:.2f}, w₂ %{y:.2f}: %{customdata:.3f} nats<extra></extra>",
        )
    )
    for name, path in paths.items():
        walked = path[: at + 1]
        figure.add_scatter(
            x=walked[:, 0],
            y=walked[:, 1],
            name=WAYS[name].title,
            mode="lines+markers",
            marker={"size": 5},
            line={"color": colours[name], "width": 2},
            hovertemplate="w₁ %{x:.3f}, w₂ %{y:.3f}<extra></extra>",
        )
        figure.add_scatter(
            x=walked[-1:, 0],
            y=walked[-1:, 1],
            mode="markers",
            marker={"size": 14, "color": colours[name], "line": {"width": 2, "color": "white"}},
            showlegend=False,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=lowest[:1],
        y=lowest[1:],
        mode="markers",
        marker={"size": 14, "symbol": "star", "color": "white", "line": {"width": 1}},
        showlegend=False,
        hovertemplate="lowest: w₁ %{x:.3f}, w₂ %{y:.3f}<extra></extra>",
    )
    return laid_out(
        figure,
        height=420,
        coloraxis={"showscale": False},
        xaxis={"title": "w₁: weight of a semitone more", "range": [low[0], high[0]]},
        yaxis={"title": "w₂: weight of staying", "range": [low[1], high[1]]},
    )


def _losses(land: Landscape, paths: Mapping[str, Floats], at: int) -> go.Figure:
    figure, colours = go.Figure(), _colours()
    for name, path in paths.items():
        figure.add_scatter(
            y=land.loss(path),
            name=WAYS[name].title,
            mode="lines",
            line={"color": colours[name], "width": 2},
            hovertemplate="update %{x}: %{y:.3f} nats<extra></extra>",
        )
    figure.add_vline(x=at, line={"color": GREY, "dash": "dot"})
    start, lowest = float(np.log(25)), float(land.loss(land.lowest()))
    return laid_out(
        figure,
        height=420,
        xaxis={"title": "update"},
        # A rate that is too large leaves the picture, and that is what it should look like.
        yaxis={"title": "loss (nats)", "range": [lowest - 0.1, start + 0.5 * (start - lowest)]},
    )


def _told(land: Landscape, paths: Mapping[str, Floats], at: int) -> None:
    lowest = float(land.loss(land.lowest()))
    for name, path in paths.items():
        weights = path[at]
        above = float(land.loss(weights)) - lowest
        gradient = land.gradient(weights)
        st.write(
            f"**{WAYS[name].title}**, update {at}: weights ({weights[0]:.3f}, {weights[1]:.3f}), "
            f"gradient ({gradient[0]:.3f}, {gradient[1]:.3f}), {above:.4f} nats above the lowest."
        )
    start, end = (np.diag(land.curvature(w)) for w in (np.zeros(2), land.lowest()))
    st.write(
        f"At the beginning the loss bends {start[0] / start[1]:,.0f} times as much along w₁ as "
        f"along w₂, at the lowest point {end[0] / max(end[1], 1e-9):,.1f} times. Plain descent has "
        "one rate for both: small enough for the steep way, it crawls along the flat one; larger, "
        "it jumps from wall to wall. RMSprop divides each weight's step by the recent size of its "
        "own gradient, so both get on. Near the end it keeps its step size: with a large rate it "
        "dances around the lowest point."
    )
