"""Files made once and kept for a while: for a second press, for the zip of them all, for another
tab."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

import streamlit as st

from models.songs import SongError
from models.store import StoreError
from musiccore.notation.terms import NotationError
from musiccore.synthesis import AudioError
from musiccore.writing import WritingError

FAILURES = (AudioError, NotationError, WritingError, StoreError, SongError)
"""What may go wrong with one file; each says why in a sentence."""

MOST_BYTES = 32 * 10**6
"""What all files that are kept for a while take; the newest is kept in any case."""

_Key = tuple[str, str]


class Made:
    """Files by owner and name, those asked for last. For any thread."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._kept: OrderedDict[_Key, Future[bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, owner: str, name: str, make: Callable[[], bytes]) -> bytes:
        """The file; made now unless it is kept, or being made by somebody else already.

        Raises what `make` raises, to all who wait, and keeps nothing then.
        """
        key = owner, name
        with self._lock:
            found = self._kept.get(key)
            mine = found is None
            future: Future[bytes] = Future() if found is None else found
            self._kept[key] = future
            self._kept.move_to_end(key)
        if mine:
            try:
                future.set_result(make())
            except BaseException as error:
                self._drop(key)
                future.set_exception(error)
            else:
                self._make_room()
        return future.result()

    def forget(self, owner: str) -> None:
        """Keep nothing of this owner's any more."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == owner]:
                del self._kept[key]

    def _drop(self, key: _Key) -> None:
        with self._lock:
            self._kept.pop(key, None)

    def _make_room(self) -> None:
        with self._lock:
            sizes = {k: len(f.result()) for k, f in self._kept.items() if f.done()}
            for key in list(sizes)[:-1]:
                if sum(sizes.values()) <= self._most:
                    break
                del self._kept[key], sizes[key]


@st.cache_resource
def made() -> Made:
    """Those of this app."""
    return Made()
