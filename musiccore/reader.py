"""The MIDI reader's own process: `python -m musiccore.reader`, started by `musiccore.isolation`.

It talks over the socket that is its standard input, reads one file after the other, and may be
killed at any time.
"""

from __future__ import annotations

import resource
import signal
import socket
from collections.abc import Callable
from typing import Any

from musiccore.frames import FrameError, packed, receive, send
from musiccore.limits import Limits
from musiccore.piece import Piece
from musiccore.reading import read_file
from musiccore.reasons import refusal
from musiccore.reports import FileReport, refused

Read = Callable[[str, bytes, Limits], tuple[Piece | None, FileReport]]

_STANDARD_INPUT = 0
# The app's own clock is the one that counts; this one ends the process when the app is gone.
_GRACE_SECONDS = 2


def serve(read: Read = read_file) -> None:
    """Answer requests until the app hangs up: the bounds, then files, several at a time.

    Each file has an answer of its own, sent before the next one is looked at.
    """
    line = socket.socket(fileno=_STANDARD_INPUT)
    fields, _ = receive(line)
    limits = Limits(**fields)
    _confine(limits)
    send(line, {})
    while True:
        try:
            request, batch = receive(line)
        except (FrameError, OSError):
            return
        start = 0
        for name, size in request["files"]:
            data = batch[start : start + size]
            start += size
            send(line, *_answer(read, name, data, limits))


def _answer(read: Read, name: str, data: bytes, limits: Limits) -> tuple[dict[str, Any], bytes]:
    signal.setitimer(signal.ITIMER_REAL, limits.reader_seconds + _GRACE_SECONDS)
    try:
        return packed(*read(name, data, limits))
    except MemoryError:
        error = refusal("reader_memory", name, limit=limits.sentence("reader_bytes"))
        return packed(None, refused(name, error, data))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _confine(limits: Limits) -> None:
    """Bound what this process may take: memory, no core dump, no file written."""
    for kind, most in (
        (resource.RLIMIT_AS, limits.reader_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (wanted, wanted))
        except (OSError, ValueError):
            # macOS knows some of these by name only; the time limit holds there all the same.
            continue


if __name__ == "__main__":
    serve()
