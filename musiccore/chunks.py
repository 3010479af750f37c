"""The chunks of a Standard MIDI File, as bytes: found, checked, and written so that they parse.

Layout: a header chunk `MThd`, length 6, format, number of tracks, division (16 bits each, most
significant byte first), then one `MTrk` chunk a track: four letters, 32 bits of length, events.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

HEADER = b"MThd"
TRACK = b"MTrk"
END_OF_TRACK = b"\xff\x2f\x00"

SMPTE = 0x8000
"""A division from here on counts film frames, not ticks a quarter note."""

_HEADER = struct.Struct(">4sIHHH")
_CHUNK = struct.Struct(">4sI")
_HEADER_LENGTH = _HEADER.size - _CHUNK.size
_EMPTY_TEXT = b"\xff\x01\x00"
_NOTE_OFF = 0x80
_NOTE_ONS = tuple(bytes((0x90 | channel,)) for channel in range(16))
_CLOSING_ROUNDS = (1, 64, 2048)
_CLOSING_BYTES = 1 << 24


class Layout(NamedTuple):
    """What the header of a file says, and where its track chunks really are.

    `tracks` holds (start, end) of the events of each track; `missing` counts the bytes that the
    last chunk claims beyond the end of the file.
    """

    format: int
    declared: int
    division: int
    tracks: tuple[tuple[int, int], ...]
    missing: int


def is_plain(data: bytes, most_tracks: int) -> bool:
    """Whether this is an ordinary, whole file of at most so many tracks: format 0 or 1, ticks a
    quarter note, each declared track where it should be and nothing behind them.

    That is nearly every file, and told quickly.
    """
    if len(data) < _HEADER.size:
        return False
    letters, length, form, declared, division = _HEADER.unpack_from(data)
    if letters != HEADER or length != _HEADER_LENGTH or form > 1 or not 0 < division < SMPTE:
        return False
    start = _HEADER.size
    if declared > most_tracks:
        return False
    try:
        for _ in range(declared):
            letters, length = _CHUNK.unpack_from(data, start)
            if letters != TRACK:
                return False
            start += _CHUNK.size + length
    except struct.error:
        return False
    return bool(start == len(data))


def layout_of(data: bytes) -> Layout | None:
    """The layout of bytes that begin with `MThd`; None where even the header is not whole."""
    if len(data) < _HEADER.size:
        return None
    _, length, form, declared, division = _HEADER.unpack_from(data)
    if length < _HEADER_LENGTH:
        return None
    tracks: list[tuple[int, int]] = []
    missing = 0
    end = _CHUNK.size + length
    while end + _CHUNK.size <= len(data):
        start = end + _CHUNK.size
        letters, length = _CHUNK.unpack_from(data, end)
        end = start + length
        if end > len(data):
            # Behind the last declared track anything may follow, and no parser minds.
            if letters == TRACK or len(tracks) < declared:
                missing = end - len(data)
            break
        if letters == TRACK:
            tracks.append((start, end))
    return Layout(form, declared, division, tuple(tracks), missing)


def bodies(data: bytes, layout: Layout) -> list[bytes]:
    """The events of each track, as bytes."""
    return [data[start:end] for start, end in layout.tracks]


def file_of(tracks: list[bytes], division: int) -> bytes:
    """A file of these tracks with an ordinary header; `division` ticks a quarter note."""
    form = int(len(tracks) != 1)
    header = _HEADER.pack(HEADER, _HEADER_LENGTH, form, len(tracks), division)
    return header + b"".join(
        part for body in tracks for part in (_CHUNK.pack(TRACK, len(body)), body)
    )


def end_to_end(tracks: list[bytes]) -> bytes:
    """Independent sequences as one track, each starting where the one before it ends."""
    # An end of track becomes an empty text there, so that the time before it still passes.
    return b"".join(
        body.removesuffix(END_OF_TRACK) + _EMPTY_TEXT if body.endswith(END_OF_TRACK) else body
        for body in tracks[:-1]
    ) + (tracks[-1] if tracks else b"")


def closings(tracks: list[bytes], division: int) -> Iterator[bytes]:
    """The file with every sounding note ended at the end of its track, ever more thoroughly.

    A parser that leaves out notes that never end finds more notes in these than in the original.
    The first ends each pitch once; the later ones end it as often as it may have been started.
    Nothing is yielded that would take much memory.
    """
    channels = [[c for c, status in enumerate(_NOTE_ONS) if status in body] for body in tracks]
    for rounds in _CLOSING_ROUNDS:
        if rounds * sum(map(len, channels)) * len(_ALL_OFF[0]) > _CLOSING_BYTES:
            return
        yield file_of(
            [_closed(b, c, rounds) for b, c in zip(tracks, channels, strict=True)], division
        )


def _all_off(channel: int) -> bytes:
    """Note-off for all 128 pitches at once, by running status; without the first delta time."""
    first, *others = range(128)
    return bytes((_NOTE_OFF | channel, first, 0)) + bytes(
        byte for pitch in others for byte in (0, pitch, 0)
    )


_ALL_OFF = tuple(_all_off(channel) for channel in range(16))


def _closed(body: bytes, channels: list[int], rounds: int) -> bytes:
    before = body.removesuffix(END_OF_TRACK)
    # Without its end of track a body ends behind an event, so a delta time must follow.
    join = b"" if len(before) < len(body) else b"\x00"
    offs = b"\x00".join(_ALL_OFF[channel] for channel in channels for _ in range(rounds))
    return before + join + offs + b"\x00" + END_OF_TRACK if offs else body
