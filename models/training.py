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

import numpy as np

from models.data import Corpus, Feed, divide, longest_sequence
from models.estimates import remember
from models.evaluation import MEASURED, Measure, evaluate
from models.files import Files
from models.forward import Forward
from models.network import keras_file
from models.quota import run_bytes, thin
from models.store import Epoch, Run, Status, Store
from models.symptoms import diverged, has_diverged
from models.watch import Watch

if TYPE_CHECKING:
    from models.learning.learner import Learner


@dataclass(frozen=True)
class Progress:
    """Where training stands: `batch` of `batches` in `epoch` of `epochs`, and the mean `loss` of
    this epoch so far in nats per row. `seconds_left` is an estimate, and `tokens_per_second` what
    was learned from since the second batch; both None before it.
    """

    epoch: int
    epochs: int
    batch: int
    batches: int
    loss: float
    seconds_left: float | None
    tokens_per_second: float | None = None


def _ignore(_: object) -> None:
    pass


def prepare() -> None:
    """Load TensorFlow quietly and make it repeatable. Takes seconds, once a process."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")  # it warns of each further network, as of something wrong
    tf.config.experimental.enable_op_determinism()


def warm(run: Run | None = None) -> None:
    """Load all that training needs, so that the first batch comes sooner. Where it is known which
    run may be trained next, build its network and let it learn from a blank batch, which training
    forgets again: what TensorFlow makes of a network takes longest at the first one."""
    prepare()
    from models.learning.learner import rehearse

    if run is not None:
        rehearse(run.encoding, run.network, run.training)


def train(
    store: Store,
    run_id: str,
    epochs: int,
    *,
    patience: int = 0,
    on_batch: Callable[[Progress], object] = _ignore,
    on_epoch: Callable[[Epoch], object] = _ignore,
    should_stop: Callable[[], bool] = lambda: False,
) -> Status:
    """Train a run in the store up to `epochs` epochs in all, from wherever it stands.

    With `patience` it ends early where that many epochs were no better held out than the best one.
    They are counted from where this call began: who continues what ended early gets as many epochs
    again. Nothing learned depends on it. A loss that diverges ends the training too, and the epoch
    it came in is not kept.

    Stopped softly, it keeps the epochs that are complete. Returns the status it leaves in the
    store, and raises nothing that a visitor's settings could cause but `ConfigError`.
    """
    prepare()
    from models.learning.learner import learner

    run, corpus = store.load(run_id), store.corpus(run_id)
    learn, held_out = divide(run.encoding, corpus, run.network, run.training)
    feed = Feed(run.encoding, learn, run.network, run.training)
    model = learner(run.encoding, run.network, run.training)
    saved = store.load_state(run_id)
    begun = 0
    if saved is not None:
        begun, state = saved
        model.restore(state)
    status = Status("training", begun)
    store.set_status(run_id, status)
    watch = Watch(store, run, corpus, learn, held_out)
    clock, took, end = _Clock(), [], Status("done", max(begun, epochs))
    for number in range(begun + 1, epochs + 1):
        start = time.perf_counter()
        loss = _one_epoch(model, feed, number, epochs, clock, on_batch, should_stop)
        if loss is None:
            end = Status("stopped", number - 1, status.message)
            break
        weights = model.weights
        sane = all(np.isfinite(w).all() for w in weights.values())
        if has_diverged(loss.mean, run.encoding) or not sane:
            end = Status("failed", number - 1, diverged(number, run.training))
            break
        forward = Forward(run.encoding, run.network, weights)
        measure = _measure(forward, run, held_out)
        epoch = Epoch(
            number=number,
            loss=loss.mean,
            held_out=measure.nats_per_token if measure else None,
            accuracy=measure.accuracy if measure else None,
            nats_per_note=measure.nats_per_note if measure else None,
            seconds=round(loss.seconds, 3),
        )
        store.save_epoch(run_id, epoch, weights)
        store.save_state(run_id, number, dict(model.state))
        thin(store, run_id, run_bytes())
        took.append(time.perf_counter() - start)
        status = Status("training", number, watch.after(epoch, forward))
        store.set_status(run_id, status)
        on_epoch(epoch)
        end = Status("done", number, status.message)
        best = store.best(run_id)
        if patience and epoch.held_out is not None and number - max(best, begun) >= patience:
            end = Status("done", number, _enough(best, number - best))
            break
    remember(Files(store.url), run.encoding, run.network, run.training, feed.batches, took)
    store.set_status(run_id, end)
    return end


def _enough(best: int, since: int) -> str:
    worse = "the epoch after it was" if since == 1 else f"the {since} epochs after it were"
    return (
        f"Ended early: epoch {best} is the best, and {worse} no better. "
        "Its network is kept; press Continue to train on all the same."
    )


def export_keras(store: Store, run_id: str, epoch: int | None = None) -> bytes:
    """A run's network after `epoch` (default: its best) as a `.keras` file. Loads TensorFlow.

    Raises `StoreError` where that epoch is not there.
    """
    run = store.load(run_id)
    weights = store.weights(run_id, epoch or store.best(run_id))
    prepare()
    return keras_file(run.encoding, run.network, run.training, weights)


class _Clock:
    """Foretells from the batches since the first, which also had the graph to build."""

    def __init__(self) -> None:
        self._since = 0.0
        self._batches = -1
        self._tokens = 0.0

    def after(self, tokens: float, batches: int) -> tuple[float | None, float | None]:
        """Called once after every batch, of `tokens`, with the number of those to come: (seconds
        for these, tokens a second)."""
        self._batches += 1
        if not self._batches:
            self._since = time.perf_counter()
            return None, None
        self._tokens += tokens
        passed = time.perf_counter() - self._since
        return passed / self._batches * batches, self._tokens / max(passed, 1e-9)


@dataclass(frozen=True)
class _EpochLoss:
    mean: float
    seconds: float


def _one_epoch(
    model: Learner,
    feed: Feed,
    number: int,
    epochs: int,
    clock: _Clock,
    on_batch: Callable[[Progress], object],
    should_stop: Callable[[], bool],
) -> _EpochLoss | None:
    """Mean training loss of the epoch, which ends at once where that diverges; None
    where it was stopped before its end."""
    start = time.perf_counter()
    model.begin_epoch()
    nats = rows = 0.0
    for i, batch in enumerate(feed.epoch(number), start=1):
        if should_stop():
            return None
        loss = model.learn(batch)
        counted = float(next(iter(batch.weight.values())).sum())
        nats, rows = nats + loss * counted, rows + counted
        left = (epochs - number) * feed.batches + feed.batches - i
        pace = clock.after(counted, left)
        on_batch(Progress(number, epochs, i, feed.batches, nats / rows, *pace))
        if has_diverged(nats / rows, feed.encoding):
            break
    return _EpochLoss(nats / rows, time.perf_counter() - start)


def _measure(forward: Forward, run: Run, held_out: Corpus) -> Measure | None:
    length = run.training.sequence_length
    if not len(held_out) or (
        run.network.objective == "last step"
        and longest_sequence(held_out, run.network, run.training) < length
    ):
        return None
    return evaluate(forward, held_out, length, MEASURED)
