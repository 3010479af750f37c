"""Chapter: what each kind of layer does to a melody."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from models.data import inputs_of
from models.learn.through import Passed, Sums, alike, context_share, dropped, passed
from ui.learn.drawing import OUTLINE, colours, drawn, laid_out, tiles
from ui.learn.example import Example
from ui.learn.insides import KINDS, show_activation, show_votes
from ui.learn.passage import choose_piece, cut, needed, weights, words

NOTES = 32
"""Notes of the melody that are shown."""

MEASURED = 160
"""Notes in which equal ones are looked for."""

SHOWN = 32
"""Units of a layer that dropout is shown on."""


def show(example: Example) -> None:
    """The same melody after every layer; dropout, dense and activation by themselves."""
    network = needed(example)
    if network is None:
        return
    st.write(
        "A network is a pile of layers. Each takes a list of numbers for every note and hands on "
        "another list. Here a real melody goes through this network, layer by layer."
    )
    piece = cut(choose_piece(network, "layers"), MEASURED)
    config, encoding = network.run.network, network.run.encoding
    names = words(network, piece)
    if config.objective == "every step":  # such a network is told where a piece begins
        names = ["the beginning", *names[:-1]]
        piece = inputs_of(encoding, piece)
    found = passed(encoding, config, weights(network), piece)
    shown = [_first(layer) for layer in found]
    names = names[:NOTES]
    at = _choose_layer(found)
    _show_layer(shown[at], names, context_share(found[at].values, piece))
    st.subheader("Dropout: learning with gaps", anchor=False)
    _show_dropout(shown[at], names)
    st.subheader("Dense: a vote of all units", anchor=False)
    show_votes(network, shown[-1], names)
    st.subheader("Activation: the bend in the line", anchor=False)
    show_activation(shown, names)


def _choose_layer(found: Sequence[Passed]) -> int:
    return st.segmented_control(
        "Layer",
        range(len(found)),
        default=min(1, len(found) - 1),
        required=True,
        format_func=lambda i: f"{i} {KINDS[found[i].kind][0]}",
        key=f"layers-layer-{'-'.join(layer.kind for layer in found)}",
        wrap=True,
    )


def _first(layer: Passed) -> Passed:
    """The notes that are shown."""
    sums = {gate: Sums(s.activation, s.values[:NOTES]) for gate, s in layer.sums.items()}
    return Passed(layer.kind, layer.values[:NOTES], sums)


def _show_layer(layer: Passed, names: Sequence[str], share: float | None) -> None:
    """What the layer hands on for every note, or which notes look alike to it."""
    width = layer.values.shape[1]
    st.caption(KINDS[layer.kind][1])
    view = st.segmented_control(
        "View",
        ("What it hands on", "Which moments look alike to it"),
        default="What it hands on",
        required=True,
        key="layers-view",
        label_visibility="collapsed",
        wrap=True,
    )
    if view == "What it hands on":
        drawn(
            tiles(
                layer.values.T,
                names,
                [str(i + 1) for i in range(width)],
                hover="after %{x}, unit %{y}: %{z:.3f}",
                height=360,
                xaxis={"title": "after reading …", "nticks": 12, "tickangle": 45},
                yaxis={"title": f"{width} units", "nticks": 8},
            ),
            key="layers-values",
            alt=f"The {width} numbers that this layer hands on after each of {len(names)} notes.",
        )
    else:
        drawn(
            tiles(
                alike(layer.values),
                names,
                names,
                hover="%{x} and %{y}: %{z:.2f}",
                low=-1,
                high=1,
                height=460,
                xaxis={"nticks": 12, "tickangle": 45},
                yaxis={"nticks": 12, "automargin": True},
            ),
            key="layers-alike",
            alt="How alike the layer's numbers are at every two moments of the melody.",
        )
        st.caption("1: the same; 0: nothing in common; −1: opposite (correlation of the units).")
    if share is None:
        st.caption("No note of this piece comes twice at first, so equal notes cannot be compared.")
    else:
        st.metric(
            "How different equal notes look, by what came before them",
            f"{share:.0%}",
            help="Mean distance between equal notes at different places, in percent of that "
            f"between unequal ones, among the first {MEASURED} notes. 0%: the layer looks at "
            "nothing but the note.",
        )


def _show_dropout(layer: Passed, names: Sequence[str]) -> None:
    """Units of the chosen layer at one note, before and after a dropout that really drops."""
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    rate = left.slider("Dropout rate", 0.0, 0.9, 0.3, 0.05, key="layers-rate")
    moment = middle.slider("After note", 1, len(names), len(names), key=f"layers-at-{len(names)}")
    drops = st.session_state.setdefault("layers-drops", 1)
    if right.button("Drop again", key="layers-drop", icon=":material/casino:", width="stretch"):
        drops = st.session_state["layers-drops"] = drops + 1
    whole = layer.values[moment - 1]
    out, kept = dropped(whole, rate, seed=drops)
    units = [str(i + 1) for i in range(min(SHOWN, len(whole)))]
    figure = go.Figure()
    figure.add_bar(
        x=units,
        y=whole[: len(units)],
        name="given",
        marker=OUTLINE,
        hovertemplate="unit %{x}: %{y:.3f}<extra>given</extra>",
    )
    figure.add_bar(
        x=units,
        y=out[: len(units)],
        name="handed on",
        width=0.5,
        marker={"color": colours().marked},
        hovertemplate="unit %{x}: %{y:.3f}<extra>handed on</extra>",
    )
    drawn(
        laid_out(
            figure,
            height=280,
            barmode="overlay",
            xaxis={"title": f"unit (the first {len(units)} of {len(whole)})", "nticks": 16},
        ),
        key="layers-dropped",
        alt=f"{len(units)} units before and after dropout.",
    )
    st.write(
        f"Drop {drops}: {int((~kept).sum())} of {len(whole)} units are silent, the others are "
        f"{1 / (1 - rate):.2f} times as loud, so that their sum stays the same on average. "
        "No unit can rely on another, so they learn less by heart."
    )
    st.latex(
        r"\tilde h_i = \begin{cases} 0 & \text{with probability } p \\ "
        r"\dfrac{h_i}{1 - p} & \text{else} \end{cases}"
    )
