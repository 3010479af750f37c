"""A visitor's own corpora as data: which pieces they hold, where each lies, what is learned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from musiccore.piece import Piece, music_digest
from musiccore.reading import FileReport
from musiccore.reasons import REASONS
from musiccore.selection import Selection, select

OWN = "own"
STARTER = "starter"
FOLDER = "folder"


@dataclass(frozen=True)
class Source:
    """Where the bytes of a piece lie: in the workspace (`OWN`), in a starter set, in a folder of
    the server. `name` says which set or folder, `path` where in it."""

    kind: str = OWN
    name: str = ""
    path: str = ""


@dataclass(frozen=True)
class Item:
    """One piece of a corpus. `digest` is that of its bytes, `music` that of what plays; `size` in
    bytes, 0 where the workspace does not keep them."""

    name: str
    digest: str
    music: str
    size: int = 0
    source: Source = field(default_factory=Source)

    @classmethod
    def of(cls, piece: Piece, size: int = 0, source: Source | None = None) -> Item:
        return cls(piece.name, piece.digest, music_digest(piece), size, source or Source())

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Item:
        return cls(**{**data, "source": Source(**data["source"])})


@dataclass(frozen=True)
class OwnCorpus:
    """Pieces that a visitor brought, and what became of every file on the way."""

    items: tuple[Item, ...] = ()
    reports: tuple[FileReport, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> OwnCorpus:
        lists = ("instruments", "repairs")
        return cls(
            tuple(Item.from_json(item) for item in data["items"]),
            tuple(
                FileReport(**{**report, **{name: tuple(report[name]) for name in lists}})
                for report in data["reports"]
            ),
        )

    def joined(self, other: OwnCorpus) -> OwnCorpus:
        """Both, each piece of music once."""
        have = {item.music for item in self.items}
        new = {item.music: item for item in reversed(other.items) if item.music not in have}
        return OwnCorpus(self.items + tuple(reversed(new.values())), self.reports + other.reports)


@dataclass(frozen=True)
class Material:
    """What of a corpus is learned from: all pieces but those `left_out` (digests), and of those
    what the selection keeps."""

    left_out: frozenset[str] = frozenset()
    selection: Selection = field(default_factory=Selection)

    def of(self, pieces: Iterable[Piece]) -> tuple[Piece, ...]:
        """What there is to learn from."""
        ticked = (piece for piece in pieces if piece.digest not in self.left_out)
        return select(ticked, self.selection)

    def to_json(self) -> dict[str, Any]:
        return {"left_out": sorted(self.left_out), "selection": self.selection.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Material:
        return cls(frozenset(data["left_out"]), Selection.from_json(data["selection"]))


class Gathering:
    """A corpus that grows file by file, each piece of music once."""

    def __init__(self, have: Iterable[Item] = ()) -> None:
        self._names = {item.music: item.name for item in have}
        self._items: list[Item] = []
        self._reports: list[FileReport] = []
        self.size = 0
        self.notes = 0

    def known(self, piece: Piece) -> str | None:
        """The name under which this music is there already, if it is."""
        return self._names.get(music_digest(piece))

    def add(self, item: Item, notes: int, report: FileReport) -> None:
        """Take a piece that was not there."""
        self._names[item.music] = item.name
        self._items.append(item)
        self._reports.append(report)
        self.size += item.size
        self.notes += notes

    def pass_over(self, report: FileReport) -> None:
        """Take only the report on a file."""
        self._reports.append(report)

    @property
    def corpus(self) -> OwnCorpus:
        return OwnCorpus(tuple(self._items), tuple(self._reports))


def duplicate(report: FileReport, other: str) -> FileReport:
    """The report on a file whose music is there already, under the name `other`."""
    sentence = REASONS["duplicate"].format(name=report.file, other=other)
    return replace(report, status="refused", reason="duplicate", message=sentence)


def named(wanted: str, taken: Sequence[str]) -> str:
    """A name for a corpus that no other has: `wanted`, else `wanted 2`, `wanted 3` …"""
    wanted = " ".join(wanted.split())[:60] or "My files"
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted} {number}"
    return name
