"""The pieces of own corpora, read when somebody looks at them and kept for a while."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import streamlit as st

from models.files import Files
from musiccore.archives import Found
from musiccore.folders import music_folder
from musiccore.folders import read as read_folder
from musiccore.isolation import read_isolated
from musiccore.limits import current_limits
from musiccore.memory import budget
from musiccore.piece import Piece
from musiccore.reasons import refusal
from musiccore.starters import STARTERS, load_starter, open_starter
from ui.corpora import FOLDER, OWN, STARTER, Item
from ui.reading import Reading, follow, readings


class PieceCache:
    """Pieces by the digest of their bytes; those not looked at for longest go first."""

    def __init__(self, most_notes: int) -> None:
        self._most_notes = most_notes
        self._notes = 0
        self._pieces: OrderedDict[str, Piece] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pieces)

    def put(self, piece: Piece) -> None:
        with self._lock:
            if piece.digest in self._pieces:
                return
            self._pieces[piece.digest] = piece
            self._notes += len(piece)
            while self._notes > self._most_notes and len(self._pieces) > 1:
                _, oldest = self._pieces.popitem(last=False)
                self._notes -= len(oldest)

    def get(self, digest: str) -> Piece | None:
        with self._lock:
            piece = self._pieces.get(digest)
            if piece is not None:
                self._pieces.move_to_end(digest)
            return piece

    def forget(self, digests: Iterable[str]) -> None:
        with self._lock:
            for digest in digests:
                piece = self._pieces.pop(digest, None)
                self._notes -= len(piece) if piece else 0


@st.cache_resource(show_spinner=False)
def piece_cache() -> PieceCache:
    """The cache of this app: room for one corpus as large as any may be, and half of another;
    where there is little memory, for a quarter of one."""
    return PieceCache(round(current_limits().corpus_notes * budget().corpora))


@st.cache_resource(max_entries=len(STARTERS), show_spinner="Reading the starter set …")
def starter_pieces(name: str) -> tuple[Piece, ...]:
    """A starter set's pieces, read once for all visitors."""
    return load_starter(name)


@st.cache_resource(show_spinner=False)
def _starter_digests() -> frozenset[str]:
    entries = (data for name in STARTERS for _, data in open_starter(name))
    return frozenset(hashlib.sha256(data).hexdigest() for data in entries)


def is_starter(piece: Piece) -> bool:
    """Whether a piece is one of a starter set, just as it is there: nobody's own."""
    return piece.digest in _starter_digests()


def load(workspace: str, items: Sequence[Item], files: Files) -> tuple[Piece, ...]:
    """The pieces of a workspace's items, in order; those that are gone are left out.

    What is not in the cache is read while a bar shows how far it is. If the visitor stops that,
    the page ends here with a button to go on.
    """
    cache = piece_cache()
    found = {item.digest: cache.get(item.digest) for item in items}
    missing = [item for item in items if found[item.digest] is None]
    if missing:
        key = f"load/{workspace}"

        def work(reading: Reading) -> None:
            given = _bytes_of(missing, files, workspace)
            for piece, _ in reading.counted(read_isolated(given, readers=budget().readers)):
                if piece is not None:
                    found[piece.digest] = piece
                    cache.put(piece)

        readings().start(key, len(missing), work)
        reading = follow(key)
        if reading is not None and reading.stopped.is_set():
            st.info("Reading this music was stopped.", icon=":material/info:")
            st.button("Read it", key="read-on", icon=":material/resume:")
            st.stop()
        # Another tab's reading may have found what this run did not.
        found = {digest: piece or cache.get(digest) for digest, piece in found.items()}
    return tuple(
        piece if piece.name == item.name else replace(piece, name=item.name)
        for item in items
        if (piece := found[item.digest]) is not None
    )


def upload_path(workspace: str, digest: str) -> str:
    """Where a workspace keeps the bytes of an uploaded file."""
    return f"workspaces/{workspace}/uploads/{digest}.mid"


def _bytes_of(items: Sequence[Item], files: Files, workspace: str) -> Iterator[Found]:
    def place(item: Item) -> tuple[str, str]:
        return item.source.kind, item.source.name

    for (kind, name), group in groupby(sorted(items, key=place), key=place):
        yield from _BYTES[kind](name, list(group), files, workspace)


def _own(name: str, items: Sequence[Item], files: Files, workspace: str) -> Iterator[Found]:
    for item in items:
        try:
            yield item.name, files.read(upload_path(workspace, item.digest))
        except FileNotFoundError:
            yield item.name, refusal("missing", item.name)


def _in_folder(name: str, items: Sequence[Item], files: Files, workspace: str) -> Iterator[Found]:
    root = music_folder()
    if root is not None:
        yield from read_folder(root, name, [item.source.path for item in items])


def _in_starter(name: str, items: Sequence[Item], files: Files, workspace: str) -> Iterator[Found]:
    cache, wanted = piece_cache(), {item.digest for item in items}
    for piece in load_starter(name):
        if piece.digest in wanted:
            cache.put(piece)
    return iter(())


_BYTES = {OWN: _own, FOLDER: _in_folder, STARTER: _in_starter}
