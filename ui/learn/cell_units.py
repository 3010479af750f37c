"""Units of a real GRU layer while it reads a piece: which layers there are, and every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from models.cells import Array, CellWeights
from models.forward import Forward
from models.learn.memory import Passages, read
from models.learn.step import GruStep, reset_before, take_apart
from models.learn.twins import twins
from musiccore.encoding import Encoded
from ui.counts import Rows
from ui.learn.drawing import colours, laid_out
from ui.learn.example import Network
from ui.learn.passage import choose_piece, cut
from ui.theme import GREY

NOTES = 64
"""Notes of a piece that are read."""


@dataclass(frozen=True, eq=False)
class Reader:
    """A network with GRU layers and the `piece` that it reads; `layers` are their places in
    `Forward.layers`."""

    forward: Forward
    piece: Encoded
    layers: tuple[int, ...]
    own: bool


@dataclass(frozen=True, eq=False)
class Steps:
    """One layer at every note: `projected` (T, 3 U) and the state before, `h` (T, U)."""

    projected: Array
    h: Array
    weights: CellWeights

    def step(self, note: int, unit: int) -> GruStep:
        """What a unit did at a note, both from 0."""
        return take_apart(self.projected[note], self.h[note], self.weights, unit)

    def reset_before(self, note: int, unit: int) -> float:
        """The new state that the same weights would make with the reset before the product."""
        return reset_before(self.projected[note], self.h[note], self.weights, unit)

    def course(self, unit: int) -> list[GruStep]:
        """What a unit did at every note."""
        return [self.step(note, unit) for note in range(len(self.h))]


def choose_reader(network: Network | None) -> Reader:
    """The network of the examples, with a control for the piece; one of Gruve's own where it has
    no GRU layer."""
    if network is not None:
        places = _gru_layers(network.forward)
        if places:
            piece = cut(choose_piece(network, "learn-cell"), NOTES)
            return Reader(network.forward, piece, places, own=True)
    forward = twins().forward("gru")
    piece = cut(twins().held_out.pieces[0], NOTES)
    return Reader(forward, piece, _gru_layers(forward), own=False)


def _gru_layers(forward: Forward) -> tuple[int, ...]:
    return tuple(i for i, layer in enumerate(forward.layers) if layer.kind == "gru")


def steps_of(reader: Reader, place: int) -> Steps:
    """How a layer reads the piece."""
    rows, position = reader.piece
    made = read(reader.forward, Passages(rows[:, :, None], position[:, None]))
    cell = reader.forward.layers[place].cell
    assert cell is not None
    projected = np.stack([moment[place][0][0] for moment in made])
    h = np.stack([moment[place][1][0][0] for moment in made])
    return Steps(projected, h, cell)


def liveliest(steps: Steps) -> int:
    """The unit whose update gate moves most: there is most to see."""
    units = steps.weights.units
    past = steps.h @ steps.weights.recurrent[:, :units] + steps.weights.bias[:units]
    total = steps.projected[:, :units] + past
    return int((1 / (1 + np.exp(-total))).std(axis=0).argmax())


def course_figure(course: Sequence[GruStep], note: int) -> go.Figure:
    """A unit's state and its update gate note by note; `note`, from 0, is marked."""
    usual, marked = colours()
    numbers = list(range(1, len(course) + 1))
    figure = go.Figure()
    figure.add_scatter(
        x=numbers,
        y=[step.new for step in course],
        name="state",
        mode="lines",
        line={"color": usual, "width": 2.5},
        hovertemplate="note %{x}: state %{y:.2f}<extra></extra>",
    )
    figure.add_scatter(
        x=numbers,
        y=[step.update for step in course],
        name="update gate",
        mode="lines",
        line={"color": marked, "width": 2, "dash": "dash"},
        hovertemplate="note %{x}: update gate %{y:.2f}<extra></extra>",
    )
    figure.add_vline(x=note + 1, line={"color": GREY, "width": 1.5, "dash": "dot"})
    return laid_out(
        figure,
        height=280,
        xaxis={"title": "note", "range": [0.5, len(course) + 0.5]},
        yaxis={"title": "value", "range": [-1.05, 1.05]},
    )


def course_words(course: Sequence[GruStep], unit: int) -> str:
    """What the unit does over the whole piece."""
    update = np.array([step.update for step in course])
    kept = int((update > 0.5).sum())
    return (
        f"Unit {unit + 1} over {len(course)} notes: its update gate stands at {update.mean():.2f} "
        f"on average. At {kept} of them the unit keeps more than half of its old state."
    )


def course_rows(course: Sequence[GruStep]) -> Rows:
    """Every number of every step."""
    return [
        {
            "Note": i,
            "Old state": round(step.old, 4),
            "Update gate": round(step.update, 4),
            "Reset gate": round(step.reset, 4),
            "Candidate": round(step.candidate, 4),
            "New state": round(step.new, 4),
        }
        for i, step in enumerate(course, 1)
    ]


@st.cache_resource(max_entries=8, ttl=1800, show_spinner=False)
def _remembered(key: str, place: int, _reader: Reader) -> Steps:
    return steps_of(_reader, place)


def remembered_steps(reader: Reader, place: int) -> Steps:
    """`steps_of`, kept for a while: a slider moves and nothing is read again."""
    rows = reader.piece.rows.tobytes()
    return _remembered(f"{id(reader.forward)}-{hash(rows)}", place, reader)
