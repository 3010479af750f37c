"""Pages come first: they are drawn one after the other, and whoever can wait waits for them.

Python works for one page at a time. Drawn side by side, pages hand its lock to each other thousands
of times a second: fifty took half as long again three at a time as one by one, and all are there at
the end. Sound, and what is made ready unasked, would be taken from pages that somebody is waiting
for.
"""

from __future__ import annotations

import threading
import time
from collections import deque

ABREAST = 1
"""Pages that are drawn side by side; those that came later wait for their turn."""

TURN_SECONDS = 0.25
"""A page that takes longer, for it counts, samples or waits for a far store, keeps nobody waiting
any more."""

MANY = 4
"""Pages drawn or waiting beyond which sound waits: a class that opens a link at once."""

PATIENCE_SECONDS = 15.0
"""So long sound waits at most."""

_LOOK_SECONDS = 0.25  # a page that was stopped half-way does not say that it ended


class Drawing:
    """The pages that are being drawn, by the threads that draw them, and those that wait."""

    def __init__(self, abreast: int = ABREAST, turn_seconds: float = TURN_SECONDS) -> None:
        self._abreast, self._turn_seconds = abreast, turn_seconds
        self._changed = threading.Condition()
        self._began: dict[threading.Thread, float] = {}
        self._waiting: deque[threading.Event] = deque()

    def begin(self) -> None:
        """Return when it is this thread's turn to draw a page: first come, first served."""
        turn = threading.Event()
        with self._changed:
            self._began.pop(threading.current_thread(), None)
            self._waiting.append(turn)
        while (seconds := self._until(turn)) != 0:
            turn.wait(seconds)
            turn.clear()

    def end(self) -> None:
        """The page of this thread stands, down to its foot."""
        with self._changed:
            self._began.pop(threading.current_thread(), None)
            self._call()

    def wait(self, most: int = 0, seconds: float = PATIENCE_SECONDS) -> bool:
        """Return when no more than `most` pages of other threads are drawn or waiting, or after so
        many seconds; whether it was the former."""
        end = time.monotonic() + seconds
        with self._changed:
            while self._others() > most:
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(min(left, _LOOK_SECONDS))
        return True

    def _until(self, turn: threading.Event) -> float | None:
        """Seconds after which to ask again; 0: the turn has come. None: somebody else's is next,
        who will call."""
        with self._changed:
            if self._waiting[0] is not turn:
                return None
            now = time.monotonic()
            left = [at + self._turn_seconds - now for at in self._alive().values()]
            drawn = [seconds for seconds in left if seconds > 0]
            if len(drawn) >= self._abreast:
                return min(*drawn, _LOOK_SECONDS)
            self._waiting.popleft()
            self._began[threading.current_thread()] = now
            self._call()
            return 0

    def _call(self) -> None:
        if self._waiting:
            self._waiting[0].set()
        self._changed.notify_all()

    def _alive(self) -> dict[threading.Thread, float]:
        self._began = {thread: at for thread, at in self._began.items() if thread.is_alive()}
        return self._began

    def _others(self) -> int:
        return len(self._waiting) + len(self._alive().keys() - {threading.current_thread()})


drawing = Drawing()
"""The pages of this app."""
