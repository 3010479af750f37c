"""Train the networks that come with Gruve, one for each starter set.

    python -m scripts.make_shipped [SET...]

Writes `models/shipped/runs` and `models/shipped/learned.json` for the sets named, or for all. The
same settings on the same machine give the same weights. Of each run the best epoch's weights are
kept, in half precision, and the music in bytes: all of it together stays below 8 MB.

`GRUVE_SHIPPED_EPOCHS` says how many epochs to train for instead. `GRUVE_SHIPPED_STORE` names a
folder in which all of the training is kept: stopped and started again it goes on where it was.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import asdict, replace

import numpy as np
from safetensors.numpy import load, save

from models.config import PRESETS, Layer, TrainingConfig
from models.data import Corpus, divide
from models.evaluation import MEASURED, evaluate
from models.files import Files
from models.forward import Forward
from models.run import Epoch
from models.shipped import HERE, INDEX, Learned
from models.store import Run, Status, Store
from models.training import train
from musiccore.encoding import ENCODINGS
from musiccore.starters import STARTERS, load_starter

SEED = 1883
"""Of no preset: whoever trains a preset on a starter set has a run of their own."""

UNITS, RATE = 192, 0.2

NETWORK = replace(
    PRESETS["quick"].network,
    layers=(Layer("gru", UNITS), Layer("dropout", rate=RATE), Layer("gru", UNITS)),
    head=UNITS,
)
"""As the preset Quick, a little narrower, with dropout: more epochs before it overfits."""

PATIENCE = 6

TRAININGS: dict[str, TrainingConfig] = {
    name: replace(
        PRESETS["quick"].training,
        epochs=epochs,
        patience=PATIENCE,
        transpose=transpose,
        average=0.995,
        seed=SEED,
    )
    for name, epochs, transpose in (
        ("bach-chorales", 60, 5),
        ("fiddle-tunes", 24, 3),
        ("string-quartets", 40, 5),
    )
}
"""Starter set -> how its network learns."""


def make(name: str) -> Learned:
    """Train one network and keep what ships of it."""
    training = TRAININGS[name]
    if (fewer := os.environ.get("GRUVE_SHIPPED_EPOCHS", "")).isdigit():
        training = replace(training, epochs=int(fewer))
    pieces = load_starter(name)
    encoding = ENCODINGS["notes"].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    run = Run.of(STARTERS[name].title, encoding, NETWORK, training, corpus)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(os.environ.get("GRUVE_SHIPPED_STORE") or folder)
        store.create(run, corpus)
        train(store, run.id, training.epochs, patience=training.patience, on_epoch=_say)
        return _kept(store, run)


def _kept(store: Store, run: Run) -> Learned:
    """Write what ships of a trained run, in place of what shipped before."""
    best = store.best(run.id)
    corpus = store.corpus(run.id)
    halves = {n: a.astype(np.float16) for n, a in store.weights(run.id, best).items()}
    learn, held_out = divide(run.encoding, corpus, run.network, run.training)
    # What is kept is what is measured.
    shipped = {n: a.astype(np.float32) for n, a in halves.items()}
    length = run.training.sequence_length
    found = evaluate(Forward(run.encoding, run.network, shipped), held_out, length, MEASURED)

    files, folder, there = Files(str(HERE)), f"runs/{run.id}", Store(str(HERE))
    files.delete(folder)
    files.write_json(f"{folder}/run.json", run.to_json())
    local = store.ownership(run.id)
    assert local is not None
    there.add_owner(run.id, "local", local)
    files.write(f"{folder}/corpus.safetensors", save(_bytes(load(store.corpus_bytes(run.id)))))
    for epoch in store.history(run.id)[:best]:
        files.write_json(f"{folder}/epochs/{epoch.number:04d}.json", asdict(epoch))
    files.write(f"{folder}/epochs/{best:04d}.safetensors", save(halves))
    for number, rows in store.samples(run.id).items():
        if number <= best:
            there.save_sample(run.id, number, rows)
    if (baselines := store.baselines(run.id)) is not None:
        there.save_baselines(run.id, baselines)
    there.set_status(run.id, Status("done", best))
    return Learned(
        run=run.id,
        epoch=best,
        nats_per_note=round(found.nats_per_note, 4),
        numbers=sum(a.size for a in halves.values()),
        pieces=len(learn),
        seconds=round(sum(e.seconds for e in store.history(run.id)[:best]), 1),
        cores=len(os.sched_getaffinity(0)),
    )


def _bytes(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Rows and positions as bytes: no value of these encodings is above 255."""
    small = {}
    for name in ("rows", "position"):
        small[name] = tensors[name].astype(np.uint8)
        assert (small[name] == tensors[name]).all()
    return {**tensors, **small}


def _say(epoch: Epoch) -> None:
    nats = "–" if epoch.nats_per_note is None else f"{epoch.nats_per_note:.3f}"
    print(f"  epoch {epoch.number}: {nats} nats a note, {epoch.seconds:.0f} s", flush=True)  # noqa: T201


def main(names: list[str]) -> None:
    """Make these, or all; `learned.json` is written after each."""
    for name in names or STARTERS:
        print(name, flush=True)  # noqa: T201
        learned = make(name)
        told = json.loads(INDEX.read_bytes()) if INDEX.exists() else {}
        if (before := told.get(name)) is not None and before["run"] != learned.run:
            Files(str(HERE)).delete(f"runs/{before['run']}")
        told[name] = learned._asdict()
        INDEX.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")
        print(f"  {learned}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
