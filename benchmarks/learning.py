"""Learning: how fast, how close to the machine's limit, and how good in what time."""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from benchmarks.result import Result
from models.config import PRESETS, Layer, NetworkConfig, Preset, TrainingConfig
from models.data import Batch, Corpus, Feed, split
from models.engine import Engine
from models.evaluation import evaluate
from models.forward import Forward
from models.learning.learner import learner
from models.network import build, weights_of
from models.store import Run, Store
from models.training import prepare
from musiccore.encoding import ENCODINGS, Encoding
from musiccore.starters import load_starter

SECONDS = float(os.environ.get("GRUVE_BENCH_SECONDS", "120"))
"""How long each preset learns."""

LONG_SECONDS = float(os.environ.get("GRUVE_BENCH_LONG_SECONDS", "600"))
"""How long the network learns that may take its time."""

STARTERS = {
    "chorales": "bach-chorales",
    "string quartets": "string-quartets",
    "fiddle tunes": "fiddle-tunes",
}
COMPARED = ("quick", "lstm", "rnn")
ROUNDS, BATCHES = 5, 20

PATIENT = Preset(
    "Patient",
    "Two wider GRU layers with dropout, for ten minutes.",
    replace(
        PRESETS["quick"].network,
        layers=(Layer("gru", 384), Layer("dropout", rate=0.2), Layer("gru", 384)),
        head=192,
    ),
    replace(PRESETS["quick"].training, transpose=5, average=0.995),
)
"""What was found to be best in ten minutes."""


def measure_speed() -> list[Result]:
    """The default preset on the chorales, in turn: Gruve's step, and `fit` of the same network on
    arrays of the same batches; both after their graphs are built."""
    prepare()
    import tensorflow as tf

    encoding, learn, _ = _divided("bach-chorales")
    preset = PRESETS["quick"]
    batches = list(itertools.islice(_batches(encoding, learn, preset), BATCHES))
    found = learner(encoding, preset.network, preset.training)
    model = build(encoding, preset.network, preset.training)

    def joined(part: str) -> dict[str, np.ndarray]:
        parts = [getattr(batch, part) for batch in batches]
        return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}

    arrays = joined("x"), joined("y"), joined("weight")
    size = preset.training.batch_size

    def ours() -> None:
        for batch in batches:
            found.learn(batch)

    def theirs() -> None:
        x, y, weight = arrays
        model.fit(x, y, sample_weight=weight, batch_size=size, shuffle=False, verbose=0)

    left, right = (
        tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)
        for shape in ((1024, 256), (256, 768))
    )

    def products() -> None:
        for _ in range(100):
            product = tf.matmul(left, right)
        product.numpy()

    rounds = [[_seconds(work) for work in (ours, theirs, products)] for _ in range(ROUNDS + 1)][1:]
    notes = sum(float(batch.weight["pitch"].sum()) for batch in batches)
    rate = 100 * 2 * 1024 * 256 * 768 / median(r[2] for r in rounds)
    needed = notes * multiplications(weights_of(model)) * 2 * 3 / rate
    own = median(r[0] for r in rounds)
    return [
        Result(
            "training the default preset on the chorales, a batch at a time",
            f"{notes / own:,.0f} notes/s",
            f"Keras `fit` {notes / median(r[1] for r in rounds):,.0f} notes/s",
            f"{median(r[1] / r[0] for r in rounds):.1f} ×",
            "–",
        ),
        Result(
            "the same against its matrix products alone, at the machine's own rate "
            f"({rate / 1e9:,.0f} GFLOP/s)",
            f"{notes / own:,.0f} notes/s",
            f"{notes / needed:,.0f} notes/s",
            f"{needed / own:.0%}",
            "–",
        ),
    ]


def multiplications(weights: dict[str, np.ndarray]) -> int:
    """Of one note forward: every matrix is used once; tables are only looked up. Backward takes
    twice as many."""
    return sum(
        a.size for n, a in weights.items() if a.ndim == 2 and n.endswith(("kernel", "recurrent"))
    )


@dataclass(frozen=True)
class Reached:
    """Held-out nats a note after so many `seconds` and epochs."""

    seconds: float
    epoch: int
    nats: float


def measure_quality() -> list[Result]:
    """Held-out loss against wall time: presets on three sets, MidiTok's streams on the chorales."""
    from benchmarks.token_stream import TokenStream

    prepare()
    results = []
    for title, starter in STARTERS.items():
        encoding, learn, held_out = _divided(starter)
        for name in COMPARED:
            course = learn_for(SECONDS, encoding, learn, held_out, PRESETS[name])
            results.append(_said(f"{PRESETS[name].title} on the {title}", course))
    pieces = load_starter(STARTERS["chorales"])
    _, learn, held_out = _divided(STARTERS["chorales"])
    by_name = {piece.name: piece for piece in pieces}
    for kind in ("TSD", "REMI"):
        stream = TokenStream(kind)
        sides = [
            Corpus.of(stream, [by_name[name] for name in side.names]) for side in (learn, held_out)
        ]
        course = learn_for(SECONDS, stream, *sides, PRESETS["quick"])
        results.append(_said(f"Quick on the chorales as MidiTok's {kind} tokens", course))
    return results


def measure_patient() -> list[Result]:
    """The best in ten minutes on the chorales."""
    prepare()
    course = learn_for(LONG_SECONDS, *_divided(STARTERS["chorales"]), PATIENT)
    return [_said("two GRU layers of 384 with dropout on the chorales", course)]


def learn_for(
    seconds: float, encoding: Encoding, learn: Corpus, held_out: Corpus, preset: Preset
) -> list[Reached]:
    """Learn for so long, from the building of the network on, measuring after each epoch."""
    course = []
    begun = time.perf_counter()
    found = learner(encoding, preset.network, preset.training)
    feed = Feed(encoding, learn, preset.network, preset.training)
    for epoch in itertools.count(1):
        found.begin_epoch()
        for batch in feed.epoch(epoch):
            found.learn(batch)
            if time.perf_counter() - begun > seconds:
                return course
        reached = time.perf_counter() - begun
        forward = Forward(encoding, preset.network, found.weights)
        nats = evaluate(forward, held_out, preset.training.sequence_length).nats_per_note
        begun += time.perf_counter() - begun - reached  # measuring is not learning
        course.append(Reached(reached, epoch, nats))
        print(f"  {reached:5.0f} s, epoch {epoch}: {nats:.3f}", file=sys.stderr, flush=True)
    raise AssertionError("never")


def _said(what: str, course: Sequence[Reached]) -> Result:
    best = min(course, key=lambda reached: reached.nats)
    marks = [
        f"{max((r for r in course if r.seconds <= mark), key=lambda r: r.epoch).nats:.2f}"
        f" at {mark:.0f} s"
        for mark in (30, 60, 90, 120)
        if any(r.seconds <= mark for r in course) and mark <= course[-1].seconds + 15
    ]
    return Result(
        f"held-out nats a note, {what}",
        f"{best.nats:.3f} after {best.seconds:.0f} s (epoch {best.epoch})",
        ", ".join(marks),
        "–",
        "–",
    )


def measure_warm() -> list[Result]:
    """From asking for a training to its first batch, in the engine's own worker process."""
    pieces = load_starter(STARTERS["chorales"])
    encoding = ENCODINGS["notes"].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    quick = PRESETS["quick"]
    smaller, bigger = (
        replace(quick.network, layers=(Layer("gru", units), Layer("gru", units)))
        for units in (128, 320)
    )
    trainings: dict[str, tuple[NetworkConfig, TrainingConfig, bool]] = {
        "first training of a worker, warmed": (quick.network, quick.training, True),
        "second training, another seed and rate": (
            quick.network,
            replace(quick.training, seed=1, learning_rate=0.001),
            True,
        ),
        "third training, another network, looked at before": (smaller, quick.training, True),
        "fourth training, yet another network, pressed at once": (bigger, quick.training, False),
    }
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)
        engine = Engine(store)
        found = []
        for what, (network, training, looked_at) in trainings.items():
            run = Run.of("chorales", encoding, network, training, corpus)
            if looked_at:  # as the Train page does for what it shows
                engine.warm(run)
                _wait(lambda: not engine.warming)
            began = time.perf_counter()
            engine.train(store.create(run, corpus).id, 1)
            _wait(lambda run=run: (job := engine.job(run.id)) is not None and job.progress)
            found.append((what, time.perf_counter() - began))
            engine.stop(run.id)
            _wait(lambda run=run: engine.job(run.id) is None)
        engine.close()
    return [
        Result(f"first batch, {what}", f"{seconds:.1f} s", "–", "–", "1.5 s")
        for what, seconds in found
    ]


def _wait(event: Callable[[], object]) -> None:
    while not event():
        time.sleep(0.002)


def _divided(starter: str) -> tuple[Encoding, Corpus, Corpus]:
    pieces = load_starter(starter)
    encoding = ENCODINGS["notes"].fit(pieces)
    return (encoding, *split(encoding, Corpus.of(encoding, pieces), 0.1, 0))


def _batches(encoding: Encoding, learn: Corpus, preset: Preset) -> Iterator[Batch]:
    feed = Feed(encoding, learn, preset.network, preset.training)
    for epoch in itertools.count(1):
        yield from feed.epoch(epoch)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
