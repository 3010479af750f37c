"""ZIP archives of strangers, opened in memory and within bounds."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import IO

from musiccore.limits import MIB, Limits
from musiccore.reasons import ReadingError, over_limit, refusal
from musiccore.signatures import is_zip
from musiccore.text import packed_name, printable

MIDI_SUFFIXES = frozenset((".mid", ".midi", ".kar", ".rmi"))
"""What MIDI files are called, in lower case."""

Found = tuple[str, bytes | ReadingError]
"""A file's name with its bytes, or with the reason why there are none."""

_ZIP_SUFFIX = ".zip"
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_ENTRY = b"PK\x01\x02"
_LOCKED = 0x1
_IN_UTF8 = 0x800
_PACKINGS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
# Silence and tables of zeros pack very well: a ratio says nothing about small files.
_RATIO_FROM = MIB


def is_music_name(name: str) -> bool:
    """Whether a file of this name is looked at: by its suffix, without macOS' shadow files."""
    # Plain text: a folder of 130,000 names is looked through in the time of a click.
    file = name.rpartition("/")[2]
    stem, dot, suffix = file.rpartition(".")
    return bool(stem) and (dot + suffix).lower() in MIDI_SUFFIXES and not file.startswith("._")


def members(name: str, archive: IO[bytes], limits: Limits, prefix: str = "") -> Iterator[Found]:
    """The MIDI files in a ZIP archive, in order of name, those in archives inside it as well.

    Members are called by their path in the archive, after `prefix`; what is damaged, locked or
    past a bound comes with its error, and what follows still comes. `name` is the archive's own.
    """
    yield from _Unpacking(limits).members(name, archive, prefix, depth=1)


class _Unpacking:
    """One archive with all that is inside it; knows how many bytes may still be unpacked."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.bytes_left = limits.archive_bytes

    def members(self, name: str, archive: IO[bytes], prefix: str, depth: int) -> Iterator[Found]:
        try:
            entries = _entries(archive)
            if entries > self.limits.archive_members:
                bound = "archive_members"
                yield name, over_limit("archive_too_many", name, self.limits, bound, entries)
                return
            opened = zipfile.ZipFile(archive)
        except _FAULTS:
            yield name, refusal("bad_archive", name)
            return
        with opened:
            wanted = sorted(filter(_wanted, opened.infolist()), key=lambda info: info.filename)
            if not wanted:
                yield name, refusal("no_midi_inside", name)
            for info in wanted:
                yield from self._member(opened, info, prefix + _name(info), depth)
                if self.bytes_left <= 0:
                    return

    def _member(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, depth: int
    ) -> Iterator[Found]:
        try:
            data = self._unpacked(archive, info, name, depth)
        except ReadingError as error:
            yield name, error
            return
        if _is_archive(info) and is_zip(data):
            yield from self.members(name, io.BytesIO(data), f"{name}/", depth + 1)
        else:
            yield name, data

    def _unpacked(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, depth: int
    ) -> bytes:
        limits = self.limits
        inner = _is_archive(info)
        if info.flag_bits & _LOCKED:
            raise refusal("encrypted", name)
        if info.compress_type not in _PACKINGS:
            raise refusal("unknown_packing", name)
        if inner and depth >= limits.archive_nesting:
            raise over_limit("archive_nesting", name, limits, "archive_nesting", depth + 1)
        bound = "archive_inner_bytes" if inner else "file_bytes"
        most = getattr(limits, bound)
        if info.file_size > most:
            raise over_limit("too_big", name, limits, bound, info.file_size)
        try:
            with archive.open(info) as member:
                # What an archive says about its sizes need not be so.
                data = member.read(min(most, self.bytes_left) + 1)
        except _FAULTS as error:
            raise refusal("bad_member", name) from error
        self.bytes_left -= len(data)
        if self.bytes_left < 0:
            raise over_limit("archive_too_big", name, limits, "archive_bytes", len(data))
        ratio = len(data) / max(1, info.compress_size)
        if len(data) > _RATIO_FROM and ratio > limits.archive_ratio:
            raise over_limit("archive_ratio", name, limits, "archive_ratio", ratio)
        if len(data) > most:
            raise over_limit("too_big", name, limits, bound, len(data))
        return data


def _name(info: zipfile.ZipInfo) -> str:
    """The member's path as it was meant; without a flag for UTF-8 it came as code page 437."""
    name = info.filename
    if not info.flag_bits & _IN_UTF8:
        with suppress(UnicodeEncodeError):
            name = packed_name(name.encode("cp437"))
    return printable(name)


def _is_archive(info: zipfile.ZipInfo) -> bool:
    return info.filename.lower().endswith(_ZIP_SUFFIX)


def _wanted(info: zipfile.ZipInfo) -> bool:
    hidden = PurePosixPath(info.filename).name.startswith("._")
    return not info.is_dir() and not hidden and (is_music_name(info.filename) or _is_archive(info))


def _entries(archive: IO[bytes]) -> int:
    """How many entries the archive lists, counted before anything is made of them."""
    count = 0
    tail = b""
    archive.seek(0)
    while block := archive.read(MIB):
        count += (tail + block).count(_ENTRY)
        tail = block[1 - len(_ENTRY) :]
    archive.seek(0)
    return count
