"""What goes between the app and its MIDI reader: JSON and plain bytes, never objects.

The reader has run native code over hostile bytes, so what comes from it is data to be checked.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from musiccore.piece import DRUMS, Key, Metre, Piece, Tempo, Track
from musiccore.reasons import REASONS
from musiccore.reports import STATUSES, FileReport
from musiccore.text import printable, tidy

_LENGTHS = struct.Struct(">II")
_MOST_BYTES = 1 << 28
_BLOCK = 1 << 20
_COLUMNS = (("<f8", np.float64), ("<f8", np.float64), ("u1", np.int16), ("u1", np.int16))
_NOTE_BYTES = 8 + 8 + 1 + 1


class FrameError(Exception):
    """The other side is gone, or what it sent is no answer."""


def send(line: socket.socket, header: Mapping[str, Any], body: bytes = b"") -> None:
    """Send one frame: a JSON object and bytes."""
    text = json.dumps(header).encode()
    line.sendall(b"".join((_LENGTHS.pack(len(text), len(body)), text, body)))


def receive(line: socket.socket, seconds: float | None = None) -> tuple[Any, bytes]:
    """The next frame: a JSON value and bytes.

    Raises `TimeoutError` if it is not whole after `seconds`, `FrameError` if it never will be.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    header_bytes, body_bytes = _LENGTHS.unpack(_exactly(line, _LENGTHS.size, deadline))
    if header_bytes + body_bytes > _MOST_BYTES:
        raise FrameError("too long")
    frame = _exactly(line, header_bytes + body_bytes, deadline)
    try:
        return json.loads(frame[:header_bytes]), frame[header_bytes:]
    except (ValueError, RecursionError) as error:
        raise FrameError("no JSON") from error


def packed(piece: Piece | None, report: FileReport) -> tuple[dict[str, Any], bytes]:
    """A file's music and report as a frame; bytes (18 n) are onset, duration, pitch, velocity."""
    header: dict[str, Any] = {"report": asdict(report), "piece": None}
    if piece is None:
        return header, b""
    header["piece"] = {
        "tracks": [(track.program, len(track), track.name) for track in piece.tracks],
        "tempos": piece.tempos,
        "metres": piece.metres,
        "keys": piece.keys,
    }
    columns = (
        [getattr(track, name) for track in piece.tracks]
        for name in ("onset", "duration", "pitch", "velocity")
    )
    return header, b"".join(
        np.concatenate(column).astype(kind).tobytes()
        for column, (kind, _) in zip(columns, _COLUMNS, strict=True)
    )


def unpacked(name: str, header: Any, body: bytes) -> tuple[Piece | None, FileReport]:
    """What `packed` was given for the file `name`. Raises `FrameError` for anything else."""
    try:
        report = _report(name, header["report"])
        fields = header["piece"]
        piece = None if fields is None else _piece(report, fields, body)
    except (AttributeError, TypeError, ValueError, KeyError, OverflowError) as error:
        raise FrameError("no music") from error
    return piece, report


def _exactly(line: socket.socket, count: int, deadline: float | None) -> bytes:
    blocks = []
    while count:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            line.settimeout(left)
        block = line.recv(min(count, _BLOCK))
        if not block:
            raise FrameError("gone")
        blocks.append(block)
        count -= len(block)
    return blocks[0] if len(blocks) == 1 else b"".join(blocks)


def _report(name: str, fields: Mapping[str, Any]) -> FileReport:
    reason = fields["reason"]
    _must(fields["status"] in STATUSES and (reason is None or reason in REASONS))
    return FileReport(
        file=name,
        status=str(fields["status"]),
        reason=reason,
        message=printable(fields["message"]),
        notes=int(fields["notes"]),
        seconds=_time(fields["seconds"]),
        quarters=_time(fields["quarters"]),
        tracks=int(fields["tracks"]),
        instruments=tuple(map(printable, fields["instruments"])),
        repairs=tuple(map(printable, fields["repairs"])),
        digest=printable(fields["digest"]),
    )


def _piece(report: FileReport, fields: Mapping[str, Any], body: bytes) -> Piece:
    parts = [(int(program), int(count), tidy(name)) for program, count, name in fields["tracks"]]
    total = sum(count for _, count, _ in parts)
    onset, duration, pitch, velocity = _columns(total, body)
    tracks = []
    start = 0
    for program, count, name in parts:
        _must(0 <= program <= DRUMS and count > 0)
        part = slice(start, start + count)
        columns = (onset[part], duration[part], pitch[part], velocity[part])
        tracks.append(Track(program, *columns, name))
        start += count
    tempos = tuple(Tempo(_time(onset), _time(bpm)) for onset, bpm in fields["tempos"])
    metres = tuple(Metre(_time(t), int(beats), int(unit)) for t, beats, unit in fields["metres"])
    _must(all(tempo.bpm > 0 for tempo in tempos))
    _must(all(metre.beats > 0 and metre.unit > 0 for metre in metres))
    return Piece(
        name=report.file,
        tracks=tuple(tracks),
        tempos=tempos,
        metres=metres,
        keys=tuple(Key(_time(t), int(sharps), bool(minor)) for t, sharps, minor in fields["keys"]),
        digest=report.digest,
        repairs=report.repairs,
    )


def _columns(total: int, body: bytes) -> list[Any]:
    _must(len(body) == total * _NOTE_BYTES > 0)
    columns: list[Any] = []
    start = 0
    for kind, made in _COLUMNS:
        stored = np.frombuffer(body, kind, total, start)
        columns.append(stored.astype(made))
        start += stored.nbytes
    for column, most in zip(columns, (np.inf, np.inf, 128, 128), strict=True):
        # NaN anywhere makes the smallest and the largest NaN, which fails both.
        _must(bool(column.min() >= 0 and column.max() < most))
    return columns


def _time(number: Any) -> float:
    _must(0 <= number < float("inf"))
    return float(number)


def _must(hold: bool) -> None:
    if not hold:
        raise ValueError("not what a reader sends")
