"""Every bound on what strangers bring: its name, its default, the variable that changes it.

A bound that is passed costs one file, or what is left of one upload; never the rest.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

MIB = 1024 * 1024


def _bound(default: float, variable: str, sentence: str) -> Any:
    return field(default=default, metadata={"variable": variable, "sentence": sentence})


@dataclass(frozen=True)
class Limits:
    """The bounds on files, uploads, archives and the process that reads them."""

    file_bytes: int = _bound(
        10 * MIB,
        "GRUVE_MAX_FILE_BYTES",
        "A file may have at most {limit} bytes. Split the piece, or take out what is not notes.",
    )
    file_notes: int = _bound(
        200_000,
        "GRUVE_MAX_FILE_NOTES",
        "A file may have at most {limit} notes. Split the piece into several files.",
    )
    file_hours: float = _bound(
        12,
        "GRUVE_MAX_FILE_HOURS",
        "A file may last at most {limit} hours. Split the piece, or cut the silence in it.",
    )
    file_tracks: int = _bound(
        1_024,
        "GRUVE_MAX_FILE_TRACKS",
        "A file may have at most {limit} tracks. Merge its tracks, or split the piece.",
    )
    file_changes: int = _bound(
        50_000,
        "GRUVE_MAX_FILE_CHANGES",
        "A file may change tempo, metre and key at most {limit} times. "
        "Export it with fewer changes.",
    )
    upload_files: int = _bound(
        5_000,
        "GRUVE_MAX_UPLOAD_FILES",
        "One upload may hold at most {limit} files. Bring the rest in another one.",
    )
    corpus_notes: int = _bound(
        2_000_000,
        "GRUVE_MAX_CORPUS_NOTES",
        "A corpus may hold at most {limit} notes. Bring the rest as another corpus.",
    )
    archive_members: int = _bound(
        20_000,
        "GRUVE_MAX_ARCHIVE_MEMBERS",
        "An archive may hold at most {limit} entries. Split it into several.",
    )
    archive_bytes: int = _bound(
        256 * MIB,
        "GRUVE_MAX_ARCHIVE_BYTES",
        "An archive may unpack to at most {limit} bytes. Split it into several.",
    )
    archive_ratio: float = _bound(
        200,
        "GRUVE_MAX_ARCHIVE_RATIO",
        "A file may unpack to at most {limit} times its packed size. Bring it unpacked.",
    )
    archive_nesting: int = _bound(
        2,
        "GRUVE_MAX_ARCHIVE_NESTING",
        "Archives may stand inside each other at most {limit} deep. Unpack the inner one first.",
    )
    archive_inner_bytes: int = _bound(
        64 * MIB,
        "GRUVE_MAX_ARCHIVE_INNER_BYTES",
        "An archive inside another may have at most {limit} bytes. Bring it by itself.",
    )
    reader_seconds: float = _bound(
        20,
        "GRUVE_MAX_READER_SECONDS",
        "Reading a file may take at most {limit} seconds. Export it again from a music program.",
    )
    reader_bytes: int = _bound(
        1024 * MIB,
        "GRUVE_MAX_READER_BYTES",
        "Reading a file may take at most {limit} bytes of memory. "
        "Split the piece into several files.",
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Limits:
        """The defaults, each overridden by its variable where that is set.

        Raises `ValueError` with a sentence where a variable is not a number above 0.
        """
        chosen = {}
        for bound in fields(cls):
            text = environment.get(bound.metadata["variable"], "").strip()
            if text:
                chosen[bound.name] = _number(bound.metadata["variable"], text, bound.type == "int")
        return cls(**chosen)

    def sentence(self, bound: str) -> str:
        """What the bound is, in numbers, and what to do about it."""
        (named,) = (f for f in fields(self) if f.name == bound)
        text: str = named.metadata["sentence"]
        number = getattr(self, bound)
        if bound.endswith("_bytes") and number % MIB == 0:
            return text.replace("{limit} bytes", f"{number // MIB:,} MiB")
        return text.format(limit=f"{number:,}")


@cache
def current_limits() -> Limits:
    """The bounds of this process, from the environment it was started in."""
    return Limits.from_environment()


def _number(variable: str, text: str, whole: bool) -> Any:
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"{variable} must be {kind} above 0, not {text!r}.")
    return number
