"""What layers, networks and runs are called: the same on every page."""

from __future__ import annotations

from itertools import groupby

from models.config import RECURRENT, Layer, NetworkConfig
from models.shipped import SHIPPED
from models.store import Run
from ui.counts import many
from ui.workspace import Workspace, store

COMES_ALONG = "Comes with Gruve"

KIND_WORDS = {
    "gru": "GRU",
    "lstm": "LSTM",
    "rnn": "Plain RNN",
    "dense": "Dense",
    "dropout": "Dropout",
}


def words(layer: Layer) -> str:
    """A layer in two words, like `GRU 256`."""
    size = f"{layer.rate:g}" if layer.kind == "dropout" else f"{layer.units:,}"
    return f"{KIND_WORDS[layer.kind]} {size}"


def in_short(network: NetworkConfig) -> str:
    """The recurrent layers: `2 × GRU 256`, `GRU 16, 2 × GRU 64`."""
    cells = [layer for layer in network.layers if layer.kind in RECURRENT]
    found = [(cell, len(list(same))) for cell, same in groupby(map(words, cells))]
    return ", ".join(f"{times} × {cell}" if times > 1 else cell for cell, times in found)


def called(run: Run) -> str:
    """The network of a run in short, or that it is one of those that come with Gruve."""
    return COMES_ALONG if run.id in SHIPPED.values() else in_short(run.network)


def name_of(workspace: Workspace, run: Run) -> str:
    """A run in a few words that stay the same while it learns."""
    given = workspace.run_note(run.id).name
    parts = [given, run.title, called(run), run.encoding.name, run.id[:4]]
    return " · ".join(filter(None, parts))


def label(workspace: Workspace, run: Run) -> str:
    """A run in a few words and how far it is, for choosing among several."""
    return f"{name_of(workspace, run)} · {many(len(store().history(run.id)), 'epoch')}"
