"""Training outside the process that shows the pages, on Dask `distributed`.

Embedded by default: the scheduler lives in this process, the worker in one of its own that starts
on first need and retires when idle. With `GRUVE_SCHEDULER` (`tcp://…`, `tls://…`) the same code
uses a cluster that is already there; its workers must see the same `GRUVE_STORE`.
"""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import dask
from distributed import Client, Future, SpecCluster, get_worker

from models.cluster import embedded, keys_in
from models.config import ConfigError
from models.files import Files
from models.quota import make_room, store_bytes
from models.store import LOCAL, Status, Store
from models.training import Progress, export_keras, prepare, train

log = logging.getLogger(__name__)

IDLE_SECONDS = int(os.environ.get("GRUVE_IDLE_SECONDS", "300"))
"""After so long without work the worker goes, and its memory comes back."""

REPORT_SECONDS = 0.2
"""How often at most a training run reports a batch, and looks whether it should stop."""

CONFIG = {
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.http.routes": [],
}

DIED = (
    "The training process died, most likely for lack of memory. What was learned until then is "
    "kept: press Continue, or try a smaller network or batch first."
)


@dataclass(frozen=True)
class Job:
    """One training under way, as one of those who wait for it sees it: `place` in the queue (0: its
    turn has come) and the last progress."""

    run_id: str
    epochs: int
    place: int
    progress: Progress | None
    stopping: bool


class _Wish(NamedTuple):
    """How far somebody wants a run to be trained; with no `patience`, all the way."""

    epochs: int
    patience: int = 0

    def covers(self, other: _Wish) -> bool:
        """Whether whoever wishes `other` has it when this has come true."""
        return self.epochs >= other.epochs and (
            not self.patience or (bool(other.patience) and self.patience >= other.patience)
        )


@dataclass
class _Submitted:
    future: Future
    wish: _Wish
    wishes: dict[str, _Wish]
    late: dict[str, _Wish] = field(default_factory=dict)
    progress: Progress | None = None
    stopping: bool = False
    again: bool = False
    forgotten: bool = False


class Engine:
    """Trains runs of one store. Thread-safe; one instance serves every visitor."""

    def __init__(self, store: Store, idle_seconds: int = IDLE_SECONDS) -> None:
        self._store = store
        self._idle_seconds = idle_seconds
        self._lock = threading.RLock()
        self._submitted: dict[str, _Submitted] = {}
        self._warming: Future | None = None
        self._client: Client | None = None
        self._cluster: SpecCluster | None = None
        self._keys: tempfile.TemporaryDirectory[str] | None = None

    def warm(self) -> None:
        """Start the worker and load TensorFlow there, so that training begins at once. Returns
        without waiting."""
        with self._lock:
            if self._submitted or self._warming is not None:
                return
            # Held until it is done, or Dask would forget the task; not longer, or Dask would start
            # another worker to keep its result.
            key = f"warm-{time.time_ns()}"
            self._warming = self._connected().submit(prepare, pure=False, key=key)
            self._warming.add_done_callback(self._warmed)

    def _warmed(self, _: Future) -> None:
        with self._lock:
            self._warming = None

    def train(self, run_id: str, epochs: int, owner: str = LOCAL, patience: int = 0) -> None:
        """Queue a run to be trained up to `epochs` epochs, or until `patience` of them brought
        nothing. A run that somebody else is waiting for already is trained once for both, as far
        as the one who wants more of it."""
        wish = _Wish(epochs, patience)
        with self._lock:
            job = self._submitted.get(run_id)
            if job is not None:
                job.wishes[owner] = wish
                if job.stopping or not job.wish.covers(wish):
                    job.late[owner] = wish
                return
            client = self._connected()
            make_room(Files(self._store.url), store_bytes(), {run_id, *self._submitted})
            client.subscribe_topic(f"run-{run_id}", lambda event: self._heard(run_id, event[1]))
            self._store.clear_stop(run_id)
            learned = len(self._store.history(run_id))
            self._store.set_status(run_id, Status("waiting", learned))
            self._submit(run_id, {owner: wish})

    def _submit(self, run_id: str, wishes: dict[str, _Wish], again: bool = False) -> None:
        key = f"train-{run_id}-{time.time_ns()}"
        patience = [wish.patience for wish in wishes.values()]
        wish = _Wish(max(w.epochs for w in wishes.values()), all(patience) * max(patience))
        future = self._connected().submit(_work, self._store.url, run_id, *wish, key=key)
        self._submitted[run_id] = _Submitted(future, wish, wishes, again=again)
        future.add_done_callback(lambda done: self._finished(run_id, done))

    def stop(self, run_id: str, owner: str = LOCAL) -> None:
        """Ask a run to stop after the batch it is in; one that waits leaves the queue. It goes on
        while somebody else waits for it."""
        with self._lock:
            job = self._submitted.get(run_id)
            if job is None or owner not in job.wishes:
                return
            job.late.pop(owner, None)
            if len(job.wishes) > 1:
                del job.wishes[owner]
                return
            job.stopping = True
            self._store.request_stop(run_id)
            waits = job.progress is None and next(iter(self._submitted)) != run_id
        if waits:
            job.future.cancel()

    def forget(self, run_id: str, owner: str = LOCAL) -> None:
        """A run is not this owner's any more. With its last owner it is deleted; one under way as
        soon as its worker has let go of it."""
        with self._lock:
            job = self._submitted.get(run_id)
            if job is None:
                self._store.remove_owner(run_id, owner)
            else:
                job.forgotten = True
                self._store.disown(run_id, owner)
                self.stop(run_id, owner)

    def job(self, run_id: str, owner: str | None = None) -> Job | None:
        """The training of a run that is queued or under way and that `owner`, or with None anybody,
        waits for; else None."""
        with self._lock:
            for place, (queued, job) in enumerate(self._submitted.items()):
                if queued == run_id:
                    wish = job.wish if owner is None else job.wishes.get(owner)
                    reached = job.progress.epoch if job.progress else 0
                    if wish is None or reached > wish.epochs:
                        return None
                    return Job(run_id, wish.epochs, place, job.progress, job.stopping)
        return None

    def status(self, run_id: str, owner: str | None = None) -> Status:
        """How a run stands for `owner`, corrected where the store still speaks of a training that
        is no more, because the app was restarted meanwhile, or that is somebody else's."""
        status = self._store.status(run_id)
        if status.state in ("waiting", "training") and self.job(run_id, owner) is None:
            learned = len(self._store.history(run_id))
            with self._lock:
                if run_id in self._submitted:
                    return Status("done", learned)  # this owner has what they wanted
            return Status("stopped", learned, "Training was interrupted. Press Continue to go on.")
        return status

    def export_keras(self, run_id: str, epoch: int | None = None) -> bytes:
        """A run's network as a `.keras` file, made by the worker; waits for it, and for the
        trainings that are before it. Raises `StoreError` where that epoch is not there."""
        with self._lock:
            key = f"keras-{run_id}-{time.time_ns()}"
            made = self._connected().submit(_export, self._store.url, run_id, epoch, key=key)
        return bytes(made.result())

    def close(self) -> None:
        """Take down what this engine started."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            if self._cluster is not None:
                self._cluster.close()
            if self._keys is not None:
                self._keys.cleanup()
            self._client = self._cluster = self._keys = None
            self._submitted.clear()
            self._warming = None

    def _heard(self, run_id: str, message: dict[str, Any]) -> None:
        with self._lock:
            if run_id in self._submitted:
                self._submitted[run_id].progress = Progress(**message["progress"])

    def _finished(self, run_id: str, future: Future) -> None:
        with self._lock:
            job = self._submitted.get(run_id)
            if job and future.status == "error" and not (job.progress or job.again or job.stopping):
                # It died before the first batch: its worker was just going, being idle for long.
                self._submit(run_id, job.wishes, again=True)
                return
        learned = len(self._store.history(run_id))
        if future.status in ("cancelled", "lost"):  # by a stop, or with the app
            self._store.set_status(run_id, Status("stopped", learned))
        elif future.status != "finished":
            self._store.set_status(run_id, Status("failed", learned, DIED))
        with self._lock:
            self._submitted.pop(run_id, None)
            if self._client is not None:
                self._client.unsubscribe_topic(f"run-{run_id}")
            if job is None or self._client is None:
                return
            if job.forgotten and not self._store.owners(run_id):
                self._store.delete(run_id)
            elif self._store.status(run_id).state != "failed":
                for owner, wish in job.late.items():
                    self.train(run_id, wish.epochs, owner, wish.patience)

    def _connected(self) -> Client:
        if self._client is None:
            with dask.config.set(CONFIG):
                address = os.environ.get("GRUVE_SCHEDULER")
                if address:
                    self._client = Client(address, set_as_default=False)
                else:
                    self._keys = tempfile.TemporaryDirectory(prefix="gruve-")
                    security = keys_in(Path(self._keys.name))
                    self._cluster = embedded(security, self._idle_seconds)
                    self._client = Client(self._cluster, security=security, set_as_default=False)
        return self._client


def _work(store_url: str, run_id: str, epochs: int, patience: int) -> None:
    """Train one run inside a worker; whatever happens ends as a status in the store."""
    store, worker = Store(store_url), get_worker()
    due = _throttled(REPORT_SECONDS)
    look = _throttled(REPORT_SECONDS)
    stopping = False

    def report(progress: Progress) -> None:
        if due() or progress.batch == progress.batches:
            worker.log_event(f"run-{run_id}", {"progress": asdict(progress)})

    def should_stop() -> bool:
        nonlocal stopping
        stopping = stopping or (look() and store.stop_requested(run_id))
        return stopping

    try:
        train(store, run_id, epochs, patience=patience, on_batch=report, should_stop=should_stop)
    except ConfigError as error:
        store.set_status(run_id, Status("failed", len(store.history(run_id)), str(error)))
    except Exception as error:
        log.exception("training %s failed", run_id)
        store.set_status(run_id, Status("failed", len(store.history(run_id)), _advice(error)))


def _export(store_url: str, run_id: str, epoch: int | None) -> bytes:
    return export_keras(Store(store_url), run_id, epoch)


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
