"""The way to the workers: the embedded cluster, or the one that `GRUVE_SCHEDULER` names."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

import dask
from distributed import Client, SpecCluster

from models.cluster import embedded, keys_in, refusal

log = logging.getLogger(__name__)

CONNECT_SECONDS = 15
"""So long a scheduler may take to answer; and so long one that did not is not asked again."""

CONFIG = {
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.http.routes": [],
    "distributed.scheduler.worker-saturation": "inf",  # one queue, in order of priority
}
"""Of the embedded scheduler; one that is there already has its own."""

CLOSE_SECONDS = 30
"""So long closing waits for an answer; what does not answer ends with this process."""

UNREACHABLE = (
    "The cluster that trains does not answer. What was learned is kept: press Continue in a "
    "minute. If this stays, tell whoever runs this app."
)


class ClusterError(RuntimeError):
    """There is no way to the workers; the message is a sentence for the visitor."""


class Connection:
    """A client of the cluster, made when it is first needed, and anew where it was lost.

    `died` is told the keys of tasks whose worker is gone. Thread-safe.
    """

    def __init__(self, idle_seconds: int, died: Callable[[Collection[str]], object]) -> None:
        self._idle_seconds = idle_seconds
        self._died = died
        self._lock = threading.Lock()
        self._address = os.environ.get("GRUVE_SCHEDULER")
        self._client: Client | None = None
        self._cluster: SpecCluster | None = None
        self._keys: tempfile.TemporaryDirectory[str] | None = None
        self._failed = float("-inf")

    @property
    def far(self) -> bool:
        """Whether the cluster was there before the app: it may be slow, or not answer."""
        return bool(self._address)

    @property
    def refusal(self) -> str:
        """Why nothing can be trained, in a sentence; empty where it can, as far as is known."""
        return "" if self.far else refusal()

    def client(self) -> Client:
        """Raises `ClusterError` where the scheduler does not answer, or nothing can be trained."""
        if refused := self.refusal:
            raise ClusterError(refused)
        with self._lock:
            if self._client is not None and self._client.status in ("closing", "closed"):
                self._client = None
            if self._client is None:
                self._client = self._to(self._address) if self._address else self._embedded()
            return self._client

    def _to(self, address: str) -> Client:
        if time.monotonic() - self._failed < CONNECT_SECONDS:
            raise ClusterError(UNREACHABLE)
        try:
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            self._failed = time.monotonic()
            log.error("GRUVE_SCHEDULER=%s: %s", address, error)
            raise ClusterError(UNREACHABLE) from error
        client.subscribe_topic("all", self._heard)
        return client

    def _embedded(self) -> Client:
        with dask.config.set(CONFIG):
            self._keys = tempfile.TemporaryDirectory(prefix="gruve-")
            security = keys_in(Path(self._keys.name))
            self._cluster = embedded(security, self._idle_seconds)
            return Client(self._cluster, security=security, set_as_default=False)

    def _heard(self, event: tuple[float, dict[str, Any]]) -> None:
        if event[1].get("action") == "remove-worker":
            self._died(event[1]["processing-tasks"])

    def workers(self) -> int:
        """How many trainings can run at once: the workers there are; of the embedded cluster, whose
        worker comes when it is needed, always one."""
        if self._client is None or not self.far:
            return 1
        # Not `scheduler_info()`, which asks the scheduler and waits: whoever asks holds up a page.
        return int(self._client._scheduler_identity.get("n_workers", 1))

    def preferred(self) -> dict[str, Any]:
        """How `Client.submit` prefers the workers that offer a GPU, where there are any."""
        if not self.far:
            return {}
        workers = self.client().scheduler_info()["workers"]
        offering = [at for at, worker in workers.items() if worker["resources"].get("GPU")]
        return {"workers": offering, "allow_other_workers": True} if offering else {}

    def close(self) -> None:
        """Take down what was started here."""
        with self._lock:
            if self._client is not None:
                with suppress(TimeoutError):
                    self._client.close(CLOSE_SECONDS)
            if self._cluster is not None:
                with suppress(TimeoutError):
                    self._cluster.close(CLOSE_SECONDS)
            if self._keys is not None:
                self._keys.cleanup()
            self._client = self._cluster = self._keys = None
