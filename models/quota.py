"""Keeps the store within bounds: nobody, by mistake or on purpose, fills the disk."""

from __future__ import annotations

import json
import os
from collections.abc import Collection

from models.files import Files
from models.store import Store


def megabytes(name: str, default: int) -> int:
    """A bound in bytes, from the environment variable `name` in MB where that holds a number."""
    value = os.environ.get(name, "")
    return (int(value) if value.isdigit() else default) * 10**6


def store_bytes() -> int:
    """What runs and workspaces may take in all: `GRUVE_STORE_MB`, 4,000."""
    return megabytes("GRUVE_STORE_MB", 4000)


def run_bytes() -> int:
    """What the weights of one run may take: `GRUVE_RUN_MB`, 500."""
    return megabytes("GRUVE_RUN_MB", 500)


def visitor_bytes() -> int:
    """What one visitor's runs may take together: `GRUVE_VISITOR_MB`, 1,000."""
    return megabytes("GRUVE_VISITOR_MB", 1000)


def music_bytes() -> int:
    """What one visitor's uploaded music may take: `GRUVE_MUSIC_MB`, 100."""
    return megabytes("GRUVE_MUSIC_MB", 100)


def thin(store: Store, run_id: str, most: int) -> list[int]:
    """Forget the weights of every second epoch until a run's weights take at most `most` bytes.

    The best and the last stay; what was measured of the others stays too. Returns the epochs whose
    weights are gone.
    """
    gone: list[int] = []
    while store.weights_size(run_id) > most:
        kept = store.kept(run_id)
        dear = {store.best(run_id), kept[-1]}
        going = [epoch for epoch in kept[::2] if epoch not in dear]
        if not going:
            break
        for epoch in going:
            store.forget_weights(run_id, epoch)
        gone += going
    return gone


def make_room(files: Files, most: int, busy: Collection[str] = ()) -> list[str]:
    """Delete runs and workspaces, those used longest ago first and pinned runs last, until all take
    at most `most` bytes. `busy` ones stay. Returns the folders that are gone."""
    folders = {**files.folders("runs"), **files.folders("workspaces")}
    total, gone = sum(folder.size for folder in folders.values()), []
    if total <= most:
        return []
    pinned = {path for path in files.folders("runs") if _is_pinned(files, path)}
    for path in sorted(folders, key=lambda path: (path in pinned, folders[path].changed)):
        if total <= most:
            break
        if path.rpartition("/")[2] not in busy:
            files.delete(path)
            total -= folders[path].size
            gone.append(path)
    return gone


def _is_pinned(files: Files, run: str) -> bool:
    """Whether one of a run's owners has pinned it."""
    told = files.read_all(files.glob(f"{run}/owners/*.json"))
    return any(json.loads(owner).get("pinned") for owner in told)
