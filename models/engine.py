"""Training outside the process that shows the pages, on Dask `distributed`.

Embedded by default: the scheduler lives in this process, the worker in one of its own that starts
on first need and retires when idle. With `GRUVE_SCHEDULER` (`tcp://…`, `tls://…`) the same code
uses a cluster that is already there; its workers must see the same `GRUVE_STORE`.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection
from concurrent.futures import CancelledError
from typing import Any

from distributed import Client, Future, KilledWorker

from models.connection import ClusterError, Connection
from models.files import Files
from models.jobs import Job, Submitted, Wish, place, waiting
from models.quota import make_room, store_bytes
from models.store import LOCAL, Run, Status, Store
from models.training import Progress
from models.warming import Warmer
from models.work import AbandonedError, export, work

IDLE_SECONDS = int(os.environ.get("GRUVE_IDLE_SECONDS", "300"))
"""After so long without work the worker goes, and its memory comes back."""

DIED = (
    "The training process died, most likely for lack of memory. What was learned until then is "
    "kept: press Continue, or try a smaller network or batch first."
)

EXPORT_SECONDS = 120
"""So long a `.keras` file may take to be made."""

BUSY = "The training process is busy with other networks. Try again when they have learned."

UNMADE = "The training process died while it made this file. Try again."

INTERRUPTED = "Training was interrupted. Press Continue to go on."

NO_WORKER = "Waiting for a worker: the cluster has none at the moment."

RESUMING = "The worker that trained this is gone. Another one goes on from the last complete epoch."


class Engine:
    """Trains runs of one store. Thread-safe; one instance serves every visitor."""

    def __init__(self, store: Store, idle_seconds: int = IDLE_SECONDS) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._submitted: dict[str, Submitted] = {}
        self._connection = Connection(idle_seconds, self._died)
        self._closed = False
        self._warmer = Warmer(self._connection, lambda: bool(self._submitted) or self._closed)

    def warm(self, run: Run | None = None) -> None:
        """Start the worker and load TensorFlow there, so that training begins at once; sooner still
        where `run`, which may be trained next, is told. Returns without waiting; while something is
        trained, nothing is done."""
        self._warmer.warm(run)

    @property
    def refusal(self) -> str:
        """Why nothing can be trained here, in a sentence; empty where it can."""
        return self._connection.refusal

    @property
    def warming(self) -> bool:
        """Whether the worker is being warmed."""
        return self._warmer.warming

    def train(self, run_id: str, epochs: int, owner: str = LOCAL, patience: int = 0) -> None:
        """Queue a run to be trained up to `epochs` epochs, or until `patience` of them brought
        nothing. A run that somebody else is waiting for already is trained once for both, as far
        as the one who wants more of it."""
        wish = Wish(epochs, patience)
        try:
            client = self._connection.client()
        except ClusterError as error:
            learned = len(self._store.history(run_id))
            self._store.set_status(run_id, Status("failed", learned, str(error)))
            return
        with self._lock:
            job = self._submitted.get(run_id)
            if job is not None:
                job.wishes[owner] = wish
                if job.stopping or not job.wish.covers(wish):
                    job.late[owner] = wish
                return
            make_room(Files(self._store.url), store_bytes(), {run_id, *self._submitted})
            self._store.clear_stop(run_id)
            learned = len(self._store.history(run_id))
            self._store.set_status(run_id, Status("waiting", learned))
            self._submit(client, run_id, {owner: wish})

    def _submit(
        self, client: Client, run_id: str, wishes: dict[str, Wish], again: bool = False
    ) -> None:
        key = f"train-{run_id}-{time.time_ns()}"
        client.subscribe_topic(key, lambda event: self._heard(run_id, event[1]))
        wish = Wish.of_all(wishes.values())
        turn = min(waiting(owner, self._submitted) for owner in wishes)
        future = client.submit(
            work,
            self._store.url,
            run_id,
            *wish,
            key=key,
            priority=-turn,
            **self._connection.preferred(),
        )
        self._submitted[run_id] = Submitted(future, wish, wishes, again=again, turn=turn)
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
            begun = job.progress is not None and not job.resuming
            waits = not begun and (self._place(run_id) > 0 or not self._connection.workers())
        if waits:
            job.task.cancel()

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
            job = self._submitted.get(run_id)
            if job is None:
                return None
            wish = job.wish if owner is None else job.wishes.get(owner)
            reached = job.progress.epoch if job.progress else 0
            if wish is None or reached > wish.epochs:
                return None
            held_up = RESUMING if job.resuming else ""
            if not self._connection.workers():
                held_up = NO_WORKER
            at = self._place(run_id)
            return Job(run_id, wish.epochs, at, job.progress, job.stopping, held_up)

    def _place(self, run_id: str) -> int:
        return place(run_id, self._submitted, self._connection.workers())

    def status(self, run_id: str, owner: str | None = None) -> Status:
        """How a run stands for `owner`, corrected where the store still speaks of a training that
        is no more, because the app was restarted meanwhile, or that is somebody else's."""
        status = self._store.status(run_id)
        if status.state in ("waiting", "training") and self.job(run_id, owner) is None:
            learned = len(self._store.history(run_id))
            with self._lock:
                if run_id in self._submitted:
                    return Status("done", learned)  # this owner has what they wanted
            return Status("stopped", learned, INTERRUPTED)
        return status

    def export_keras(self, run_id: str, epoch: int | None = None) -> bytes:
        """A run's network as a `.keras` file, made by the worker after the batch that is under way
        there. Raises `StoreError` where that epoch is not there, and `ClusterError` where there is
        too little memory, or the cluster does not answer, or not within `EXPORT_SECONDS`."""
        key = f"keras-{run_id}-{time.time_ns()}"
        client = self._connection.client()
        made = client.submit(export, self._store.url, run_id, epoch, key=key, priority=1)
        try:
            return bytes(made.result(timeout=EXPORT_SECONDS))
        except TimeoutError as error:
            made.cancel()
            raise ClusterError(BUSY) from error
        except (KilledWorker, CancelledError, OSError) as error:
            raise ClusterError(UNMADE) from error

    def close(self) -> None:
        """Take down what this engine started."""
        with self._lock:
            self._closed = True
        self._connection.close()
        with self._lock:
            self._submitted.clear()
        self._warmer.forget()

    # Dask calls these two in the thread that all its messages pass through. They take no lock:
    # whoever holds it may be waiting for a message.

    def _heard(self, run_id: str, message: dict[str, Any]) -> None:
        job = self._submitted.get(run_id)
        if job is not None:
            job.progress = Progress(**message["progress"])
            job.resuming = False

    def _died(self, keys: Collection[str]) -> None:
        for job in list(self._submitted.values()):
            if job.progress is not None and job.task.key in keys:
                job.resuming = True

    def _finished(self, run_id: str, future: Future) -> None:
        with self._lock:
            job = self._submitted.get(run_id)
            error = future.exception() if future.status == "error" else None
            killed = isinstance(error, (KilledWorker, AbandonedError))
            if job and killed and not (job.progress or job.again or job.stopping):
                # It died before the first batch: its worker was just going, being idle for long.
                self._submit(future.client, run_id, job.wishes, again=True)
                return
        learned = len(self._store.history(run_id))
        if future.status in ("cancelled", "lost"):  # by a stop, or with the app or the scheduler
            message = "" if job and job.stopping else INTERRUPTED
            self._store.set_status(run_id, Status("stopped", learned, message))
        elif future.status != "finished":
            message = DIED if killed else _refused(error)
            self._store.set_status(run_id, Status("failed", learned, message))
        with self._lock:
            self._submitted.pop(run_id, None)
            if job is None or self._closed:
                return
            if future.client.status == "running":
                future.client.unsubscribe_topic(future.key)
            if job.forgotten and not self._store.owners(run_id):
                self._store.delete(run_id)
            elif self._store.status(run_id).state != "failed":
                for owner, wish in job.late.items():
                    self.train(run_id, wish.epochs, owner, wish.patience)


def _refused(error: BaseException | None) -> str:
    """What there is to say where a worker could not even begin."""
    return (
        f"The worker could not begin this training ({type(error).__name__}). Gruve and its "
        "packages must be the same there as here. What was learned is kept."
    )
