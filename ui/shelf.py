"""A visitor's takes: those that lie open on the page, and those kept on the shelf."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

from musiccore.arrangement import Arrangement

MOST_OPEN = 16
"""Takes that lie open on the page; beyond that the oldest gives way."""

MAX_TAKE_NAME = 60
"""Characters of what a visitor calls a take."""

Verdict = Literal["", "up", "down"]


def shelf_takes() -> int:
    """Takes that one visitor's shelf holds: `GRUVE_SHELF_TAKES`, 100."""
    value = os.environ.get("GRUVE_SHELF_TAKES", "")
    return int(value) if value.isdigit() else 100


class ShelfFullError(Exception):
    """No room on the shelf; the message is a sentence for the visitor."""


@dataclass(frozen=True)
class Entry:
    """One take: `id` names its recipe, which is kept apart from it. `number` counts a visitor's
    takes, `origin` says which of them it comes from and how (empty: from none), `name` is what its
    owner calls it."""

    id: str
    run: str
    number: int = 0
    origin: str = ""
    name: str = ""
    verdict: Verdict = ""
    notes: int = 0
    seconds: float = 0.0
    arrangement: Arrangement = field(default_factory=Arrangement)

    @property
    def title(self) -> str:
        """What it is called before anybody gives it a name."""
        return f"Take {self.number}" + (f": {self.origin}" if self.origin else "")

    @property
    def called(self) -> str:
        return self.name or self.title

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Entry:
        known = {f.name for f in fields(cls)}
        chosen = {name: value for name, value in data.items() if name in known}
        played = Arrangement.from_json(data.get("arrangement", {}))
        return cls(**{**chosen, "arrangement": played})


@dataclass(frozen=True)
class Takes:
    """What lies `open`, oldest first, which of it is `shown`, and the `shelf`, newest first; how
    many takes there have been."""

    open: tuple[Entry, ...] = ()
    shown: str = ""
    shelf: tuple[Entry, ...] = ()
    counted: int = 0

    @property
    def entry(self) -> Entry | None:
        """The take that is shown; else the newest that lies open."""
        found = {entry.id: entry for entry in self.open}
        return found.get(self.shown) or next(reversed(self.open), None)

    def kept(self, take: str) -> bool:
        return any(entry.id == take for entry in self.shelf)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(entry.id for entry in (*self.open, *self.shelf))

    def opened(self, entries: Iterable[Entry]) -> Takes:
        """With these takes open behind the others; the first of them is shown.

        New ones get their number. What is known already keeps all that it has.
        """
        known = {entry.id: entry for entry in (*self.shelf, *self.open)}
        counted, new = self.counted, []
        for entry in entries:
            if entry.id not in known:
                counted += 1
                entry = replace(entry, number=counted)
            new.append(known.get(entry.id, entry))
        if not new:
            return self
        ids = {entry.id for entry in new}
        others = [entry for entry in self.open if entry.id not in ids]
        lying = tuple([*others, *new][-MOST_OPEN:])
        return replace(self, open=lying, shown=new[0].id, counted=counted)

    def showing(self, take: str) -> Takes:
        return replace(self, shown=take)

    def changed(self, take: str, **changes: Any) -> Takes:
        """With other values in a take's entry, open or on the shelf."""

        def change(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
            return tuple(replace(e, **changes) if e.id == take else e for e in entries)

        return replace(self, open=change(self.open), shelf=change(self.shelf))

    def judged(self, take: str, verdict: Verdict) -> Takes:
        """Thumbs up puts a take on the shelf, anything else takes it off.

        Raises `ShelfFullError`.
        """
        judged = self.changed(take, verdict=verdict)
        if verdict != "up":
            return judged.without(take)
        liked = [e for e in judged.open if e.id == take and not self.kept(take)]
        if liked and len(self.shelf) >= shelf_takes():
            raise ShelfFullError(
                f"The shelf holds {shelf_takes():,} takes. Take one off it to make room."
            )
        return replace(judged, shelf=(*liked, *judged.shelf))

    def renamed(self, take: str, name: str) -> Takes:
        return self.changed(take, name=" ".join(name.split())[:MAX_TAKE_NAME])

    def without(self, take: str) -> Takes:
        """Without a take on the shelf; where it lies open it stays so."""
        return replace(self, shelf=tuple(entry for entry in self.shelf if entry.id != take))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Takes:
        open_, shelf = (tuple(map(Entry.from_json, data[part])) for part in ("open", "shelf"))
        return cls(open_, data["shown"], shelf, data["counted"])


def id_of(recipe: Mapping[str, Any]) -> str:
    """The name of a recipe, given as JSON: the same recipe is the same take."""
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()[:16]


Change = Callable[[Takes], Takes]
