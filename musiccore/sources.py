"""Where MIDI files come from: a path, what a visitor uploads, or a starter set."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from musiccore.archives import Found, is_music_name, members
from musiccore.isolation import read_isolated
from musiccore.limits import Limits, current_limits
from musiccore.piece import Piece
from musiccore.reasons import REASONS, ReadingError, over_limit, refusal
from musiccore.reports import FileReport
from musiccore.signatures import is_zip
from musiccore.text import printable, readable

STARTER = "starter:"
"""A path that begins so names a starter set."""

_SIGNATURE = 8


class SourceError(ReadingError):
    """A path or a starter set that does not exist; the message is a sentence for the visitor."""


def find(path: str | Path, limits: Limits | None = None) -> Iterator[Found]:
    """The files of `path`, one at a time: (name, bytes), or (name, why there are none).

    `path` is a file, a folder with all below it, a ZIP archive, or `starter:NAME`. A file is taken
    whatever it is called; in folders and archives only .mid, .midi, .kar and .rmi, in order of
    name. Names are relative to the folder or archive. Raises `SourceError` at once where `path`
    does not exist.
    """
    limits = limits or current_limits()
    if str(path).startswith(STARTER):
        return _starter(str(path))
    path = Path(path)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        sentence = REASONS["missing"].format(name=shown(path))
        raise SourceError("missing", sentence) from error
    return _below(path, limits) if stat.S_ISDIR(mode) else _file_or_archive(path, limits)


def unpack(uploads: Iterable[tuple[str, bytes]], limits: Limits | None = None) -> Iterator[Found]:
    """Uploaded files, with ZIP archives (told by their bytes) replaced by what is in them."""
    limits = limits or current_limits()
    for number, (name, data) in enumerate(_unpacked(uploads, limits), start=1):
        if number > limits.upload_files:
            yield name, over_limit("too_many_files", name, limits, "upload_files", number)
            return
        yield name, data


def read_all(
    path: str | Path, limits: Limits | None = None
) -> Generator[tuple[Piece | None, FileReport], None, None]:
    """Every file of `path`, read in a process of its own, with its report.

    Raises `SourceError` at once where `path` does not exist.
    """
    limits = limits or current_limits()
    return read_isolated(find(path, limits), limits)


def contents(name: str, path: Path, limits: Limits) -> bytes | ReadingError:
    """The bytes of one file, or why there are none; `name` is what the visitor calls it."""
    try:
        with _opened(name, path) as opened:
            return _bytes(name, opened, limits)
    except ReadingError as error:
        return error


def shown(path: str | Path) -> str:
    """A path as text that any screen can show, also where its bytes are no UTF-8."""
    try:
        return printable(readable(os.fsencode(path)))
    except UnicodeEncodeError:
        return printable(os.fspath(path))


def _starter(path: str) -> Iterator[Found]:
    from musiccore.starters import open_starter

    try:
        return open_starter(path.removeprefix(STARTER))
    except KeyError as error:
        raise SourceError("missing", str(error)) from error


def _unpacked(uploads: Iterable[tuple[str, bytes]], limits: Limits) -> Iterator[Found]:
    for name, data in uploads:
        label = printable(name)
        if is_zip(data):
            yield from members(label, io.BytesIO(data), limits, prefix=f"{label}/")
        else:
            yield label, data


def _file_or_archive(path: Path, limits: Limits) -> Iterator[Found]:
    name = shown(path.name)
    try:
        with _opened(name, path) as file:
            if is_zip(file.read(_SIGNATURE)):
                yield from members(name, file, limits)
            else:
                file.seek(0)
                yield name, _bytes(name, file, limits)
    except ReadingError as error:
        yield name, error


def _below(folder: Path, limits: Limits) -> Iterator[Found]:
    faults: list[OSError] = []
    empty = True
    for root, folders, files in os.walk(folder, onerror=faults.append):
        folders.sort()
        for file in filter(is_music_name, sorted(files)):
            path = Path(root, file)
            name = shown(path.relative_to(folder).as_posix())
            empty = False
            yield name, contents(name, path, limits)
    for fault in faults:
        empty = False
        name = shown(fault.filename)
        yield name, refusal("unreadable", name, why=fault.strerror)
    if empty:
        name = shown(folder)
        yield name, refusal("no_midi_inside", name)


@contextmanager
def _opened(name: str, path: Path) -> Iterator[IO[bytes]]:
    try:
        # Devices and pipes may never end, or never begin.
        if not stat.S_ISREG(path.stat().st_mode):
            raise refusal("unreadable", name, why="it is not an ordinary file")
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise refusal("unreadable", name, why=error.strerror) from error


def _bytes(name: str, file: IO[bytes], limits: Limits) -> bytes:
    size = os.fstat(file.fileno()).st_size
    if size > limits.file_bytes:
        raise over_limit("too_big", name, limits, "file_bytes", size)
    return file.read(limits.file_bytes + 1)
