"""Music that comes with Gruve: small archives of MIDI files beside this module.

Who made them and on which terms is in `SOURCES.md`; `scripts/make_starters.py` wrote them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from musiccore.piece import Piece
from musiccore.reading import read_midi

HERE = Path(__file__).parent


class UnknownStarterError(KeyError):
    """A starter set that does not exist; the message is a sentence for the visitor."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"There is no starter set {self.name!r}. There are: {', '.join(STARTERS)}."


@dataclass(frozen=True)
class Starter:
    """One starter set, as the screen shows it before it is opened."""

    name: str
    """Key in `STARTERS` and name of the archive."""
    title: str
    description: str
    files: int
    """Number of pieces."""
    instruments: str
    """What plays, in words."""

    @property
    def path(self) -> Path:
        """The archive."""
        return HERE / f"{self.name}.zip"


STARTERS: dict[str, Starter] = {
    starter.name: starter
    for starter in (
        Starter(
            name="bach-chorales",
            title="Bach chorales",
            description="Hymns for four voices by Johann Sebastian Bach.",
            files=364,
            instruments="choir in four parts",
        ),
        Starter(
            name="fiddle-tunes",
            title="Fiddle tunes",
            description="Reels, jigs, hornpipes and other dances, printed in Boston in 1883.",
            files=985,
            instruments="violin alone",
        ),
        Starter(
            name="string-quartets",
            title="String quartets",
            description="Movements by Haydn, Mozart, Beethoven and Schumann.",
            files=66,
            instruments="two violins, viola, cello",
        ),
    )
}


def open_starter(name: str) -> Iterator[tuple[str, bytes]]:
    """(file name, MIDI bytes) of each piece, by name. Raises `UnknownStarterError`."""
    if name not in STARTERS:
        raise UnknownStarterError(name)
    return _entries(STARTERS[name])


def _entries(starter: Starter) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(starter.path) as archive:
        for entry in archive.namelist():
            yield entry, archive.read(entry)


@cache
def load_starter(name: str) -> tuple[Piece, ...]:
    """The pieces of a set, by name; read once, then remembered. Raises `UnknownStarterError`."""
    return tuple(read_midi(entry, data) for entry, data in open_starter(name))
