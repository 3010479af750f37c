"""Memory of the app and of all that it starts, looked at every so often."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import NamedTuple

import psutil

MIB = 2**20


PARTS = {
    "sound": ("fluidsynth", "midi2audio"),
    "sheet music": ("musiccore.notation.engraver",),
    "reading": ("musiccore.reader",),
    "training": ("distributed", "dask", "multiprocessing.spawn"),
}
"""What a process is for -> what stands in its command."""

FLEETING = ("sound", "reading")
"""Processes that end with what they do: there is one now and then, and nothing of it stays."""


class Sample(NamedTuple):
    """`seconds` since the first one; bytes of the web process and of the whole tree; bytes by what
    the other processes are for."""

    seconds: float
    web: int
    tree: int
    parts: dict[str, int]

    @property
    def lasting(self) -> int:
        """Bytes of the tree without the processes that end with what they do."""
        return self.tree - sum(self.parts.get(part, 0) for part in FLEETING)

    def words(self) -> str:
        """Where it all goes, in MiB."""
        parts = {"web": self.web, **self.parts}
        return ", ".join(f"{name} {size / MIB:,.0f}" for name, size in parts.items() if size)


class Watch:
    """Samples of a process tree while this is open, in a thread of its own.

    Counted is the proportional set size (PSS): what processes share counts once in all. Where the
    system does not tell it (macOS) the resident size (RSS) stands in, which counts it once each.
    """

    def __init__(self, root: psutil.Process, every: float = 1.0) -> None:
        self.samples: list[Sample] = []
        self._root = root
        self._every = every
        self._began = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def now(self) -> float:
        """Seconds since the first sample."""
        return time.monotonic() - self._began

    def between(self, start: float, end: float) -> list[Sample]:
        return [sample for sample in self.samples if start <= sample.seconds < end]

    def _watch(self) -> None:
        while not self._over.is_set():
            # Asking for it makes the kernel walk through all pages: it is not free.
            web, parts = size_of(self._root), Counter[str]()
            for process in self._root.children(recursive=True):
                if not is_twin(process):
                    parts[purpose_of(process)] += size_of(process)
            self.samples.append(Sample(self.now, web, web + parts.total(), dict(parts)))
            self._over.wait(self._every)


def size_of(process: psutil.Process) -> int:
    """Bytes that a process has for itself and its share of what it has with others."""
    try:
        full = process.memory_full_info()
        return int(getattr(full, "pss", full.rss))
    except psutil.Error:  # gone meanwhile
        return 0


def is_twin(process: psutil.Process) -> bool:
    """Whether a process is about to become another one: it still is the one that started it, with
    the same memory, which would be counted twice (`vfork(2)`)."""
    try:
        parent = process.parent()
        return parent is not None and process.cmdline() == parent.cmdline()
    except psutil.Error:
        return False


def purpose_of(process: psutil.Process) -> str:
    """What a process of the app is for, by `PARTS`."""
    try:
        command = " ".join(process.cmdline())
    except psutil.Error:
        command = ""
    found = (part for part, names in PARTS.items() if any(name in command for name in names))
    return next(found, "other")


def measure_name() -> str:
    """What `size_of` counts here."""
    return "PSS" if hasattr(psutil.Process().memory_full_info(), "pss") else "RSS"


def slope(points: Sequence[tuple[float, int]], windows: int = 8) -> float:
    """By how many bytes an hour something grows that was seen at (seconds, bytes): a line of least
    squares through the least of each of some windows of equal length, since what is only there for
    a moment is not kept."""
    if len(points) < 2 * windows:
        return 0.0
    began = points[0][0]
    length = (points[-1][0] - began) / windows
    lows: dict[int, tuple[float, int]] = {}
    for at, size in points:
        window = min(windows - 1, int((at - began) / length))
        if window not in lows or size < lows[window][1]:
            lows[window] = at, size
    mean_x = sum(x for x, _ in lows.values()) / len(lows)
    mean_y = sum(y for _, y in lows.values()) / len(lows)
    spread = sum((x - mean_x) ** 2 for x, _ in lows.values())
    return 3600 * sum((x - mean_x) * (y - mean_y) for x, y in lows.values()) / spread
