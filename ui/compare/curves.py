"""The curves of several runs in one figure: loss against epochs, or against time of learning."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import accumulate
from typing import Literal

import pandas as pd  # noqa: F401  # whole before Plotly looks for it in `sys.modules`
import plotly.graph_objects as go
import streamlit as st

from models.baselines import BASELINES, Baselines
from ui.compare.entries import Entry
from ui.counts import Rows
from ui.explore.show import show
from ui.figures import laid_out
from ui.theme import GREY, palette

Across = Literal["Epochs", "Time of learning"]
ACROSS: tuple[Across, ...] = ("Epochs", "Time of learning")

PLOT_PIXELS, LEGEND_PIXELS = 340, 29
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross", "triangle-down")
DASHES = {"uniform": "longdashdot", "unigram": "dashdot"}


def curves(chosen: Sequence[Entry]) -> None:
    """The figure, its switch and its numbers."""
    learned = [entry for entry in chosen if entry.history]
    if not learned:
        st.caption("None of these networks has learned an epoch yet.")
        return
    across = st.segmented_control(
        "Draw against", ACROSS, default=ACROSS[0], required=True, key="compare-across"
    )
    by_note = by_notes(learned)
    figure = curve_figure(learned, across, palette(), by_note)
    # Another choice of runs is another figure: nothing of the old one's hidden lines stays.
    version = "-".join(["", across[0], *(entry.id[:4] for entry in learned)])
    show(sentence(learned, by_note), figure, curve_rows(learned), "compare-curves", version=version)


def by_notes(entries: Sequence[Entry]) -> bool:
    """Whether these are measured per note: with several encodings, tokens do not compare."""
    return len({entry.run.encoding.name for entry in entries}) > 1


def sentence(entries: Sequence[Entry], by_note: bool) -> str:
    said = (
        "Held-out nats per note, as the encodings differ."
        if by_note
        else "Solid: held-out loss. Dotted: training loss."
    )
    if shared_baselines(entries) is not None:
        return (
            f"{said} Grey: what counting alone achieves; “uniform” lies far above and shows at a "
            "click on its name. Lower is better."
        )
    if any(entry.baselines for entry in entries):
        return (
            f"{said} Lower is better. What counting achieves differs between these networks, as "
            "they were not measured on the same: the table has it."
        )
    return f"{said} Lower is better."


def shared_baselines(entries: Sequence[Entry]) -> Baselines | None:
    """What counting achieves, where that is the same for all of which it is known."""
    found = [entry.baselines for entry in entries if entry.baselines is not None]
    return found[0] if found and all(one == found[0] for one in found) else None


def curve_figure(
    entries: Sequence[Entry], across: Across, colours: Sequence[str], by_note: bool = False
) -> go.Figure:
    """One colour and one symbol a run; grey lines for what counting achieves."""
    figure = go.Figure()
    times, unit = _times(entries, across)
    for i, (entry, x) in enumerate(zip(entries, times, strict=True)):
        colour = colours[i % len(colours)]
        held = [e.nats_per_note if by_note else e.held_out for e in entry.history]
        figure.add_scatter(
            x=x,
            y=held,
            name=escape(entry.name),
            legendgroup=entry.id,
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"symbol": SYMBOLS[i % len(SYMBOLS)], "size": 7},
            hovertemplate="held out %{y:.3f}<extra>%{fullData.name}</extra>",
        )
        if not by_note:
            figure.add_scatter(
                x=x,
                y=[e.loss for e in entry.history],
                name=f"{escape(entry.name)}, training",
                legendgroup=entry.id,
                showlegend=False,
                mode="lines",
                line={"color": colour, "width": 1.5, "dash": "dot"},
                hovertemplate="training %{y:.3f}<extra>%{fullData.name}</extra>",
            )
    end = max(x[-1] for x in times)
    counted = shared_baselines(entries)
    for name, value in per(counted, by_note).items() if counted else ():
        figure.add_scatter(
            x=[0, end],
            y=[value, value],
            name=f"{name}: {value:.2f}",
            # It lies so far above all others that they would be one line.
            visible="legendonly" if name == "uniform" else True,
            mode="lines",
            line={"color": GREY, "width": 1, "dash": DASHES.get(name, "dash")},
            hovertemplate=f"{BASELINES[name]}: %{{y:.3f}}<extra></extra>",
        )
    items = sum(trace.showlegend is not False for trace in figure.data)
    return laid_out(
        figure,
        height=PLOT_PIXELS + LEGEND_PIXELS * items,
        legend={"orientation": "v", "x": 0, "y": -0.18, "yanchor": "top"},
        xaxis={"title": unit, "rangemode": "tozero", "separatethousands": True},
        yaxis={"title": "nats per note" if by_note else "loss (nats a token)"},
    )


def per(counted: Baselines, by_note: bool) -> dict[str, float]:
    """What counting achieves, in nats a note or a token, by its name, the weakest first."""
    each = counted.per_note if by_note else counted.per_row
    return {name: each(name) for name in BASELINES if name in counted.nats}


def _times(entries: Sequence[Entry], across: Across) -> tuple[list[list[float]], str]:
    """Where the epochs of each run stand on the axis, and what it is called."""
    if across == "Epochs":
        return [[float(e.number) for e in entry.history] for entry in entries], "epoch"
    seconds = [list(accumulate(e.seconds for e in entry.history)) for entry in entries]
    if max(times[-1] for times in seconds) < 300:
        return seconds, "time of learning (s)"
    return [[s / 60 for s in times] for times in seconds], "time of learning (min)"


def curve_rows(entries: Sequence[Entry]) -> Rows:
    """Every epoch of every run, and what counting achieves on what they were measured on."""
    rows: Rows = []
    for entry in entries:
        times = accumulate(e.seconds for e in entry.history)
        rows += [
            {
                "Network": entry.name,
                "Epoch": str(e.number),
                "Training loss (nats a token)": e.loss,
                "Held-out loss (nats a token)": e.held_out,
                "Nats per note": e.nats_per_note,
                "Right at first guess": e.accuracy,
                "Learning (s)": round(time, 3),
            }
            for e, time in zip(entry.history, times, strict=True)
        ]
        if (counted := entry.baselines) is not None:
            rows += [
                {
                    "Network": entry.name,
                    "Epoch": name,
                    "Training loss (nats a token)": None,
                    "Held-out loss (nats a token)": value,
                    "Nats per note": counted.per_note(name),
                    "Right at first guess": None,
                    "Learning (s)": None,
                }
                for name, value in per(counted, by_note=False).items()
            ]
    return rows
