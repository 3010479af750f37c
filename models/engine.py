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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import dask
from distributed import Client, Future, Scheduler, Security, SpecCluster, get_worker
from distributed.deploy.subprocess import SubprocessWorker

from models.config import ConfigError
from models.files import Files
from models.quota import make_room, store_bytes
from models.store import Status, Store
from models.training import Progress, prepare, train

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[1]
IDLE_SECONDS = int(os.environ.get("GRUVE_IDLE_SECONDS", "300"))
"""After so long without work the worker goes, and its memory comes back."""

NO_PAGES = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
"""Dask's own web pages are not for visitors; their server, which always starts, stays empty."""

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
    """One training under way: `place` in the queue (0: its turn has come) and the last progress."""

    run_id: str
    epochs: int
    place: int
    progress: Progress | None
    stopping: bool


@dataclass
class _Submitted:
    future: Future
    epochs: int
    progress: Progress | None = None
    stopping: bool = False


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

    def train(self, run_id: str, epochs: int) -> None:
        """Queue a run to be trained up to `epochs` epochs. A run that is queued stays as it is."""
        with self._lock:
            if run_id in self._submitted:
                return
            client = self._connected()
            make_room(Files(self._store.url), store_bytes(), {run_id, *self._submitted})
            client.subscribe_topic(f"run-{run_id}", lambda event: self._heard(run_id, event[1]))
            self._store.clear_stop(run_id)
            learned = len(self._store.history(run_id))
            self._store.set_status(run_id, Status("waiting", learned))
            future = client.submit(
                _work, self._store.url, run_id, epochs, key=f"train-{run_id}-{time.time_ns()}"
            )
            self._submitted[run_id] = _Submitted(future, epochs)
            future.add_done_callback(lambda done: self._finished(run_id, done))

    def stop(self, run_id: str) -> None:
        """Ask a run to stop after the batch it is in; one that waits leaves the queue."""
        with self._lock:
            job = self._submitted.get(run_id)
            if job is None:
                return
            job.stopping = True
            self._store.request_stop(run_id)
            waits = job.progress is None and next(iter(self._submitted)) != run_id
        if waits:
            job.future.cancel()

    def job(self, run_id: str) -> Job | None:
        """The training of a run that is queued or under way, else None."""
        with self._lock:
            for place, (queued, job) in enumerate(self._submitted.items()):
                if queued == run_id:
                    return Job(run_id, job.epochs, place, job.progress, job.stopping)
        return None

    def status(self, run_id: str) -> Status:
        """How a run stands, corrected where the store still speaks of a training that no longer
        is, because the app was restarted meanwhile."""
        status = self._store.status(run_id)
        if status.state in ("waiting", "training") and self.job(run_id) is None:
            learned = len(self._store.history(run_id))
            return Status("stopped", learned, "Training was interrupted. Press Continue to go on.")
        return status

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
        learned = len(self._store.history(run_id))
        if future.status in ("cancelled", "lost"):  # by a stop, or with the app
            self._store.set_status(run_id, Status("stopped", learned))
        elif future.status != "finished":
            self._store.set_status(run_id, Status("failed", learned, DIED))
        with self._lock:
            self._submitted.pop(run_id, None)
            if self._client is not None:
                self._client.unsubscribe_topic(f"run-{run_id}")

    def _connected(self) -> Client:
        if self._client is None:
            with dask.config.set(CONFIG):
                address = os.environ.get("GRUVE_SCHEDULER")
                if address:
                    self._client = Client(address, set_as_default=False)
                else:
                    security = self._security()
                    self._cluster = _embedded(security, self._idle_seconds)
                    self._client = Client(self._cluster, security=security, set_as_default=False)
        return self._client

    def _security(self) -> Security:
        """Keys made for this process alone: whoever reaches a scheduler can run code."""
        self._keys = tempfile.TemporaryDirectory(prefix="gruve-")
        made = Security.temporary()
        certificate, key = Path(self._keys.name, "cert.pem"), Path(self._keys.name, "key.pem")
        certificate.write_text(made.tls_scheduler_cert)
        key.touch(mode=0o600)
        key.write_text(made.tls_scheduler_key)
        files = {
            f"tls_{role}_{part}": str(path)
            for role in ("scheduler", "worker", "client")
            for part, path in (("cert", certificate), ("key", key))
        }
        return Security(require_encryption=True, tls_ca_file=str(certificate), **files)


def _embedded(security: Security, idle_seconds: int) -> SpecCluster:
    """A scheduler in this process and at most one worker beside it.

    Not `LocalCluster`: multiprocessing would run the page that is `__main__` once more.
    """
    # The worker's supervisor inherits this process's environment: it must find our modules, and
    # has nothing to tell the terminal.
    os.environ.setdefault("DASK_LOGGING__DISTRIBUTED", "error")
    os.environ.setdefault("DASK_DISTRIBUTED__WORKER__HTTP__ROUTES", "[]")
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if str(ROOT) not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), *paths]))
    files = {
        name: getattr(security, name)
        for name in (
            "tls_ca_file",
            "tls_worker_cert",
            "tls_worker_key",
            "tls_client_cert",
            "tls_client_key",
            "tls_scheduler_cert",
            "tls_scheduler_key",
        )
    }
    worker = {
        "cls": SubprocessWorker,
        "options": {
            "worker_kwargs": {
                "nthreads": 1,
                "host": "127.0.0.1",
                **NO_PAGES,
                "memory_limit": os.environ.get("GRUVE_WORKER_MEMORY", "4 GiB"),
                "security": {"require_encryption": True, **files},
                "env": {
                    "DASK_DISTRIBUTED__WORKER__MEMORY__TARGET": "False",
                    "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL": "False",
                    "DASK_DISTRIBUTED__WORKER__MEMORY__PAUSE": "False",
                },
            },
        },
    }
    scratch = Path(security.tls_ca_file).parent  # beside the keys: private, gone with the engine
    worker["options"]["worker_kwargs"]["local_directory"] = str(scratch)
    scheduler = {
        "cls": Scheduler,
        "options": {
            "host": "127.0.0.1",
            "protocol": "tls://",
            **NO_PAGES,
            "security": security,
        },
    }
    cluster = SpecCluster(
        workers={},
        scheduler=scheduler,
        worker=worker,
        security=security,
        silence_logs=logging.ERROR,
    )
    cluster.adapt(minimum=0, maximum=1, interval="1 s", wait_count=max(1, idle_seconds))
    return cluster


def _work(store_url: str, run_id: str, epochs: int) -> None:
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
        train(store, run_id, epochs, on_batch=report, should_stop=should_stop)
    except ConfigError as error:
        store.set_status(run_id, Status("failed", len(store.history(run_id)), str(error)))
    except Exception as error:
        log.exception("training %s failed", run_id)
        store.set_status(run_id, Status("failed", len(store.history(run_id)), _advice(error)))


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
