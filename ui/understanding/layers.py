"""The gates of a take, layer by layer: what to look at, what it means, the heat maps."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from models.reactions import Reactions
from models.store import Run
from models.takes import MadeTake
from models.trace import LayerTrace, Trace, rows_that_fit
from musiccore.labels import FEATURES
from musiccore.piece import Piece
from ui.pianoroll import seconds
from ui.understanding.gates import GATES, Moments, begins, drawn, show_gates
from ui.understanding.traces import measured, numbers, traced

AS_THEY_ARE, BY_MEAN, BY_CHANGE = "as they are", "by their mean", "by how much they change"
_REACTION = "by reaction: "
_TITLES = {_REACTION + feature.title: name for name, feature in FEATURES.items()}


def show_layers(run: Run, made: MadeTake, piece: Piece, player: str) -> None:
    """Choose a layer, its gates and the order of its units; the heat maps."""
    first = _choose_passage(run, made)
    found = traced(run, made, first)
    left, right = st.columns(2)
    number = left.selectbox(
        "Layer",
        range(len(found.layers)),
        format_func=lambda i: layer_words(i, found.layers[i]),
        key=f"gates-layer-{run.id}",
    )
    by = right.selectbox(
        "Order of the units",
        [AS_THEY_ARE, BY_MEAN, BY_CHANGE, *_TITLES],
        key="gates-order",
        help="The first stands on top. What the units react to is measured on real music.",
    )
    layer = found.layers[number]
    values = drawn(layer)
    names = st.pills(
        "Shown",
        list(values),
        default=[name for name in values if name != "candidate"],
        selection_mode="multi",
        format_func=lambda name: GATES[name].title,
        key=f"gates-shown-{layer.kind}",
    )
    if layer.kind == "rnn":
        st.caption("A plain recurrent cell has no gates: all it remembers is its state.")
    shown = [name for name in values if name in names]
    if not shown:
        return
    reactions = measured(run.id, made.epoch).reactions if by in _TITLES else None
    if reactions is not None and _TITLES[by] not in reactions.found:
        st.caption(f"{FEATURES[_TITLES[by]].title} could not be measured on this network's music.")
        reactions = None
    order = order_of(layer, number, by, reactions)
    show_gates(layer, shown, order, moments(run, made, piece, found), player)
    for name in shown:
        st.caption(f"**{GATES[name].title}.** {GATES[name].does[layer.kind]}")
    st.caption(
        "Each column is how the network stood when it chose that note, before it read it; notes "
        "that sound together stand side by side, in the order in which they were chosen. At the "
        "left: every unit at the moment of the mark."
    )


def order_of(
    layer: LayerTrace, number: int, by: str, reactions: Reactions | None
) -> NDArray[np.int64]:
    """The units of layer `number` in the order of the screen."""
    strength = {
        BY_MEAN: lambda: layer.state.mean(axis=0),
        BY_CHANGE: lambda: np.abs(np.diff(layer.state, axis=0)).sum(axis=0),
    }
    if by in strength:
        return np.argsort(-strength[by](), kind="stable")
    if reactions is not None:
        return np.argsort(-reactions.share(_TITLES[by], number), kind="stable")
    return np.arange(layer.state.shape[1])


def moments(run: Run, made: MadeTake, piece: Piece, found: Trace) -> Moments:
    """When the kept rows sound in the music as it is played."""
    kept = slice(found.kept.start, found.kept.stop)
    onset = seconds(piece, made.onsets)
    end = float(onset[kept.stop]) if kept.stop < len(onset) else piece.seconds
    words = [
        f"Note {number:,}: {run.encoding.words(row)}" if number else "The end of a piece"
        for number, row in zip(numbers(run, made)[kept], made.rows[kept].tolist(), strict=True)
    ]
    return Moments(begins(onset[kept], end), words, piece.seconds)


def layer_words(number: int, layer: LayerTrace) -> str:
    """`Layer 1: GRU, 256 units`, counted from the bottom."""
    kind = {"rnn": "plain recurrent"}.get(layer.kind, layer.kind.upper())
    return f"Layer {number + 1}: {kind}, {layer.state.shape[1]:,} units"


def _choose_passage(run: Run, made: MadeTake) -> int:
    """The first row of the passage to look at; a choice only where the take is long."""
    fit = rows_that_fit(run.network)
    starts = range(0, len(made.rows), fit)
    if len(starts) == 1:
        return 0
    named = np.maximum.accumulate(numbers(run, made))

    def words(row: int) -> str:
        before = int(named[row - 1]) if row else 0
        return f"notes {before + 1:,} to {named[min(row + fit, len(named)) - 1]:,}"

    return st.selectbox(
        "Passage",
        starts,
        format_func=words,
        key=f"gates-passage-{len(made.rows)}-{fit}",
    )
