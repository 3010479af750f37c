"""Chapter: how a note becomes numbers that a network can calculate with."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from models.learn.inputs import (
    by_interval,
    distances,
    learned_table,
    one_hot,
    principal_plane,
    scaled,
)
from musiccore.encoding import Encoding
from ui.learn.drawing import colours, drawn, laid_out, tiles
from ui.learn.example import Example, Network
from ui.learn.passage import choose_piece, needed, weights

SIX = 6
_ALIKE = 0.02
"""The part by which a distance must be shorter than others before anything is made of it."""

FARTHEST = 24
"""Semitones apart up to which distances are averaged."""


def show(example: Example) -> None:
    """Six notes in three guises, and the map of all notes that the network made itself."""
    network = needed(example)
    if network is None:
        return
    encoding = network.run.encoding
    field = encoding.pitch_field
    st.write(
        "A network multiplies and adds; it cannot read `C4`. So every value of a note gets a "
        "number in a vocabulary first, and then one of three guises. Here are six notes of a "
        "real piece in all three."
    )
    left, right = st.columns(2)
    with left:
        piece = choose_piece(network, "tokens")
    most = max(1, len(piece.rows) - SIX + 1)
    first = 1
    if most > 1:
        first = right.slider("First of the six notes", 1, most, 1, key=f"tokens-first-{most}")
    values = piece.rows[first - 1 : first - 1 + SIX, field].astype(np.int64)
    table = learned_table(encoding, network.run.network, weights(network), field)
    _three(encoding, field, values, table)
    _map(network, field, table)


def _three(
    encoding: Encoding, field: int, values: NDArray[np.int64], table: NDArray[np.float64]
) -> None:
    """The same notes as each network sees them, and how far apart they lie then."""
    size = encoding.fields[field].size
    # A note that comes twice stands twice in the picture: its name alone would be one column.
    names = [f"{i} {encoding.value_words(field, v)}" for i, v in enumerate(values.tolist(), 1)]
    kept = np.arange(max(0, values.min() - 2), min(size, values.max() + 3))
    guises = (
        (
            "Scaled integer",
            f"The number of the value, divided by {size}: one number a note. The chapter gives its "
            "network this. Short, but it claims that neighbours in the list are alike, and that "
            "an octave is far away.",
            scaled(values, size),
            ["value"],
        ),
        (
            "One-hot",
            f"{size} numbers a note, all 0 but a single 1 (shown: the part around these notes). "
            "Claims nothing: every two different notes are equally far apart, √2.",
            one_hot(values, size),
            [encoding.value_words(field, v) for v in kept.tolist()],
        ),
        (
            "Embedding" if table.shape[1] > 1 else "Learned weights",
            f"{table.shape[1]} numbers a note, learned: what helps to predict music decides which "
            "notes are alike. These are the numbers that this very network came to.",
            table[values],
            [str(i + 1) for i in range(table.shape[1])],
        ),
    )
    for column, (title, says, vectors, down) in zip(st.columns(3), guises, strict=True):
        with column:
            st.markdown(f"**{title}**")
            st.caption(says)
            shown = vectors[:, kept] if title == "One-hot" else vectors
            drawn(
                tiles(
                    shown.T,
                    names,
                    down,
                    hover="%{x}, %{y}: %{z}",
                    height=260,
                    yaxis={"nticks": 8, "automargin": True},
                ),
                key=f"tokens-{title}",
                alt=f"The six notes as {title}: {shown.shape[1]} numbers each.",
            )
            st.caption("How far apart (Euclidean distance)")
            drawn(
                tiles(
                    distances(vectors),
                    names,
                    names,
                    hover="%{x} and %{y}: %{z:.2f} apart",
                    text="%{z:.2f}",
                    height=260,
                ),
                key=f"tokens-apart-{title}",
                alt=f"Distances between the six notes as {title}.",
            )
    formulas = (
        r"\underbrace{\frac{i}{V}}_{\text{scaled}}",
        r"\underbrace{(0, \dots, 0, \overset{i}{1}, 0, \dots, 0)}_{\text{one-hot } e_i}",
        r"\underbrace{E^\top e_i = \text{row } i \text{ of } E}_{\text{embedding}}",
    )
    for column, formula in zip(st.columns(3), formulas, strict=True):
        column.latex(formula)


def _map(network: Network, field: int, table: NDArray[np.float64]) -> None:
    """All values that occur, in the plane in which their learned numbers differ most."""
    encoding, corpus = network.run.encoding, network.music.corpus
    st.subheader("The map that the network drew", anchor=False)
    notes = [network.music.notes_of(i).rows[:, field] for i in network.music.learned[:200]]
    times = np.bincount(np.concatenate(notes), minlength=len(table))
    common = np.sort(np.argsort(-times, kind="stable")[: min(60, int((times > 0).sum()))])
    if len(common) < 3:
        st.caption("Too few different notes occur for a map.")
        return
    plane = principal_plane(table[common])
    names = [encoding.value_words(field, v) for v in common.tolist()]
    heights = [_height(encoding, field, v) for v in common.tolist()]
    figure = go.Figure(
        go.Scatter(
            x=plane.points[:, 0],
            y=plane.points[:, 1],
            mode="markers+text",
            text=names,
            textposition="top center",
            customdata=times[common],
            marker={"color": heights, "coloraxis": "coloraxis", "size": 9},
            hovertemplate="%{text}: %{customdata:,} times<extra></extra>",
        )
    )
    drawn(
        laid_out(
            figure,
            height=460,
            coloraxis={"showscale": False},
            xaxis={"title": f"first axis: {plane.kept[0]:.0%} of all differences"},
            yaxis={"title": f"second axis: {plane.kept[1]:.0%}"},
        ),
        key="tokens-map",
        alt=f"A map of {len(common)} notes by their learned numbers.",
    )
    wide = table.shape[1]
    st.caption(
        f"The {len(common)} most frequent of {int((times > 0).sum())} notes in {len(corpus):,} "
        f"pieces, from {wide} dimensions to the two in which they differ most (principal "
        f"components). Nobody told the network which notes are near each other. The colour is the "
        "pitch, from low to high."
    )
    if encoding.fields[field].name == "pitch":
        _intervals(table[common], common)


def _height(encoding: Encoding, field: int, value: int) -> float:
    """From low to high."""
    row = [0] * len(encoding.fields)
    row[field] = value
    return float(np.mean(encoding.sounding(row) or (0,)))


def _intervals(vectors: NDArray[np.float64], pitches: NDArray[np.int64]) -> None:
    """How far apart notes are by the interval between them."""
    found = by_interval(vectors, pitches, FARTHEST)
    at = np.arange(1, FARTHEST + 1)
    figure = go.Figure(
        go.Scatter(
            x=at,
            y=found,
            mode="lines+markers",
            connectgaps=False,
            hovertemplate="%{x} semitones: %{y:.2f}<extra></extra>",
        )
    )
    for octave in (12, 24):
        figure.add_vline(x=octave, line={"color": colours().marked, "dash": "dot", "width": 1})
    drawn(
        laid_out(
            figure,
            height=260,
            xaxis={"title": "interval (semitones; dotted: octaves)", "dtick": 2},
            yaxis={"title": "mean distance", "rangemode": "tozero"},
        ),
        key="tokens-intervals",
        alt="Mean learned distance of two notes by the interval between them.",
    )
    st.caption(_said(found))


def _said(found: NDArray[np.float64]) -> str:
    """What the network made of the octave, by its neighbours."""
    around = found[[10, 12]]
    if np.isnan(found[11]) or np.isnan(around).any():
        return "Two notes apart by each interval, as far as they occur."
    if found[11] < (1 - _ALIKE) * around.min():
        return (
            f"An octave apart ({found[11]:.2f}) notes are more alike to this network than a "
            f"semitone less ({around[0]:.2f}) or more ({around[1]:.2f}): it found out by itself "
            "that notes of one name belong together."
        )
    return (
        f"Notes an octave apart ({found[11]:.2f}) are no more alike to this network than a "
        f"semitone less ({around[0]:.2f}) or more ({around[1]:.2f}): it has not found the octave "
        "out, or had no use for it."
    )
