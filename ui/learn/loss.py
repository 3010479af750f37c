"""Chapter: softmax, categorical cross-entropy and perplexity, on one real note."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from models.learn.foretelling import Foretold, cross_entropy, foretold, perplexity, softmax
from musiccore.encoding import Encoding
from ui.learn.drawing import colours, drawn, laid_out, probabilities
from ui.learn.example import Example, Network
from ui.learn.passage import choose_piece, cut, needed, window
from ui.page import plain
from ui.theme import GREY
from ui.understanding.words import chance, question

NOTES = 64
"""Notes of a piece that are predicted."""

LIKELIEST = 12


def show(example: Example) -> None:
    """One prediction with its sums, then the loss of the whole passage."""
    network = needed(example)
    if network is None:
        return
    st.write(
        "Before every note the network says how likely it holds each value. The *loss* is how "
        "surprised it is by the note that really comes. Here it reads a real piece."
    )
    chosen = choose_asked(network, "loss")
    if chosen is None:
        return
    found, at, field = chosen
    encoding = network.run.encoding
    logits, came = found.logits[field][at], int(found.rows[at, field])
    _sums(encoding, field, logits, came)
    _worked_out(encoding, field, logits, came)
    _passage(encoding, found, at)


def choose_asked(network: Network, chapter: str) -> tuple[Foretold, int, int] | None:
    """The note and the field to look at: what was predicted of a passage, the place of the note in
    it, the field. None where the piece is too short to ask the network anything."""
    left, middle, right = st.columns([2, 2, 3])
    with left:
        piece = choose_piece(network, chapter)
    seen = window(network)
    piece = cut(piece, NOTES + (seen or 0))
    if len(piece.rows) <= (seen or 0):
        st.info(f"This network wants {seen} notes before it predicts one. Choose a longer piece.")
        return None
    found = foretold(network.forward, piece, seen)
    encoding = network.run.encoding
    number = 1
    if len(found.rows) > 1:
        number = middle.slider(
            f"Note ({found.first + 1} to {found.first + len(found.rows)} of the piece)",
            1,
            len(found.rows),
            min(9, len(found.rows)),
            key=f"{chapter}-note-{len(found.rows)}",
        )
    fields = [i for i, f in enumerate(encoding.fields) if f.is_choice]
    field = encoding.pitch_field if encoding.pitch_field in fields else fields[0]
    if len(fields) > 1:
        with right:
            field = st.segmented_control(
                "What is predicted",
                fields,
                default=field,
                required=True,
                format_func=lambda i: encoding.fields[i].name.capitalize(),
                key=f"{chapter}-field",
                wrap=True,
            )
    came = encoding.words(found.rows[number - 1].tolist())
    st.markdown(f"What came: **{plain(came)}**")
    return found, number - 1, field


def shown_values(logits: np.ndarray, came: int) -> list[int]:
    """The likeliest values, and what came if it is not among them."""
    likeliest: list[int] = np.argsort(-logits, kind="stable")[:LIKELIEST].tolist()
    return likeliest if came in likeliest else [*likeliest[:-1], came]


def _sums(encoding: Encoding, field: int, logits: np.ndarray, came: int) -> None:
    p = softmax(logits)
    values = shown_values(logits, came)
    names = [encoding.value_words(field, v) for v in values]
    figure = probabilities(names, p[values], values.index(came), line=1 / len(p))
    figure.update_xaxes(title=question(encoding, field).asked)
    drawn(
        figure,
        key="loss-odds",
        alt=f"Probabilities of the likeliest values; {chance(float(p[came]))} for what came.",
    )
    st.caption(
        f"The {len(values)} likeliest of {len(p)} values; that in another colour is what came. "
        f"Dashed: {chance(1 / len(p))}, what all would get if the network knew nothing."
    )


def _worked_out(encoding: Encoding, field: int, logits: np.ndarray, came: int) -> None:
    """The three sums with their numbers, and beside them those of a network that knows nothing."""
    p = softmax(logits)
    size = len(p)
    shifted = logits.astype(np.float64) - float(logits.max())
    total, odds = float(np.exp(shifted).sum()), float(np.exp(shifted[came]))
    nats = cross_entropy(p, came)
    left, right = st.columns(2)
    with left:
        st.markdown("**Softmax**: logits become probabilities that add up to 1")
        st.latex(
            r"\begin{aligned} p_i &= \frac{e^{y_i}}{\sum_j e^{y_j}} \\[4pt] &= "
            rf"\frac{{\exp({shifted[came]:.2f})}}{{{total:.3f}}} = "
            rf"\frac{{{odds:.4f}}}{{{total:.3f}}} \\[4pt] &= {p[came]:.4f} \end{{aligned}}"
        )
        st.caption(
            f"The largest logit, {float(logits.max()):.2f}, is taken from all first: that changes "
            "nothing in the fraction, and no number gets too large."
        )
    with right:
        st.markdown("**Categorical cross-entropy**: the surprise, in nats")
        st.latex(
            r"\begin{aligned} L &= -\sum_i t_i \ln p_i \\ &= -\ln p_{\text{came}} \\ &= "
            rf"-\ln {p[came]:.4f} = {nats:.3f} \end{{aligned}}"
        )
        st.caption(
            "t is 1 for what came and 0 for all else, so one term is left. Sure and right costs "
            "0; sure and wrong costs much."
        )
    st.markdown("**Perplexity**: among how many equally likely values one would be as unsure")
    left, right = st.columns(2)
    left.latex(rf"e^{{L}} = e^{{{nats:.3f}}} = {_number(perplexity(nats))}")
    right.latex(rf"L = \ln {size} = {math.log(size):.3f}, \quad e^L = {size}")
    right.caption("The same sums for a network that knows nothing.")


def _number(value: float) -> str:
    return f"{value:,.1f}".replace(",", r"{,}") if value < 1e6 else r"\text{over a million}"


def _passage(encoding: Encoding, found: Foretold, at: int) -> None:
    """The loss of every note, and what each field costs at the chosen one."""
    nats = found.nats
    each = nats.sum(axis=1)
    st.subheader("The whole passage", anchor=False)
    fields = [i for i, f in enumerate(encoding.fields) if f.is_choice]
    uniform = sum(math.log(encoding.fields[i].size) for i in fields)
    numbers = np.arange(found.first + 1, found.first + 1 + len(each))
    usual, marked = colours()
    figure = go.Figure()
    figure.add_bar(
        x=numbers,
        y=each,
        marker={"color": [marked if i == at else usual for i in range(len(each))]},
        text=[encoding.words(row) for row in found.rows.tolist()],
        textposition="none",
        hovertemplate="note %{x}: %{y:.2f} nats<br>%{text}<extra></extra>",
        showlegend=False,
    )
    mean = float(each.mean())
    for level, name in ((mean, "mean"), (uniform, "knowing nothing")):
        figure.add_scatter(
            x=[numbers[0] - 0.5, numbers[-1] + 0.5],
            y=[level, level],
            name=f"{name}: {level:.2f} nats",
            mode="lines",
            line={"color": GREY, "dash": "dash" if name == "mean" else "dot", "width": 2},
            hoverinfo="skip",
        )
    drawn(
        laid_out(
            figure,
            height=300,
            xaxis={"title": "note of the piece"},
            yaxis={"title": "loss (nats)", "rangemode": "tozero"},
        ),
        key="loss-passage",
        alt=f"The loss of {len(each)} notes, {mean:.2f} nats on average.",
    )
    left, middle, right = st.columns(3)
    left.metric("Loss of this note", f"{each[at]:.2f} nats")
    middle.metric("Mean of the passage", f"{mean:.2f} nats")
    right.metric(
        "Perplexity of the passage",
        f"{perplexity(mean):,.1f}",
        help=f"A network that knows nothing: {math.exp(uniform):,.0f} equally likely notes.",
    )
    if len(fields) > 1:
        parts = " + ".join(f"{encoding.fields[i].name} {nats[at, i]:.2f}" for i in fields)
        st.caption(
            f"A note is several choices, each knowing those before it, and their losses add up: "
            f"{parts} = {each[at]:.2f} nats."
        )
    st.caption(
        "The held-out loss on the Train page is this mean, over pieces that the network never "
        "learned from."
    )
