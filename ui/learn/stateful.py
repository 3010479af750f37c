"""Chapter: what a stateful layer is, drawn with real pieces and measured on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from models.learn.streams import Dealt, Memory, deal, worth_of_state
from models.run_music import run_music
from models.store import Store
from ui.learn.drawing import colours, drawn, laid_out
from ui.learn.example import Example, Network
from ui.learn.passage import cut, needed
from ui.theme import GREY, palette

STEPS = 16
"""Rows of a batch in the picture and in the measurement, where the run has no own number."""

SHOWN_BATCHES = 12
SHOWN_PIECES = 400
ROWS, PIECES = 240, 6
"""How much is measured: the first rows of so many pieces."""

_KINDS = (2, 3, 4, 5, 8, 9)  # places in the theme's palette, for one piece after the other


def show(example: Example) -> None:
    """The streams, then what the state that is carried on is worth."""
    network = needed(example)
    if network is None:
        return
    st.write(
        "A batch is too short for a piece. A *stateful* layer ends one batch and begins the next "
        "with the state it had, as you go on reading on the next page. So batch 2 must go on "
        "where batch 1 ended: all pieces are laid end to end and dealt into *streams*, one a "
        "line, that run side by side. The number of lines is the batch size, and it cannot "
        "change on the way, since each line has a state of its own."
    )
    st.latex(
        r"h_0^{(\text{batch } k + 1)} = \begin{cases} h_{\text{end}}^{(\text{batch } k)} & "
        r"\text{stateful} \\ 0 & \text{not stateful} \end{cases}"
    )
    _streams(network)
    st.subheader("What it is worth", anchor=False)
    if network.run.network.objective == "last step":
        st.info(
            "This network is shown windows of notes and begins each one at a state of zeros: it "
            "is not stateful, so there is nothing carried to measure. Networks that learn from "
            "every note are."
        )
        return
    _worth(network)


def _streams(network: Network) -> None:
    """The visitor's own pieces as streams; a slider goes through the batches."""
    music = network.music
    lengths = [len(music.corpus.pieces[i].rows) for i in music.learned[:SHOWN_PIECES]]
    own = network.run.training.sequence_length
    steps = own if network.run.network.objective == "every step" else STEPS
    left, right = st.columns(2)
    width = left.select_slider("Batch size (streams)", (2, 4, 8, 16), value=4, key="stateful-width")
    dealt = deal(lengths, int(width))
    batches = max(1, dealt.piece.shape[1] // steps)
    number = 1
    if batches > 1:
        number = right.slider("Batch", 1, batches, 1, key=f"stateful-batch-{batches}")
    first = max(0, min(number - SHOWN_BATCHES // 2, batches - SHOWN_BATCHES))
    drawn(
        _picture(dealt, steps, first, number),
        key="stateful-streams",
        alt=f"{width} streams of pieces, batch {number} of {batches} marked.",
    )
    now = dealt.begins[:, (number - 1) * steps : number * steps].sum()
    st.caption(
        f"Each colour is a piece, one of the {len(lengths):,} that the network learns from; the "
        f"frame is batch {number} of {batches:,}: {steps} notes of each stream. "
        f"▼ is a start row, which tells the network that another piece begins: {now} in this "
        "batch. The state is not wiped there; the network learns what to drop. It is wiped where "
        "an epoch begins. While this network learned, its batches had "
        f"{network.run.training.batch_size} streams, with pieces in a new order every epoch."
    )


def _picture(dealt: Dealt, steps: int, first: int, number: int) -> go.Figure:
    """Streams from batch `first` (from 0) on; batch `number` (from 1) framed."""
    start, end = first * steps, min((first + SHOWN_BATCHES) * steps, dealt.piece.shape[1])
    marked, kinds = colours().marked, [palette()[i] for i in _KINDS]
    part = dealt.piece[:, start:end]
    coloured = np.where(part < 0, np.nan, part % len(_KINDS))
    lines = [f"stream {i + 1}" for i in range(len(part))]
    at = np.arange(start + 1, end + 1)
    scale = [[edge / len(_KINDS), colour] for i, colour in enumerate(kinds) for edge in (i, i + 1)]
    figure = go.Figure(
        go.Heatmap(
            z=coloured.tolist(),
            x=at,
            y=lines,
            customdata=part + 1,
            colorscale=scale,
            zmin=-0.5,
            zmax=len(_KINDS) - 0.5,
            ygap=6,
            opacity=0.75,
            showscale=False,
            hovertemplate="row %{x} of %{y}: piece %{customdata}<extra></extra>",
        )
    )
    stream, place = np.nonzero(dealt.begins[:, start:end])
    figure.add_scatter(
        x=at[place],
        y=[lines[i] for i in stream],
        mode="markers",
        marker={
            "symbol": "triangle-down",
            "size": 11,
            "color": "black",
            "line": {"width": 1, "color": "white"},
        },
        hovertemplate="row %{x}: a piece begins<extra></extra>",
        showlegend=False,
    )
    for border in range(start, end + 1, steps):
        figure.add_vline(x=border + 0.5, line={"color": GREY, "width": 1})
    figure.add_vrect(
        x0=(number - 1) * steps + 0.5,
        x1=number * steps + 0.5,
        line={"color": marked, "width": 3},
    )
    return laid_out(
        figure,
        height=110 + 34 * len(lines),
        xaxis={"title": "row of the stream", "range": [start + 0.5, end + 0.5]},
        yaxis={"type": "category", "autorange": "reversed", "automargin": True},
    )


def _worth(network: Network) -> None:
    """The same notes predicted with the state carried on and with it wiped at every batch."""
    steps = st.select_slider("Notes in a batch", (4, 8, 16, 32), value=STEPS, key="stateful-steps")
    found, held_out = measured(network.store.url, network.run.id, network.epoch, int(steps))
    if not found.rows:
        st.info("The pieces are shorter than two such batches. Choose shorter batches.")
        return
    usual, marked = colours()
    figure = go.Figure()
    at = np.arange(1, int(steps) + 1)
    for values, name, colour in (
        (found.forgotten, "state wiped at every batch", marked),
        (found.carried, "state carried on", usual),
    ):
        figure.add_scatter(
            x=at,
            y=values,
            name=name,
            mode="lines+markers",
            line={"color": colour},
            hovertemplate="note %{x}: %{y:.2f} nats",
        )
    drawn(
        laid_out(
            figure,
            xaxis={"title": "place in the batch (notes since its beginning)"},
            yaxis={"title": "loss (nats a note)", "rangemode": "tozero"},
            hovermode="x unified",
        ),
        key="stateful-worth",
        alt="Loss by the place in the batch, with and without the state carried on.",
    )
    left, middle, right = st.columns(3)
    kept, lost = float(found.carried.mean()), float(found.forgotten.mean())
    left.metric("Carried on", f"{kept:.2f} nats")
    middle.metric("Wiped", f"{lost:.2f} nats")
    right.metric("The state is worth", f"{lost - kept:.2f} nats", help="On average, a note.")
    where = "that it never learned from" if held_out else "that it learned from"
    st.caption(
        f"Measured now, on {found.rows:,} notes of pieces {where}, with one and the same network. "
        "Right after a wipe it hardly knows where it is; some notes later it has heard enough of "
        "the piece again."
    )


@st.cache_data(max_entries=32, ttl=1800, show_spinner="Measuring …")
def measured(url: str, run_id: str, epoch: int, steps: int) -> tuple[Memory, bool]:
    """What the state is worth to a network, on held-out pieces where there are any. The same for
    all visitors: nobody's names are in it."""
    store = Store(url)
    run = store.load(run_id)
    music = run_music(store, run)
    numbers: Sequence[int] = music.held_out or music.learned
    pieces = [cut(music.corpus.pieces[i], ROWS) for i in numbers[:PIECES]]
    return worth_of_state(store.forward(run, epoch), pieces, steps), bool(music.held_out)
