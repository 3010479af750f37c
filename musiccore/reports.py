"""What became of a file that somebody brought, in numbers and in a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from musiccore.instruments import names_of
from musiccore.piece import DRUMS, Piece
from musiccore.reasons import REASONS, ReadingError

STATUSES = ("read", "repaired", "refused")
"""What can become of a file."""

USUAL_TICKS = (4, 15_360)
"""Fewest and most ticks a quarter note in which programs write music; others are remarked on."""

_LEAST_OVERLAP = 1e-4  # quarter notes: what is less may be rounding


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


def report_on(piece: Piece, ticks: int | None = None) -> FileReport:
    """The report on a file that was read; `ticks` a quarter note, None where it counts others."""
    notes, length = len(piece), piece.length
    remarks = dict(_remarks(piece, ticks))
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


def _remarks(piece: Piece, ticks: int | None) -> Iterator[tuple[str, str]]:
    """What is worth knowing of music that was read as it stands: codes and sentences."""
    if piece.programs == (DRUMS,):
        yield "drums_only", REASONS["drums_only"].format(name=piece.name)
    if len(piece) == 1:
        yield "one_note", REASONS["one_note"].format(name=piece.name)
    fewest, most = USUAL_TICKS
    if ticks is not None and not fewest <= ticks <= most:
        yield "odd_ticks", REASONS["odd_ticks"].format(name=piece.name, found=ticks)
    for code, found in (("no_length", _without_length(piece)), ("overlapping", _overlaps(piece))):
        if found:
            yield code, REASONS[code].format(name=piece.name, found=found)


def _without_length(piece: Piece) -> int:
    return sum(len(track) - int(np.count_nonzero(track.duration)) for track in piece.tracks)


def _overlaps(piece: Piece) -> int:
    """How many notes start while a note of the same pitch and track sounds."""
    # Every pitch of every track gets a stretch of time of its own, so that one sort does for all.
    stretch = piece.length + 1
    place = np.concatenate([track.pitch + 128.0 * i for i, track in enumerate(piece.tracks)])
    start = place * stretch + np.concatenate([track.onset for track in piece.tracks])
    order = np.argsort(start, kind="stable")
    length = np.concatenate([track.duration for track in piece.tracks])[order]
    start = start[order]
    ends = np.maximum.accumulate(start + length)
    return int(np.count_nonzero(ends[:-1] - start[1:] > _LEAST_OVERLAP))
