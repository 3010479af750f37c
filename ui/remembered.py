"""What Streamlit's caches hold of visitors' music in all, bounded by its size: they count entries,
and one corpus may be a thousand times as large as another."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

import streamlit as st

from musiccore.limits import current_limits
from musiccore.memory import budget

BYTES_A_NOTE = 60
"""Of a corpus that is looked at and trained on: 30 as long arrays, 25 encoded, 5 counted."""


class Remembered:
    """Sizes in bytes of what caches hold. Beyond `most` in all, what was not used for longest is
    forgotten; what was used last stays in any case. For any thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, tuple[int, Callable[[], object]]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes in all."""
        with self._lock:
            return sum(size for size, _ in self._held.values())

    def used(self, key: Hashable, size: int, forget: Callable[[], object]) -> None:
        """Note that a cache holds `size` bytes under this key, which `forget` takes out of it."""
        gone = []
        with self._lock:
            self._held[key] = size, forget
            self._held.move_to_end(key)
            total = sum(held for held, _ in self._held.values())
            while total > self._most and len(self._held) > 1:
                _, (freed, out) = self._held.popitem(last=False)
                total -= freed
                gone.append(out)
        for out in gone:  # each locks a cache of its own
            out()


@st.cache_resource(show_spinner=False)
def remembered() -> Remembered:
    """Of this app: as many of the largest corpora there may be as the cache of pieces holds."""
    return Remembered(round(current_limits().corpus_notes * budget().corpora * BYTES_A_NOTE))
