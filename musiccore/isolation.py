"""Strangers' MIDI read in a process of its own: a crash, a hang or a flood costs one file.

A plain subprocess, not `multiprocessing`: that runs Streamlit's page again in its children, and a
fork of a threaded process may hang. The answers are data (`musiccore.frames`), not pickles, since
whoever breaks the reader would otherwise break the app.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from musiccore.frames import FrameError, receive, send, unpacked
from musiccore.limits import Limits, current_limits
from musiccore.piece import Piece
from musiccore.reading import FileReport, refused
from musiccore.reasons import ReadingError, refusal

READER = (sys.executable, "-m", "musiccore.reader")
"""The command that reads; another one must speak as `musiccore.reader.serve` does."""

_ROOT = Path(__file__).resolve().parents[1]
# One thread each: a reader has no use for more, and their stacks count as its memory.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_START_SECONDS = 60.0
_LOG_BYTES = 2_000


def read_isolated(
    files: Iterable[tuple[str, bytes | ReadingError]],
    limits: Limits | None = None,
    command: Sequence[str] = READER,
) -> Generator[tuple[Piece | None, FileReport], None, None]:
    """Read (name, bytes) one after the other; one reader process serves them all.

    A file whose reader crashes, hangs or takes too much memory is refused as `reader_crashed`,
    `reader_timeout` or `reader_memory`, and the rest go on with a new reader. A name that comes
    with an error instead of bytes is passed on as refused. The process ends with the generator,
    also where that is closed early.
    """
    with Reader(limits, command) as reader:
        for name, data in files:
            if isinstance(data, ReadingError):
                yield None, refused(name, data)
            else:
                yield reader.read(name, data)


class _Running(NamedTuple):
    process: subprocess.Popen[bytes]
    line: socket.socket


class Reader:
    """At most one reader process, started when there is something to read. For one thread."""

    def __init__(self, limits: Limits | None = None, command: Sequence[str] = READER) -> None:
        self._limits = limits or current_limits()
        self._command = tuple(command)
        self._running: _Running | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, name: str, data: bytes) -> tuple[Piece | None, FileReport]:
        """As `reading.read_file`, elsewhere. Raises `RuntimeError` if no reader can be started."""
        running = self._running = self._running or _start(self._command, self._limits)
        seconds = self._limits.reader_seconds
        try:
            running.line.settimeout(seconds)
            send(running.line, {"name": name}, data)
            return unpacked(name, *receive(running.line, seconds))
        except TimeoutError:
            limit = self._limits.sentence("reader_seconds")
            error = refusal("reader_timeout", name, limit=limit)
        except (FrameError, OSError):
            error = refusal("reader_crashed", name)
        self.close()
        return None, refused(name, error, data)

    def close(self) -> None:
        """End the process. The next `read` starts another."""
        if self._running:
            _end(self._running)
            self._running = None


def _start(command: Sequence[str], limits: Limits) -> _Running:
    ours, theirs = socket.socketpair()
    with tempfile.TemporaryFile() as log:
        try:
            with theirs:
                process = subprocess.Popen(  # noqa: S603  the command is ours
                    command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    cwd=_ROOT,
                    env={**os.environ, **_ENVIRONMENT},
                    # Ctrl-C is for the app, which then ends its reader.
                    start_new_session=True,
                )
        except OSError as error:
            ours.close()
            raise RuntimeError(f"The MIDI reader does not start: {error}.") from error
        running = _Running(process, ours)
        try:
            send(ours, asdict(limits))
            receive(ours, _START_SECONDS)
        except (FrameError, OSError) as error:
            _end(running)
            log.seek(0)
            said = log.read()[-_LOG_BYTES:].decode("utf-8", "replace").strip()
            raise RuntimeError(f"The MIDI reader does not start: {said or error}") from error
    return running


def _end(running: _Running) -> None:
    running.line.close()
    running.process.kill()
    running.process.wait()
