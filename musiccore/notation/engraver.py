"""The engraver's own process: `python -m musiccore.notation.engraver`, started by `sheets`.

It talks over the socket that is its standard input, answers one request after the other, ends
when it has had nothing to do for a while, and may be killed at any time.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from musiccore.confinement import confine
from musiccore.frames import FrameError, receive, send, unpacked
from musiccore.notation.engraving import Paper, cleaned, engrave
from musiccore.notation.terms import NotationError

_STANDARD_INPUT, _STANDARD_ERROR = 0, 2
# The app's own clock is the one that counts; this one ends the process when the app is gone.
_GRACE_SECONDS = 2

Answer = tuple[dict[str, Any], bytes]


def notated(request: Mapping[str, Any], body: bytes) -> Answer:
    """A piece (as `frames.packed` sends it) -> MusicXML."""
    from musiccore.notation.score import notate

    piece, _ = unpacked(request["report"]["file"], request, body)
    assert piece is not None
    found = notate(piece, request["first"], request["bars"])
    return {**found._asdict(), "musicxml": None}, found.musicxml


def engraved(request: Mapping[str, Any], body: bytes) -> Answer:
    """MusicXML -> pages of SVG, their lengths in bytes in the header."""
    engraving, svgs = engrave(body, Paper(*request["paper"]))
    pages = [svg.encode() for svg in svgs]
    return {"pages": [len(p) for p in pages], "timemap": engraving.timemap}, b"".join(pages)


def printed(request: Mapping[str, Any], body: bytes) -> Answer:
    """MusicXML -> PDF."""
    from musiccore.notation.printing import PRINTED, as_pdf

    _, svgs = engrave(body, PRINTED)
    return {}, as_pdf([cleaned(svg)[0] for svg in svgs], request["title"])


TASKS: dict[str, Callable[[Mapping[str, Any], bytes], Answer]] = {
    "notate": notated,
    "engrave": engraved,
    "print": printed,
}


def serve(tasks: Mapping[str, Callable[[Mapping[str, Any], bytes], Answer]] = TASKS) -> None:
    """Answer requests until the app hangs up or asks nothing for a while: (bounds), then tasks."""
    line = socket.socket(fileno=_STANDARD_INPUT)
    bounds, _ = receive(line)
    _confine(int(bounds["bytes"]))
    send(line, {})
    while True:
        line.settimeout(bounds["idle_seconds"])
        try:
            request, body = receive(line)
        except (FrameError, OSError):
            return
        line.settimeout(None)
        signal.setitimer(signal.ITIMER_REAL, bounds["seconds"] + _GRACE_SECONDS)
        try:
            header, answer = tasks[request["task"]](request, body)
        except NotationError as error:
            header, answer = {"error": str(error)}, b""
        except MemoryError:
            header, answer = {"memory": True}, b""
        signal.setitimer(signal.ITIMER_REAL, 0)
        send(line, header, answer)


def _confine(most_bytes: int) -> None:
    """Bound what this process may take: memory, no core dump, no file written.

    Remarks that music21 makes about the music are for nobody, and its log is a file.
    """
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), _STANDARD_ERROR)
    confine(most_bytes)


if __name__ == "__main__":
    # Loaded now, so that the first request does not wait for it.
    import musiccore.notation.score  # noqa: F401

    serve()
