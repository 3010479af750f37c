"""Chapter: what each kind of layer does to a melody."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from models.cells import Array
from models.data import inputs_of
from models.learn.through import ACTIVATIONS, Passed, alike, context_share, dropped, passed
from musiccore.encoding import Encoded
from ui.learn.drawing import OUTLINE, colours, drawn, laid_out, tiles
from ui.learn.example import Example, Network
from ui.learn.passage import choose_piece, cut, needed, weights, words
from ui.theme import GREY

NOTES = 32
"""Notes of the melody that goes through the layers."""

SHOWN = 32
"""Units of a layer that dropout is shown on."""

KINDS = {
    "embedding": (
        "Embedding",
        "A table: each value of a note looks up its row of learned numbers, and the rows are "
        "added. It knows no before and no after: the same note always looks the same.",
    ),
    "one-hot": ("One-hot input", "Zeros and a 1 for each value. Nothing is learned here."),
    "scaled integer": ("Scaled input", "Each value divided by how many there are. Not learned."),
    "gru": (
        "GRU",
        "A recurrent layer with two gates. What it hands on depends on this note and on all "
        "before: the same note looks different at another place.",
    ),
    "lstm": (
        "LSTM",
        "A recurrent layer with three gates and a memory of its own beside what it hands on.",
    ),
    "rnn": ("Plain recurrent", "A recurrent layer without gates: note and old state, then tanh."),
    "dense": (
        "Dense",
        "Every output is a weighted sum of all that comes in. It mixes, but remembers nothing.",
    ),
    "dropout": (
        "Dropout",
        "Silences a random part of the numbers while the network learns. When it plays, as here, "
        "it hands on what it is given.",
    ),
}
"""Kind -> its name, and what it does in a sentence or two."""


def show(example: Example) -> None:
    """The same melody after every layer; dropout, dense and activation by themselves."""
    network = needed(example)
    if network is None:
        return
    st.write(
        "A network is a pile of layers. Each takes a list of numbers for every note and hands on "
        "another list. Here a real melody goes through this network, layer by layer."
    )
    piece = cut(choose_piece(network, "layers"), NOTES)
    config, encoding = network.run.network, network.run.encoding
    names = words(network, piece)
    if config.objective == "every step":  # such a network is told where a piece begins
        names = ["the beginning", *names[:-1]]
        piece = inputs_of(encoding, piece)
    found = passed(encoding, config, weights(network), piece)
    at = _choose_layer(found)
    _show_layer(found[at], names, piece)
    st.subheader("Dropout: learning with gaps", anchor=False)
    _show_dropout(found[at], names)
    st.subheader("Dense: a vote of all units", anchor=False)
    _show_dense(network, found[-1], names)
    st.subheader("Activation: the bend in the line", anchor=False)
    _show_activation(found, names)


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


def _show_layer(layer: Passed, names: Sequence[str], piece: Encoded) -> None:
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
    share = context_share(layer.values, piece)
    if share is None:
        st.caption("No note of this passage comes twice, so equal notes cannot be compared.")
    else:
        st.metric(
            "How different equal notes look, by what came before them",
            f"{share:.0%}",
            help="Mean distance between equal notes at different places, in percent of that "
            "between unequal ones. 0 %: the layer looks at nothing but the note.",
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
        r"\tilde h_i = \frac{m_i\, h_i}{1 - p}, \qquad m_i = \begin{cases} 0 & "
        r"\text{with probability } p \\ 1 & \text{else} \end{cases}"
    )


def _show_dense(network: Network, top: Passed, names: Sequence[str]) -> None:
    """The dense layer that decides the first field: which units vote for a value."""
    encoding = network.run.encoding
    field = next((i for i, f in enumerate(encoding.fields) if f.is_choice), 0)
    if field:
        st.caption("This music leaves the first choice open to one value only: no vote to show.")
        return
    name = encoding.fields[field].name
    arrays = weights(network)
    kernel, bias = arrays[f"{name}_logits/kernel"], arrays[f"{name}_logits/bias"]
    moment = st.slider("After note", 1, len(names), len(names), key=f"layers-vote-{len(names)}")
    state = top.values[moment - 1]
    logits = state @ kernel + bias
    order = np.argsort(-logits, kind="stable")[:12].tolist()
    value = st.selectbox(
        f"Votes for this {name}",
        order,
        format_func=lambda v: f"{encoding.value_words(field, v)}: {logits[v]:.2f}",
        key=f"layers-value-{moment}",
    )
    votes = state * kernel[:, value]
    strongest = np.argsort(-np.abs(votes), kind="stable")[:15]
    rest = float(votes.sum() - votes[strongest].sum())
    labels = [*(f"unit {i + 1}" for i in strongest), "all others", "bias"]
    heights = [*votes[strongest].tolist(), rest, float(bias[value])]
    figure = go.Figure(
        go.Waterfall(
            x=[*labels, "sum"],
            y=[*heights, 0],
            measure=["relative"] * len(heights) + ["total"],
            increasing={"marker": {"color": colours().usual}},
            decreasing={"marker": {"color": colours().marked}},
            totals={"marker": {"color": GREY}},
            hovertemplate="%{x}: %{delta:.3f}<extra></extra>",
        )
    )
    drawn(
        laid_out(figure, height=300, xaxis={"tickangle": 45, "automargin": True}),
        key="layers-votes",
        alt="The votes of the strongest units, added up to one logit.",
    )
    st.write(
        f"Each of {len(state)} units gives its number times a learned weight; together with the "
        f"bias they make {float(logits[value]):.2f}, the *logit* of this value. Softmax turns "
        "logits into probabilities: that is the next chapter."
    )
    st.latex(r"y_j = b_j + \sum_i h_i\, W_{ij}")


def _show_activation(found: Sequence[Passed], names: Sequence[str]) -> None:
    """A unit's real sums, and what the function makes of them."""
    inner = {
        f"{at} {KINDS[layer.kind][0]}: {gate}": sums
        for at, layer in enumerate(found)
        for gate, sums in layer.sums.items()
    }
    left, right = st.columns(2)
    which = left.selectbox("Sums", list(inner), key=f"layers-sums-{len(inner)}-{len(found)}")
    name, values = inner[which]
    unit = right.number_input(
        f"Unit (1 to {values.shape[1]})", 1, values.shape[1], 1, key=f"layers-unit-{which}"
    )
    activation = ACTIVATIONS[name]
    given: Array = values[:, int(unit) - 1]
    reach = max(6.0, float(np.abs(given).max()) * 1.1)
    at = np.linspace(-reach, reach, 241).astype(np.float32)
    figure = go.Figure()
    for other in ACTIVATIONS.values():
        is_this = other is activation
        figure.add_scatter(
            x=at,
            y=other.function(at).clip(-1.5, 3),
            name=other.title,
            mode="lines",
            line={"width": 3 if is_this else 1, "dash": "solid" if is_this else "dot"},
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=given,
        y=activation.function(given),
        name="the melody",
        mode="markers",
        text=list(names),
        marker={
            "size": 10,
            "color": list(range(len(given))),
            "coloraxis": "coloraxis",
            "line": {"width": 1, "color": GREY},
        },
        hovertemplate="%{text}: %{x:.2f} becomes %{y:.3f}<extra></extra>",
    )
    drawn(
        laid_out(
            figure,
            coloraxis={"showscale": False},
            xaxis={"title": "sum that goes in"},
            yaxis={"title": "what comes out", "range": [-1.6, 3.1]},
        ),
        key="layers-activation",
        alt=f"The curve of {activation.title}, and on it one unit at every note of the melody.",
    )
    st.latex(activation.formula)
    flat = float((np.abs(given) > 3).mean())
    st.write(
        f"Each point is this unit at one note, dark for the first and bright for the last. "
        f"{flat:.0%} of them lie beyond ±3, where sigmoid and tanh are nearly flat: there "
        "learning moves the unit little. Without a bent function a pile of layers would be no "
        "more than one weighted sum."
    )
