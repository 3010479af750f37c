"""Gradients through time: measured once for each network, drawn, and said in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from models.learn.memory import LEAD, influence, loss_with, passages
from models.learn.twins import KINDS as TWINS
from models.learn.twins import twins
from models.learn.untrained import untrained
from ui.counts import Rows
from ui.learn.drawing import laid_out
from ui.learn.example import Network
from ui.learn.kinds import KINDS, OWN, SHIPPED, Kind, colour
from ui.learn.numbers import listed, part
from ui.theme import GREY

FARTHEST = 100
"""Notes back, at most."""
READ = (1, 2, 4, 8, 16, 32, 64)
"""Notes that a network may read before it has to predict one."""
_LOWEST = 1e-9
"""Below this the axis of shares ends: nobody learns from a billionth."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One network: how much its answer depends on the note k back, of how much it depends on the
    newest, for k from 0 on."""

    kind: Kind
    share: NDArray[np.float64]


@st.cache_data(max_entries=8, show_spinner="Measuring how far back the networks reach …")
def _twin(kind: str, trained: bool) -> NDArray[np.float64]:
    whole = twins()
    network = whole.by_kind[kind].network
    forward = whole.forward(kind) if trained else untrained(whole.encoding, network)
    return _shares(influence(forward, passages(whole.held_out, LEAD + FARTHEST + 1), FARTHEST))


@st.cache_data(
    max_entries=16, ttl=3600, show_spinner="Measuring how far back the network reaches …"
)
def _network(url: str, run_id: str, epoch: int, _network: Network) -> NDArray[np.float64]:
    music = _network.music
    corpus = music.corpus.only(music.held_out or music.learned)
    return _shares(influence(_network.forward, passages(corpus, LEAD + FARTHEST + 1), FARTHEST))


def _shares(found: NDArray[np.float64]) -> NDArray[np.float64]:
    return found / found[0] if found[0] else found


def curves(network: Network | None, trained: bool) -> list[Curve]:
    """The three twins, trained or untrained; beside trained ones the network of the examples."""
    found = [Curve(KINDS[kind], _twin(kind, trained)) for kind in TWINS]
    if network is not None and trained:
        own = _network(network.store.url, network.run.id, network.epoch, network)
        found.append(Curve(OWN if network.own else SHIPPED, own))
    return found


def curve_figure(found: Sequence[Curve], steps: int) -> go.Figure:
    """All of them up to so many notes back, on an axis of powers of ten."""
    figure = go.Figure()
    for curve in found:
        shown = curve.share[: steps + 1]
        figure.add_scatter(
            x=np.arange(len(shown)),
            y=shown,
            name=curve.kind.title,
            mode="lines",
            line={"color": colour(curve.kind), "dash": curve.kind.dash, "width": 2.5},
            customdata=[part(share) for share in shown],
            hovertemplate="%{x} notes back: %{customdata}<extra>%{fullData.name}</extra>",
        )
    lowest = max(_LOWEST, min(float(curve.share[: steps + 1].min()) for curve in found))
    highest = max(float(curve.share[: steps + 1].max()) for curve in found)
    return laid_out(
        figure,
        height=380,
        xaxis={"title": "notes back", "range": [0, steps]},
        yaxis={
            "title": "share of the newest note's",
            "type": "log",
            "range": [np.log10(lowest) - 0.2, np.log10(highest) + 0.2],
            "exponentformat": "power",
            "dtick": 1 if lowest > 1e-5 else 2,
        },
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        margin={"l": 10, "r": 10, "t": 70, "b": 10},
    )


def in_words(found: Sequence[Curve], steps: int) -> str:
    """What the figure says of the farthest note shown."""
    said = [f"{_the(curve.kind)} {part(float(curve.share[steps]))}" for curve in found]
    return (
        f"Against the newest note, the one **{steps} notes back** counts {listed(said)}. "
        "The axis goes in powers of ten: from one line to the next it is ten or a hundred times "
        "less."
    )


def _the(kind: Kind) -> str:
    where = {OWN: "in **your network**", SHIPPED: "in **the network of the examples**"}
    return where.get(kind, f"in the **{kind.title.replace('Plain', 'plain')}**")


def curve_rows(found: Sequence[Curve], steps: int) -> Rows:
    """Every number of the figure."""
    return [
        {"Notes back": k, **{curve.kind.title: float(curve.share[k]) for curve in found}}
        for k in range(steps + 1)
    ]


@st.cache_data(max_entries=1, show_spinner="The networks predict notes …")
def costs() -> dict[str, list[float]]:
    """Kind -> nats a note where a twin reads no more than each of `READ` notes."""
    whole = twins()
    return {
        kind: [loss_with(whole.forward(kind), whole.held_out, n, max(READ)) for n in READ]
        for kind in TWINS
    }


def cost_figure(found: Mapping[str, Sequence[float]], notes: int) -> go.Figure:
    """The loss of each against how much it reads; `notes` are marked."""
    figure = go.Figure()
    for name, losses in found.items():
        kind = KINDS[name]
        figure.add_scatter(
            x=[str(n) for n in READ],
            y=list(losses),
            name=kind.title,
            mode="lines+markers",
            line={"color": colour(kind), "dash": kind.dash, "width": 2.5},
            marker={"symbol": kind.symbol, "size": 9},
            hovertemplate="%{y:.2f} nats a note<extra>%{fullData.name}</extra>",
        )
    figure.add_vline(x=READ.index(notes), line={"color": GREY, "width": 1.5, "dash": "dot"})
    return laid_out(
        figure,
        xaxis={"title": "notes that it may read", "type": "category"},
        yaxis={"title": "loss (nats a note)"},
    )


def cost_words(found: Mapping[str, Sequence[float]], notes: int) -> str:
    """What the figure says of so many notes."""
    at = READ.index(notes)
    said = [f"{KINDS[kind].title} {losses[at]:.2f}" for kind, losses in found.items()]
    read = "the last note alone" if notes == 1 else f"the last **{notes} notes**"
    gains = [
        f"{KINDS[kind].title} {losses[at] - losses[-1]:.2f}".replace("-", "−")
        for kind, losses in found.items()
    ]
    more = (
        f" Reading {READ[-1]} instead would still gain {listed(gains)}." if notes < READ[-1] else ""
    )
    return f"With {read}, in nats a note (lower is better): {listed(said)}.{more}"


def cost_rows(found: Mapping[str, Sequence[float]]) -> Rows:
    """Every number of the figure."""
    return [
        {
            "Notes read": n,
            **{f"{KINDS[k].title} (nats a note)": round(of[i], 4) for k, of in found.items()},
        }
        for i, n in enumerate(READ)
    ]


def factor_figure(factor: float, notes: int = 50) -> go.Figure:
    """What is left of 1 after each of so many notes, multiplied by `factor` at each."""
    left = factor ** np.arange(notes + 1)
    figure = go.Figure(
        go.Bar(
            x=np.arange(notes + 1),
            y=left,
            customdata=[part(float(share)) for share in left],
            hovertemplate="after %{x} notes: %{customdata}<extra></extra>",
        )
    )
    return laid_out(
        figure,
        height=240,
        bargap=0.2,
        xaxis={"title": "notes later"},
        yaxis={"title": "left of 1", "rangemode": "tozero"},
    )
