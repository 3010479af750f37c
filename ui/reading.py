"""Reading that goes on while pages come and go: in a thread of the app, followed by whoever looks.

A closed tab stops nothing; a press of Stop does, and what was read until then is kept.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st

AT_ONCE = 2
"""Readings that run side by side; more visitors wait for their turn."""

FAILED = "Reading failed half-way. What was read until then is kept; try the rest once more."
NO_ROOM = (
    "Reading ended half-way: this app's disk is full, or it may not write there. What was read "
    "until then is kept; whoever runs the app can make room."
)

_UNSHOWN_SECONDS = 0.3  # a bar that comes and goes at once is only unrest
_LOOK_SECONDS = 0.15

log = logging.getLogger(__name__)
T = TypeVar("T")


class UnfinishedError(Exception):
    """Why a reading ended early; the message is a sentence for the visitor."""


@dataclass
class Reading:
    """One reading under way: `done` of about `total` files. `said` is what there is to tell."""

    total: int
    done: int = 0
    begun: bool = False
    said: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    finished: threading.Event = field(default_factory=threading.Event)

    def counted(self, read: Iterable[T]) -> Iterator[T]:
        """The same things, counted, until there are no more or somebody pressed Stop."""
        for thing in read:
            yield thing
            self.done += 1
            if self.stopped.is_set():
                return


class Readings:
    """The readings of all visitors, at most one under each key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[str, Reading] = {}
        self._threads = ThreadPoolExecutor(AT_ONCE, "reading")

    def start(self, key: str, total: int, work: Callable[[Reading], None]) -> Reading:
        """Begin `work`, or go on with what is under way under this key."""
        with self._lock:
            reading = self._under_way.get(key)
            if reading is None:
                reading = self._under_way[key] = Reading(total)
                self._threads.submit(self._run, reading, work)
            return reading

    def get(self, key: str) -> Reading | None:
        with self._lock:
            return self._under_way.get(key)

    def end(self, key: str, reading: Reading) -> None:
        """Forget a finished reading: somebody has seen it."""
        with self._lock:
            if self._under_way.get(key) is reading:
                del self._under_way[key]

    @staticmethod
    def _run(reading: Reading, work: Callable[[Reading], None]) -> None:
        reading.begun = True
        try:
            if not reading.stopped.is_set():
                work(reading)
        except UnfinishedError as error:
            reading.said.append(str(error))
        except OSError:
            log.exception("reading could not be kept")
            reading.said.append(NO_ROOM)
        except Exception:
            log.exception("reading failed")
            reading.said.append(FAILED)
        finally:
            reading.finished.set()


@st.cache_resource(show_spinner=False)
def readings() -> Readings:
    """The readings of this app."""
    return Readings()


def follow(key: str) -> Reading | None:
    """Show the reading under this key until it is finished, and return it; None where there is
    none. Another click meanwhile leaves it running."""
    reading = readings().get(key)
    if reading is None:
        return None
    if not reading.finished.wait(_UNSHOWN_SECONDS):
        place = st.empty()
        with place.container():
            bar = st.progress(0.0)
            st.button(
                "Stop reading",
                key=f"stop-{key.partition('/')[0]}",
                icon=":material/stop:",
                on_click=reading.stopped.set,
            )
            while not reading.finished.wait(_LOOK_SECONDS):
                bar.progress(min(1.0, reading.done / max(reading.total, 1)), _words(reading))
        place.empty()
    readings().end(key, reading)
    return reading


def _words(reading: Reading) -> str:
    if not reading.begun:
        return "Waiting for other visitors' files to be read …"
    return f"Reading: {reading.done:,} of {max(reading.total, reading.done):,} files …"
