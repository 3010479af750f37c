"""Runs to compare, made without training: settings and measurements as a training leaves them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.baselines import Baselines
from models.config import PRESETS, Layer, NetworkConfig
from models.data import Corpus
from models.files import Files
from models.store import Epoch, Run, Status, Store
from models.summary import weight_shapes
from musiccore.encoding import ENCODINGS
from tests.models.music import tunes
from tests.ui.music import TOKEN
from ui.compare.entries import Entry, entries_of
from ui.workspace import Workspace

COUNTED = Baselines(10, 10, {"uniform": 100.0, "unigram": 50.0, "markov 1": 30.0})
LAYER = PRESETS["quick"].network.layers[:1]
SMALL = NetworkConfig(layers=(Layer("gru", 4),), embedding=4, head=4)


def workspace_in(folder: Path) -> Workspace:
    return Workspace(TOKEN, Files(str(folder)), Store(str(folder)))


def keep_run(
    folder: Path,
    preset: str = "quick",
    losses: Sequence[float | None] = (3.0, 2.0, 2.5),
    *,
    encoding_name: str = "notes",
    title: str = "tunes",
    network: NetworkConfig | None = None,
    seed: int = 0,
) -> Run:
    """A run of the visitor `TOKEN` with these held-out losses; each epoch took 10 s. The weights
    are random."""
    workspace, store = workspace_in(folder), Store(str(folder))
    pieces = tunes()
    encoding = ENCODINGS[encoding_name].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    training = replace(PRESETS[preset].training, epochs=max(1, len(losses)), seed=seed)
    network = network or PRESETS[preset].network
    run = Run.of(title, encoding, network, training, corpus, preset)
    store.create(run, corpus, workspace.id)
    learn_by_chance(store, run, losses)
    store.set_status(run.id, Status("done", len(losses)))
    workspace.add_run(run)
    return run


def learn_by_chance(store: Store, run: Run, losses: Sequence[float | None]) -> None:
    """Epochs with these held-out losses and weights that mean nothing."""
    shapes = weight_shapes(run.encoding, run.network)
    for number, loss in enumerate(losses, 1):
        rng = np.random.default_rng(number)
        weights = {
            name: 0.1 * rng.standard_normal(shape, np.float32) for name, shape in shapes.items()
        }
        per_note = None if loss is None else loss + 0.1
        store.save_epoch(run.id, Epoch(number, 1.0, loss, 0.5, per_note, 10.0), weights)


def entries(folder: Path) -> list[Entry]:
    return entries_of(workspace_in(folder), Store(str(folder)))
