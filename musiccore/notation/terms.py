"""What notation gives back, its bounds, and the error that says why there is none."""

from __future__ import annotations

from typing import NamedTuple

from musiccore.notation.grid import Moved

MAX_BARS = 20_000
"""The most bars that sheet music is made of (`GRUVE_MAX_SHEET_BARS`)."""

MAX_PARTS = 64
"""The most parts on a page of sheet music (`GRUVE_MAX_SHEET_PARTS`)."""

MAX_SECONDS = 60.0
"""How long one request for sheet music may take, in seconds (`GRUVE_MAX_SHEET_SECONDS`)."""

MAX_MB = 1500.0
"""How much memory the process that makes it may take, in MB (`GRUVE_MAX_SHEET_MB`)."""

IDLE_SECONDS = 120.0
"""After so many seconds without work that process ends (`GRUVE_SHEET_IDLE_SECONDS`)."""


class NotationError(RuntimeError):
    """Sheet music could not be made; the message is a sentence for the screen."""


class Notation(NamedTuple):
    """Some bars of a piece as MusicXML (UTF-8).

    `first` and `last` are the bar numbers it shows, `bars` how many the whole piece has, `place`
    that of its first bar among them, counted from 0, and `start` the onset at which that bar begins
    (quarter notes from the start of the piece). `shortened` counts notes that were cut short
    because more voices sound at once than can be read.
    """

    musicxml: bytes
    first: int
    last: int
    bars: int
    place: int
    moved: Moved
    shortened: int
    start: float = 0.0


Beat = tuple[float, tuple[str, ...], tuple[str, ...]]


class Engraving(NamedTuple):
    """Pages as SVG, the first and last bar number on each, and which note sounds when.

    `timemap` is (onset in quarter notes from the first bar engraved, ids of the notes that begin
    there, ids of those that end there).
    """

    pages: tuple[str, ...]
    bars: tuple[tuple[int, int], ...]
    timemap: tuple[Beat, ...] = ()
