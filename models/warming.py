"""The worker made ready before anybody trains: TensorFlow loaded, the likely network built."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from distributed import Client, Future

from models.connection import ClusterError, Connection
from models.run import Run
from models.training import warm


class Warmer:
    """Warms one worker at a time, for the run that was told last; nothing while it is `busy`.
    Thread-safe."""

    def __init__(self, connection: Connection, busy: Callable[[], bool]) -> None:
        self._connection = connection
        self._busy = busy
        self._lock = threading.RLock()
        self._warming: Future | None = None
        self._next: Run | None = None

    def warm(self, run: Run | None = None) -> None:
        """Begin to, and return without waiting."""
        if self._connection.far:
            threading.Thread(target=self._warm, daemon=True).start()
        else:
            self._warm(run)

    @property
    def warming(self) -> bool:
        """Whether a worker is being warmed."""
        with self._lock:
            return self._warming is not None

    def forget(self) -> None:
        """Wait for nothing any more: the connection is closed."""
        with self._lock:
            self._warming = None

    def _warm(self, run: Run | None = None) -> None:
        try:
            client = self._connection.client()
        except ClusterError:
            return  # whoever trains will be told
        with self._lock:
            self._next = run
            if self._warming is None:
                self._warm_next(client)

    def _warm_next(self, client: Client) -> None:
        if self._busy():
            return
        # Held until it is done, or Dask would forget the task; not longer, or Dask would start
        # another worker to keep its result.
        run, key = self._next, f"warm-{time.time_ns()}"
        self._warming = client.submit(warm, run, pure=False, key=key)
        self._warming.add_done_callback(lambda done: self._warmed(done, run))

    def _warmed(self, done: Future, run: Run | None) -> None:
        with self._lock:
            self._warming = None
            if done.status == "finished" and self._next is not run:
                self._warm_next(done.client)
