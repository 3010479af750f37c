"""Train the three small networks of the Learn page, which differ in their cells alone.

    python -m scripts.make_twins

Writes `models/learn/twins`: of each the weights of its best epoch, in half precision, and the
pieces that none of them learned from. The same machine gives the same weights.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
from safetensors.numpy import save

from models.config import Layer, NetworkConfig, TrainingConfig
from models.data import Corpus, divide
from models.evaluation import evaluate
from models.forward import Forward
from models.learn.twins import HERE, INDEX, KINDS, MUSIC, Twin
from models.run import Epoch, Run
from models.store import Store
from models.training import train
from musiccore.encoding import ENCODINGS, Encoding
from musiccore.starters import STARTERS, load_starter

SET = "bach-chorales"
UNITS, WIDTH = 64, 48
TRAINING = TrainingConfig(
    epochs=60,
    batch_size=32,
    sequence_length=64,
    learning_rate=0.004,
    transpose=3,
    clip=1.0,
    warm_up=100,
    average=0.99,
    seed=1750,
)


def make(store: Store, run: Run, corpus: Corpus) -> Twin:
    """Train one of them and keep what ships of it."""
    kind = run.network.layers[0].kind
    store.create(run, corpus)
    train(store, run.id, TRAINING.epochs, on_epoch=lambda epoch: _say(kind, epoch))
    best = store.best(run.id)
    halves = {n: a.astype(np.float16) for n, a in store.weights(run.id, best).items()}
    (HERE / f"{kind}.safetensors").write_bytes(save(halves))
    return measured(run, best, halves, corpus)


def measured(run: Run, best: int, halves: Mapping[str, np.ndarray], corpus: Corpus) -> Twin:
    """What a twin is told to be: measured with the weights that are kept."""
    weights = {name: array.astype(np.float32) for name, array in halves.items()}
    forward = Forward(run.encoding, run.network, weights)
    _, held_out = divide(run.encoding, corpus, run.network, TRAINING)
    found = evaluate(forward, held_out, TRAINING.sequence_length)
    numbers = sum(array.size for array in halves.values())
    return Twin(run.network, best, round(found.nats_per_note, 4), numbers)


def run_of(kind: str, encoding: Encoding, corpus: Corpus) -> Run:
    """A twin before it learns."""
    network = NetworkConfig(layers=(Layer(kind, UNITS),), embedding=WIDTH, head=WIDTH)
    return Run.of(STARTERS[SET].title, encoding, network, TRAINING, corpus)


def keep(made: Mapping[str, Twin], encoding: Encoding, corpus: Corpus) -> None:
    """Write what the three share: who they are, and music that none of them learned from."""
    network = next(iter(made.values())).network
    _, held_out = divide(encoding, corpus, network, TRAINING)
    music = {
        "rows": np.concatenate([p.rows for p in held_out.pieces]).astype(np.uint8),
        "position": np.concatenate([p.position for p in held_out.pieces]).astype(np.uint8),
        "lengths": np.array([len(p.rows) for p in held_out.pieces]),
    }
    MUSIC.write_bytes(save(music))
    kept = {
        "title": STARTERS[SET].title,
        "encoding": encoding.to_json(),
        "training": TRAINING.to_json(),
        "twins": {kind: asdict(twin) for kind, twin in made.items()},
    }
    INDEX.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Train all three and write what the app reads."""
    pieces = load_starter(SET)
    encoding = ENCODINGS["notes"].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    HERE.mkdir(exist_ok=True)
    made = {}
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            made[kind] = make(Store(folder), run_of(kind, encoding, corpus), corpus)
    keep(made, encoding, corpus)


def _say(kind: str, epoch: Epoch) -> None:
    sys.stdout.write(f"{kind} {epoch.number}: {epoch.held_out} ({epoch.seconds} s)\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
