"""Sheet music made in processes of their own: music21 is slow, verovio is native code.

A piece that crashes, blocks or bloats its engraver costs itself one sentence. One or two engravers
stay warm for the next page and go when there is nothing to do.
"""

from __future__ import annotations

import atexit
import logging
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from musiccore.bounds import bound
from musiccore.frames import FrameError, packed, receive, send
from musiccore.memory import budget
from musiccore.notation.engraving import Paper, cleaned
from musiccore.notation.grid import Moved
from musiccore.notation.terms import (
    IDLE_SECONDS,
    MAX_MB,
    MAX_SECONDS,
    Engraving,
    Notation,
    NotationError,
)
from musiccore.piece import Piece
from musiccore.processes import Running, StartError, end, start, wait_until_ready
from musiccore.reading import FileReport
from musiccore.text import printable

ENGRAVER = (sys.executable, "-m", "musiccore.notation.engraver")
"""The command that engraves; another one must speak as `engraver.serve` does."""


log = logging.getLogger(__name__)


class Engravers:
    """Up to `most` engraver processes, or as many as there is memory for, started when they are
    needed. For any thread."""

    def __init__(self, command: Sequence[str] = ENGRAVER, most: int = 0) -> None:
        self._command = tuple(command)
        self._turns = threading.BoundedSemaphore(most or budget().engravers)
        self._warm: list[Running] = []

    def notate(self, piece: Piece, first: int = 0, bars: int | None = None) -> Notation:
        """As `score.notate`, elsewhere. Raises `NotationError` with a sentence."""
        if not len(piece):
            raise NotationError(f"{piece.name} has no notes to write.")
        sounding = replace(piece, tracks=tuple(t for t in piece.tracks if len(t)))
        header, body = packed(sounding, _described(piece))
        header |= {"task": "notate", "first": first, "bars": bars}
        answer, musicxml = self._ask(piece.name, header, body)
        try:
            counts = {k: int(answer[k]) for k in ("first", "last", "bars", "place", "shortened")}
            start = float(answer["start"])
            notes, of, mean, most, lengths = answer["moved"]
            moved = Moved(int(notes), int(of), float(mean), float(most), int(lengths))
        except (KeyError, TypeError, ValueError) as error:
            raise _broken(piece.name) from error
        return Notation(musicxml=musicxml, moved=moved, start=start, **counts)

    def engrave(self, name: str, musicxml: bytes, paper: Paper) -> Engraving:
        """MusicXML as pages for the screen. Raises `NotationError` with a sentence about `name`."""
        answer, body = self._ask(name, {"task": "engrave", "paper": paper}, musicxml)
        pages, bars, at = [], [], 0
        try:
            for length in answer["pages"]:
                svg, shown = cleaned(body[at : at + int(length)].decode())
                at += int(length)
                pages.append(svg)
                bars.append(shown)
            timemap = tuple(
                (float(at), tuple(map(str, begun)), tuple(map(str, ended)))
                for at, begun, ended in answer["timemap"]
            )
        except (KeyError, TypeError, ValueError) as error:
            raise _broken(name) from error
        return Engraving(tuple(pages), tuple(bars), timemap)

    def printed(self, name: str, musicxml: bytes, title: str) -> bytes:
        """MusicXML as a PDF of A4 pages under a title. Raises `NotationError` about `name`."""
        _, pdf = self._ask(name, {"task": "print", "title": title}, musicxml)
        if not pdf.startswith(b"%PDF-"):
            raise _broken(name)
        return pdf

    def warm(self) -> None:
        """Have an engraver ready before somebody asks, unless one is or all work."""
        if not self._warm and self._turns.acquire(blocking=False):
            try:
                self._warm.append(self._ready())
            except NotationError:
                log.exception("no engraver")
            finally:
                self._turns.release()

    def close(self) -> None:
        """End the processes that have nothing to do. The next request starts another."""
        while self._warm:
            end(self._warm.pop())

    def _ask(self, name: str, header: Mapping[str, Any], body: bytes) -> tuple[Any, bytes]:
        with self._turns:
            engraver = self._ready()
            seconds = bound("GRUVE_MAX_SHEET_SECONDS", MAX_SECONDS)
            try:
                engraver.line.settimeout(seconds)
                send(engraver.line, header, body)
                answer, data = receive(engraver.line, seconds)
            except TimeoutError:
                end(engraver)
                raise NotationError(
                    f"Writing {printable(name)} as sheet music takes more than {seconds:.0f} "
                    "seconds. Choose a shorter piece."
                ) from None
            except (FrameError, OSError) as error:
                end(engraver)
                raise _broken(name) from error
            self._warm.append(engraver)
        if not isinstance(answer, dict):
            raise _broken(name)
        if answer.get("memory"):
            most = bound("GRUVE_MAX_SHEET_MB", MAX_MB)
            raise NotationError(
                f"Writing {printable(name)} as sheet music takes more than {most:,.0f} MB of "
                "memory. Choose a shorter piece."
            )
        if "error" in answer:
            raise NotationError(printable(str(answer["error"])))
        return answer, data

    def _ready(self) -> Running:
        """A warm engraver that is still there, or a new one."""
        while self._warm:
            try:
                engraver = self._warm.pop()
            except IndexError:
                break
            if engraver.process.poll() is None and not _hung_up(engraver.line):
                return engraver
            end(engraver)
        return _start(self._command)


engravers = Engravers()
"""Those that the whole app shares."""

atexit.register(engravers.close)


def _described(piece: Piece) -> FileReport:
    """What a piece travels with: the reader's report, of which only the name is looked at."""
    return FileReport(file=piece.name, status="read", notes=len(piece), digest=piece.digest)


def _hung_up(line: socket.socket) -> bool:
    """Whether the other side has gone, as an idle engraver does; it never speaks unasked."""
    line.setblocking(False)
    try:
        line.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _broken(name: str) -> NotationError:
    return NotationError(
        f"{printable(name)} cannot be written as sheet music: the engraver broke down over it. "
        "Its MIDI file can be opened in a notation program."
    )


def _start(command: Sequence[str]) -> Running:
    hello = {
        "bytes": bound("GRUVE_MAX_SHEET_MB", MAX_MB) * 1e6,
        "seconds": bound("GRUVE_MAX_SHEET_SECONDS", MAX_SECONDS),
        "idle_seconds": bound("GRUVE_SHEET_IDLE_SECONDS", IDLE_SECONDS),
    }
    try:
        running = start(command, hello)
        try:
            wait_until_ready(running)
        except StartError:
            end(running)
            raise
    except StartError as error:
        raise NotationError(f"The engraver does not start: {error}") from error
    return running
