"""What a worker does with a run: train it, tell how it goes, and end with a status in the store."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict

from distributed import Worker, get_worker
from distributed.core import Status as Serving

from models.config import ConfigError
from models.store import Status, Store
from models.training import Progress, export_keras, train
from musiccore.memory import give_back

log = logging.getLogger(__name__)

REPORT_SECONDS = 0.2
"""How often at most a training run reports a batch, and looks whether it should stop."""

_alone = threading.Lock()  # Keras' random numbers belong to the process: one training at a time


class AbandonedError(Exception):
    """Nobody waits for this training any more; somebody may be doing it anew."""


def work(store_url: str, run_id: str, epochs: int, patience: int) -> None:
    """Train one run inside a worker; whatever happens ends as a status in the store."""
    store, worker = Store(store_url), get_worker()
    key = worker.get_current_task()
    due = _throttled(REPORT_SECONDS)
    asked = _patiently(lambda: store.stop_requested(run_id), REPORT_SECONDS)
    stopping = False

    def report(progress: Progress) -> None:
        if due() or progress.batch == progress.batches:
            worker.log_event(key, {"progress": asdict(progress)})

    def should_stop() -> bool:
        nonlocal stopping
        if not _wanted(worker, key):
            raise AbandonedError
        stopping = stopping or asked()
        return stopping

    try:
        with _alone:
            train(
                store, run_id, epochs, patience=patience, on_batch=report, should_stop=should_stop
            )
    except AbandonedError:
        raise  # to nobody, unless somebody wants it after all
    except ConfigError as error:
        store.set_status(run_id, Status("failed", len(store.history(run_id)), str(error)))
    except Exception as error:
        log.exception("training %s failed", run_id)
        store.set_status(run_id, Status("failed", len(store.history(run_id)), _advice(error)))
    finally:
        give_back()


def export(store_url: str, run_id: str, epoch: int | None) -> bytes:
    """A run's network as a `.keras` file."""
    return export_keras(Store(store_url), run_id, epoch)


def _wanted(worker: Worker, key: str) -> bool:
    """Whether a task that runs is still waited for: not once the app that asked for it is gone, or
    the scheduler. Dask cannot end the thread it runs in."""
    task = worker.state.tasks.get(key)
    ended = worker.status in (Serving.closing, Serving.closed, Serving.failed)
    return task is not None and task.state == "executing" and not ended


def _advice(error: Exception) -> str:
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return "Memory ran out. Try a smaller network, a smaller batch or shorter sequences."
    if isinstance(error, ImportError):
        return "TensorFlow is not installed here, and training needs it: pip install tensorflow."
    return f"Training failed ({type(error).__name__}). The epochs learned until then are kept."


def _throttled(seconds: float) -> Callable[[], bool]:
    """A question that is answered yes at most once in `seconds`."""
    last = float("-inf")

    def due() -> bool:
        nonlocal last
        now = time.monotonic()
        if now - last < seconds:
            return False
        last = now
        return True

    return due


def _patiently(question: Callable[[], bool], seconds: float) -> Callable[[], bool]:
    """`question`, asked at most every `seconds` and for at most a twentieth of the time, since the
    store may be far; answered no in between."""
    due = float("-inf")

    def ask() -> bool:
        nonlocal due
        start = time.monotonic()
        if start < due:
            return False
        answer = question()
        end = time.monotonic()
        due = end + max(seconds, 20 * (end - start))
        return answer

    return ask
