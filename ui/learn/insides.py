"""What goes on inside a layer: the votes of a dense one, and the activation of a unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from models.cells import Array
from models.learn.through import ACTIVATIONS, Passed
from ui.learn.drawing import colours, drawn, laid_out
from ui.learn.example import Network
from ui.learn.passage import weights
from ui.theme import GREY

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


def show_votes(network: Network, top: Passed, names: Sequence[str]) -> None:
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


def show_activation(found: Sequence[Passed], names: Sequence[str]) -> None:
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
            y=other.function(at),
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
        f"Each point is this unit at one note. "
        f"{flat:.0%} of them lie beyond ±3, where sigmoid and tanh are nearly flat: there "
        "learning moves the unit little. Without a bent function a pile of layers would be no "
        "more than one weighted sum."
    )
