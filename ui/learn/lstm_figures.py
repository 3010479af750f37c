"""The three cells in numbers: how much each learns, carries and takes, what the twins learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from models.cells import CELLS
from models.config import RECURRENT
from models.learn.speed import parameters, step_seconds
from models.learn.twins import KINDS as TWINS
from models.learn.twins import twins
from models.store import StoreError
from ui.counts import Rows, many
from ui.learn.drawing import laid_out
from ui.learn.kinds import KINDS, colour
from ui.learn.numbers import listed
from ui.naming import name_of
from ui.workspace import Workspace, store


def columns(values: Mapping[str, float], words: Mapping[str, str], unit: str) -> go.Figure:
    """One column a cell, its number above it."""
    figure = go.Figure(
        go.Bar(
            x=[KINDS[kind].title for kind in values],
            y=list(values.values()),
            text=[words[kind] for kind in values],
            textposition="outside",
            cliponaxis=False,
            width=0.5,
            marker={"color": [colour(KINDS[kind]) for kind in values]},
            hovertemplate="%{x}: %{text}<extra></extra>",
        )
    )
    return laid_out(
        figure,
        height=300,
        xaxis={"title": None, "type": "category"},
        yaxis={"title": unit, "rangemode": "tozero", "separatethousands": True},
    )


class Size(NamedTuple):
    """What a layer learns and carries, in numbers."""

    learned: int
    carried: int


def sizes(inputs: int, units: int) -> dict[str, Size]:
    """Of each cell."""
    return {
        kind: Size(parameters(kind, inputs, units), CELLS[kind].carries * units) for kind in TWINS
    }


def size_words(found: Mapping[str, Size]) -> str:
    """What the figure of sizes says."""
    gru, lstm, rnn = (found[kind].learned for kind in ("gru", "lstm", "rnn"))
    return (
        f"A GRU of this size learns **{gru:,} numbers**, {gru / rnn:.1f} times as many as a plain "
        f"RNN; an LSTM {lstm:,}, {lstm / gru - 1:.0%} more than the GRU. From note to "
        f"note the GRU carries {found['gru'].carried:,} numbers, the LSTM "
        f"{found['lstm'].carried:,}."
    )


def size_rows(found: Mapping[str, Size]) -> Rows:
    """Every number of it."""
    return [
        {
            "Cell": KINDS[kind].title,
            "Numbers learned": size.learned,
            "Numbers carried from note to note": size.carried,
        }
        for kind, size in found.items()
    ]


@st.cache_data(max_entries=32, ttl=600, show_spinner="Measuring …")
def speeds(inputs: int, units: int, asked: int) -> dict[str, float]:
    """Microseconds a note of each cell on this machine; measured anew for every `asked`."""
    return {kind: 1e6 * step_seconds(kind, inputs, units) for kind in TWINS}


def speed_words(found: Mapping[str, float], units: int) -> str:
    """What was measured."""
    said = [f"{KINDS[kind].title} **{took:.0f} µs**" for kind, took in found.items()]
    share = found["gru"] / found["lstm"]
    return (
        f"One step of {units} units takes, on one core of this machine just now: {listed(said)}. "
        f"The GRU needs {share:.0%} of the LSTM's time."
    )


def speed_rows(found: Mapping[str, float]) -> Rows:
    """Every number of it."""
    return [
        {"Cell": KINDS[kind].title, "One step (µs)": round(took, 2)} for kind, took in found.items()
    ]


def learned_words() -> str:
    """What the twins achieved."""
    whole = twins()
    said = [
        f"{KINDS[kind].title} **{of.nats_per_note:.2f}** ({of.numbers:,} numbers in all)"
        for kind, of in whole.by_kind.items()
    ]
    return (
        f"Held-out loss after up to {whole.training.epochs} epochs on {whole.title}, in nats a "
        f"note (lower is better): {listed(said)}."
    )


def learned_rows() -> Rows:
    """Every number of it."""
    return [
        {
            "Cell": KINDS[kind].title,
            "Held-out loss (nats a note)": of.nats_per_note,
            "Best epoch": of.epoch,
            "Numbers learned": of.numbers,
        }
        for kind, of in twins().by_kind.items()
    ]


def own_rows(workspace: Workspace) -> Rows:
    """What the visitor's own runs measured, where they have learned anything."""
    rows: Rows = []
    for run in workspace.runs():
        try:
            history, best = store().history(run.id), store().best(run.id)
        except StoreError:
            continue
        layers = [layer for layer in run.network.layers if layer.kind in RECURRENT]
        measured = next((e.nats_per_note for e in history if e.number == best), None)
        rows.append(
            {
                "Network": name_of(workspace, run),
                "Cells": " + ".join(f"{KINDS[y.kind].title} {y.units}" for y in layers),
                "Epochs": len(history),
                "Best held-out loss (nats a note)": None
                if measured is None
                else round(measured, 3),
                "Learning (s an epoch)": round(float(np.median([e.seconds for e in history])), 1),
            }
        )
    return rows


def own_words(rows: Rows) -> str:
    """How many runs there are."""
    return f"What your own {many(len(rows), 'network')} measured, where they learned:"
