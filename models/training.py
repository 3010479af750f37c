"""The training loop: epoch by epoch from where the run stands, telling whoever listens.

It does not know who is watching: callbacks report, `should_stop` is asked, everything learned goes
to the store. Loads TensorFlow, so it runs in the engine's worker or on the command line.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.data import Corpus, Feed, longest_sequence, split
from models.evaluation import MEASURED, Measure, evaluate
from models.forward import Forward
from models.network import build, restore_state, state_of, weights_of
from models.quota import run_bytes, thin
from models.store import Epoch, Run, Status, Store

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Progress:
    """Where training stands: `batch` of `batches` in `epoch` of `epochs`, and the mean `loss` of
    this epoch so far in nats per row. `seconds_left` is an estimate, None before the second batch.
    """

    epoch: int
    epochs: int
    batch: int
    batches: int
    loss: float
    seconds_left: float | None


def _ignore(_: object) -> None:
    pass


def prepare() -> None:
    """Load TensorFlow quietly and make it repeatable. Takes seconds, once a process."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()


def train(
    store: Store,
    run_id: str,
    epochs: int,
    *,
    on_batch: Callable[[Progress], object] = _ignore,
    on_epoch: Callable[[Epoch], object] = _ignore,
    should_stop: Callable[[], bool] = lambda: False,
) -> Status:
    """Train a run in the store up to `epochs` epochs in all, from wherever it stands.

    Stopped softly, it keeps the epochs that are complete. Returns the status it leaves in the
    store, and raises nothing that a visitor's settings could cause but `ConfigError`.
    """
    prepare()
    import keras

    run = store.load(run_id)
    learn, held_out = split(
        run.encoding, store.corpus(run_id), run.training.held_out, run.training.seed
    )
    feed = Feed(run.encoding, learn, run.network, run.training)
    keras.utils.set_random_seed(run.training.seed)
    model = build(run.encoding, run.network, run.training)
    saved = store.load_state(run_id)
    learned = 0
    if saved is not None:
        learned, state = saved
        restore_state(model, state)
    store.set_status(run_id, Status("training", learned))
    clock = _Clock()
    stopped = False
    for number in range(learned + 1, epochs + 1):
        loss = _one_epoch(model, feed, number, epochs, clock, on_batch, should_stop)
        if loss is None:
            stopped = True
            break
        learned = number
        weights = weights_of(model)
        measure = _measure(Forward(run.encoding, run.network, weights), run, held_out)
        epoch = Epoch(
            number=number,
            loss=loss.mean,
            held_out=measure.nats_per_token if measure else None,
            accuracy=measure.accuracy if measure else None,
            nats_per_note=measure.nats_per_note if measure else None,
            seconds=round(loss.seconds, 3),
        )
        store.save_epoch(run_id, epoch, weights)
        store.save_state(run_id, number, dict(state_of(model)))
        thin(store, run_id, run_bytes())
        store.set_status(run_id, Status("training", learned))
        on_epoch(epoch)
    status = Status("stopped" if stopped else "done", learned)
    store.set_status(run_id, status)
    return status


class _Clock:
    """Foretells from the batches since the first, which also had the graph to build."""

    def __init__(self) -> None:
        self._since = 0.0
        self._batches = -1

    def seconds_for(self, batches: int) -> float | None:
        """Called once after every batch."""
        self._batches += 1
        if not self._batches:
            self._since = time.perf_counter()
            return None
        return (time.perf_counter() - self._since) / self._batches * batches


@dataclass(frozen=True)
class _EpochLoss:
    mean: float
    seconds: float


def _one_epoch(
    model: keras.Model,
    feed: Feed,
    number: int,
    epochs: int,
    clock: _Clock,
    on_batch: Callable[[Progress], object],
    should_stop: Callable[[], bool],
) -> _EpochLoss | None:
    """Mean training loss of the epoch; None where it was stopped before its end."""
    start = time.perf_counter()
    for layer in model.layers:
        if getattr(layer, "stateful", False):
            layer.reset_state()
    nats = rows = 0.0
    for i, batch in enumerate(feed.epoch(number), start=1):
        if should_stop():
            return None
        found = model.train_on_batch(batch.x, batch.y, batch.weight, return_dict=True)
        counted = float(next(iter(batch.weight.values())).sum())
        nats, rows = nats + float(found["loss"]) * counted, rows + counted
        left = (epochs - number) * feed.batches + feed.batches - i
        on_batch(Progress(number, epochs, i, feed.batches, nats / rows, clock.seconds_for(left)))
    return _EpochLoss(nats / rows, time.perf_counter() - start)


def _measure(forward: Forward, run: Run, held_out: Corpus) -> Measure | None:
    length = run.training.sequence_length
    if not len(held_out) or (
        run.network.objective == "last step"
        and longest_sequence(held_out, run.network, run.training) < length
    ):
        return None
    return evaluate(forward, held_out, length, MEASURED)
