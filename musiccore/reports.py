"""What became of a file that somebody brought, in numbers and in a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from musiccore.instruments import names_of
from musiccore.piece import DRUMS, Piece
from musiccore.reasons import REASONS, ReadingError

STATUSES = ("read", "repaired", "refused")
"""What can become of a file."""

USUAL_TICKS = (4, 15_360)
"""Fewest and most ticks a quarter note in which programs write music; others are remarked on."""


@dataclass(frozen=True)
class FileReport:
    """What became of one file.

    `status` is one of `STATUSES`. `reason` is a code of `reasons.REASONS` and
    `message` its sentence: why a file was refused, or a remark about one that was read (the first
    where there are several; `message` has them all). `tracks` and `instruments` (General MIDI
    names) count what plays; `quarters` is the length in quarter notes. `digest` is the SHA-256 of
    the bytes, "" where there were none to look at.
    """

    file: str
    status: str
    reason: str | None = None
    message: str = ""
    notes: int = 0
    seconds: float = 0.0
    quarters: float = 0.0
    tracks: int = 0
    instruments: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    digest: str = ""


def refused(name: str, error: ReadingError, data: bytes = b"") -> FileReport:
    """The report on a file that is refused for `error`."""
    digest = hashlib.sha256(data).hexdigest() if data else ""
    return FileReport(name, "refused", error.reason, str(error), digest=digest)


class Counted(NamedTuple):
    """A file's notes as the file counts them, track after track: times are in ticks.

    `division` is ticks a quarter note, None where the file counts film frames. Track i ends before
    place `ends[i]` of the arrays (n,).
    """

    division: int | None
    ends: Sequence[int]
    start: NDArray[np.integer]
    length: NDArray[np.integer]
    pitch: NDArray[np.integer]

    @property
    def end(self) -> int:
        """When the last note ends."""
        return int((self.start.astype(np.int64) + self.length).max())

    @property
    def part(self) -> NDArray[np.int64]:
        """Which track each note is of (n,)."""
        starts = (0, *self.ends[:-1])
        sizes = [end - start for start, end in zip(starts, self.ends, strict=True)]
        return np.arange(len(sizes)).repeat(sizes)

    @property
    def without_length(self) -> int:
        return len(self.length) - int(np.count_nonzero(self.length))

    @property
    def overlaps(self) -> int:
        """How many notes start while a note of the same pitch and track sounds."""
        # Every pitch of every track gets a stretch of time of its own: one sort does for all.
        start = (self.part * 128 + self.pitch) * (self.end + 1) + self.start
        order = start.argsort(kind="stable")
        start = start[order]
        ends = np.maximum.accumulate(start + self.length[order])
        return int(np.count_nonzero(start[1:] < ends[:-1]))


def report_on(piece: Piece, counted: Counted) -> FileReport:
    """The report on a file that was read."""
    notes, length = len(piece), piece.length
    remarks = dict(_remarks(piece, counted))
    sentences = list(remarks.values())
    if piece.repairs:
        sentences.insert(0, f"{piece.name} was read with repairs. {' '.join(piece.repairs)}")
    return FileReport(
        file=piece.name,
        status="repaired" if piece.repairs else "read",
        reason=next(iter(remarks), None),
        message=" ".join(sentences),
        notes=notes,
        seconds=piece.to_seconds(length),
        quarters=length,
        tracks=len(piece.tracks),
        instruments=names_of(piece.programs),
        repairs=piece.repairs,
        digest=piece.digest,
    )


def _remarks(piece: Piece, counted: Counted) -> Iterator[tuple[str, str]]:
    """What is worth knowing of music that was read as it stands: codes and sentences."""
    fewest, most = USUAL_TICKS
    ticks = counted.division
    found = {
        "drums_only": piece.programs == (DRUMS,),
        "one_note": len(counted.start) == 1,
        "odd_ticks": ticks if ticks is not None and not fewest <= ticks <= most else 0,
        "no_length": counted.without_length,
        "overlapping": counted.overlaps,
    }
    for code, number in found.items():
        if number:
            yield code, REASONS[code].format(name=piece.name, found=number)
