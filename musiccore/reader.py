"""The MIDI reader's own process: `python -m musiccore.reader`, started by `musiccore.isolation`.

It talks over the socket that is its standard input, reads one file after the other, and may be
killed at any time.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from typing import Any

from musiccore.confinement import confine
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
    confine(limits.reader_bytes)
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


if __name__ == "__main__":
    serve()
