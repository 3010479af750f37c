"""A folder of music on the server: `GRUVE_MUSIC_DIR`, in which each sub-folder is a collection.

A collection may hold tens of thousands of files at any depth. Looking it through takes names only,
reading takes one file at a time. What is hidden (a leading dot) and symbolic links do not count,
and neither do ZIP archives: unpack them into the collection.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path, PurePosixPath

from musiccore.archives import Found, is_music_name
from musiccore.limits import Limits, current_limits
from musiccore.reasons import refusal
from musiccore.sources import SourceError, contents, shown

MUSIC_DIR = "GRUVE_MUSIC_DIR"
"""The environment variable that names the folder."""

_GONE = "{name} is not in the music folder any more. Choose another collection."
_HIDDEN = "."


def music_folder() -> Path | None:
    """The server's folder of music; None where `MUSIC_DIR` is not set or names no folder."""
    named = os.environ.get(MUSIC_DIR, "").strip()
    folder = Path(named).expanduser() if named else None
    return folder if folder and folder.is_dir() else None


def collections(root: Path) -> tuple[str, ...]:
    """The names of the collections in `root`, sorted; none where `root` cannot be looked into."""
    return tuple(
        sorted(
            entry.name
            for entry in _entries(os.fspath(root))
            # A name that no screen can show could not be chosen on one either.
            if entry.is_dir(follow_symlinks=False) and entry.name.isprintable()
        )
    )


def count(root: Path, name: str) -> int:
    """How many music files the collection holds. Raises `SourceError` where it does not exist."""
    return sum(1 for _ in _paths(_collection(root, name)))


def pick(root: Path, name: str, number: int, seed: int) -> tuple[str, ...]:
    """`number` files of the collection at random, all where it has no more: their paths, sorted.

    Paths are relative to the collection, with forward slashes. The choice depends on the paths
    that there are, `number` and `seed`, not on the order in which the disk lists them; more files
    with the same seed are the same ones and others. Memory is that of `number` paths. Raises
    `SourceError` where the collection does not exist.
    """
    paths = _paths(_collection(root, name))
    # The seed is the key of the hash, so each seed deals the files out in an order of its own.
    key = str(seed).encode()

    def place(path: str) -> bytes:
        return blake2b(os.fsencode(path), key=key, digest_size=16).digest()

    return tuple(sorted(heapq.nsmallest(number, paths, key=place)))


def read(
    root: Path, name: str, paths: Iterable[str], limits: Limits | None = None
) -> Iterator[Found]:
    """The bytes of these files of the collection, one at a time as they are asked for.

    Gives (name for the screen, bytes) or (name, why there are none) for each path in turn. A path
    that leads out of the collection is refused as missing, whatever is there. Raises `SourceError`
    at once where the collection does not exist.
    """
    return _read(_collection(root, name), paths, limits or current_limits())


def _read(folder: Path, paths: Iterable[str], limits: Limits) -> Iterator[Found]:
    inside = folder.resolve()
    for path in paths:
        label = shown(path)
        if _leads_out(inside, path):
            yield label, refusal("missing", label)
        else:
            yield label, contents(label, inside / path, limits)


def _leads_out(folder: Path, path: str) -> bool:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts:
        return True
    try:
        return not (folder / path).resolve().is_relative_to(folder)
    except (OSError, ValueError, RuntimeError):
        return True  # links in a circle, or no name that a file can have


def _collection(root: Path, name: str) -> Path:
    if name not in collections(root):
        label = shown(name)
        raise SourceError("missing", _GONE.format(name=label))
    return root / name


def _paths(folder: Path) -> Iterator[str]:
    """The music files below the folder, in the order of the disk, relative to it."""
    waiting = [""]
    top = os.fspath(folder)
    while waiting:
        prefix = waiting.pop()
        for entry in _entries(f"{top}/{prefix}"):
            if entry.is_dir(follow_symlinks=False):
                waiting.append(f"{prefix}{entry.name}/")
            elif is_music_name(entry.name) and entry.is_file(follow_symlinks=False):
                yield prefix + entry.name


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    """What is not hidden in the folder; nothing where it is gone or closed to us."""
    try:
        with os.scandir(folder) as entries:
            yield from (entry for entry in entries if not entry.name.startswith(_HIDDEN))
    except OSError:
        return
