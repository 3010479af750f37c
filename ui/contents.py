"""What is remembered of a workspace: small, and whole at any time, whoever writes at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from models.files import Files
from models.store import Store
from musiccore.starters import STARTERS

DEFAULT_CORPUS = next(iter(STARTERS))

USED_SECONDS = 3600.0
"""How exactly it is known when something was last used."""

_locks: dict[str, threading.Lock] = {}


@dataclass
class Shelf:
    """An own corpus as the list of corpora shows it. `used` in seconds since 1970."""

    name: str
    pieces: int
    size: int
    used: float


@dataclass
class Contents:
    """What is remembered of a workspace, as JSON."""

    corpus: str = DEFAULT_CORPUS
    corpora: dict[str, Shelf] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    run: str = ""
    used: dict[str, float] = field(default_factory=dict)
    choices: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Contents:
        known = {f.name for f in fields(cls)}
        contents = cls(**{name: value for name, value in data.items() if name in known})
        contents.corpora = {name: Shelf(**shelf) for name, shelf in data.get("corpora", {}).items()}
        return contents


class ContentsFile:
    """The file they are kept in. Tabs and threads change it one after the other."""

    def __init__(self, path: str, files: Files) -> None:
        self._path, self._files = path, files
        self._lock = _locks.setdefault(path, threading.Lock())

    def read(self) -> Contents:
        """What is there; where nothing is, what a new visitor has."""
        try:
            return Contents.from_json(self._files.read_json(self._path))
        except FileNotFoundError:
            return Contents()

    @contextmanager
    def changing(self) -> Iterator[Contents]:
        """What is there, to be changed, and kept as the block leaves it; not where it raises."""
        with self._lock:
            contents = self.read()
            yield contents
            self._files.write_json(self._path, asdict(contents))


class Kept:
    """What all parts of a visitor's workspace have: its id, the store, and what is remembered."""

    def __init__(self, workspace: str, files: Files, store: Store) -> None:
        self.id = workspace
        self._files, self._store = files, store
        self._folder = f"workspaces/{workspace}"
        self._kept = ContentsFile(f"{self._folder}/workspace.json", files)
        self.reload()

    def reload(self) -> None:
        """See what another tab or thread has changed."""
        self._contents = self._kept.read()

    @contextmanager
    def _changing(self) -> Iterator[Contents]:
        with self._kept.changing() as self._contents:
            yield self._contents
