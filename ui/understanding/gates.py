"""The gates of one layer as heat maps that move with the player, in one Streamlit component.

As with the player, all travels in one binary message: a JSON header, when each note begins, the
values as bytes. What the maps show is how the network stood when it chose the note that sounds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from models.trace import LayerTrace
from ui.assets import MOUNTED, asset
from ui.theme import styles

_HERE = Path(__file__).parent


# As with the player, styles stay in the page, under one class prefix.
_component = st.components.v2.component(
    "gruve_gates",
    html=asset(_HERE / "gates.html"),
    css=styles(_HERE / "gates.css"),
    js=asset(MOUNTED, _HERE / "heatmap.js", _HERE / "gates.js"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Gate:
    """What is drawn of a layer: its `title`, the values it lies between, and what it `does` in the
    cells of each kind, in a sentence or two."""

    title: str
    low: float
    does: Mapping[str, str]
    high: float = 1.0


GATES: Mapping[str, Gate] = {
    "update": Gate(
        "Update gate",
        0,
        {
            "gru": "Decides between old and new: near 1 the unit keeps its state, near 0 it takes "
            "up the candidate. (Chung et al. 2014, and many after them, write it the other way "
            "round.)"
        },
    ),
    "reset": Gate(
        "Reset gate",
        0,
        {
            "gru": "Decides how much of the layer's old state goes into the candidate: near 0 the "
            "unit makes its candidate from what comes in alone, as if nothing had been before."
        },
    ),
    "input": Gate(
        "Input gate",
        0,
        {"lstm": "Decides how much of the candidate is added to the unit's memory: near 0 none."},
    ),
    "forget": Gate(
        "Forget gate",
        0,
        {"lstm": "Decides how much of its memory the unit keeps: near 1 all of it, near 0 none."},
    ),
    "output": Gate(
        "Output gate",
        0,
        {"lstm": "Decides how much of the unit's memory shows in its state: near 0 none."},
    ),
    "candidate": Gate(
        "Candidate",
        -1,
        {
            "gru": "What the state becomes where the update gate is 0: made of what comes in from "
            "below, and of the old state as far as the reset gate lets it through.",
            "lstm": "What the input gate adds to the memory: made of what comes in from below and "
            "of the layer's old state.",
        },
    ),
    "state": Gate(
        "Hidden state",
        -1,
        dict.fromkeys(
            ("gru", "lstm", "rnn"),
            "What the unit hands on, to the layer above and to itself at the next note, from −1 to "
            "1.",
        ),
    ),
}
"""By their names in `models.trace.LayerTrace`, with the state; in the order of the screen."""


def drawn(layer: LayerTrace) -> dict[str, NDArray[np.float32]]:
    """What can be drawn of a layer: its gates and its state, each (K, units)."""
    whole = {**layer.gates, "state": layer.state}
    return {name: whole[name] for name in GATES if name in whole}


@dataclass(frozen=True, eq=False)
class Moments:
    """The rows of a passage in time: `begins` (K + 1,) says in seconds when each begins and when
    the last one ends, `words` what each is, and `seconds` how long the whole take lasts."""

    begins: NDArray[np.float64]
    words: Sequence[str]
    seconds: float


def show_gates(
    layer: LayerTrace,
    names: Sequence[str],
    order: NDArray[np.int64],
    moments: Moments,
    player: str,
    key: str = "gates",
) -> None:
    """Heat maps of these gates, one above the other, that follow the player of this key.

    `order` (units,) says which unit stands in which line, the first on top.
    """
    _component(key=key, data=message(layer, names, order, moments, player))


def message(
    layer: LayerTrace,
    names: Sequence[str],
    order: NDArray[np.int64],
    moments: Moments,
    player: str,
) -> bytes:
    """What the browser receives, little-endian: the header's length as uint32, the header (JSON).

    Then `begins` (float32), then for each gate its values (K, units) as bytes, 0 for the lowest a
    gate can be and 255 for the highest.
    """
    values = drawn(layer)
    body = moments.begins.astype("<f4").tobytes()
    for name in names:
        gate = GATES[name]
        share = (values[name] - gate.low) / (gate.high - gate.low)
        body += np.rint(255 * share.clip(0, 1)).astype(np.uint8).tobytes()
    take = hashlib.sha256(repr((list(moments.words), moments.seconds, player)).encode()).hexdigest()
    header = {
        "take": take,
        "player": player,
        "rows": len(moments.words),
        "units": layer.state.shape[1],
        "seconds": round(max(moments.seconds, float(moments.begins[-1]), 0.5), 3),
        "order": order.tolist(),
        "words": list(moments.words),
        "maps": [
            {"title": GATES[name].title, "low": GATES[name].low, "high": GATES[name].high}
            for name in names
        ],
    }
    digest = hashlib.sha256(json.dumps(header).encode() + body).hexdigest()
    head = json.dumps({"id": digest, **header}).encode()
    return len(head).to_bytes(4, "little") + head + body


def begins(onset: NDArray[np.float64], end: float) -> NDArray[np.float64]:
    """When each row begins and when the last one ends (K + 1,), from the onsets (K,) in seconds.

    Rows that sound together share the time until the next onset, one after the other, so that
    every row has a place in time.
    """
    if not len(onset):
        return np.array([end])
    distinct, at, many = np.unique(onset, return_inverse=True, return_counts=True)
    until = np.append(distinct[1:], max(end, distinct[-1]))
    place = np.arange(len(onset)) - (np.cumsum(many) - many)[at]
    return np.append(onset + (until - distinct)[at] * place / many[at], until[-1])
