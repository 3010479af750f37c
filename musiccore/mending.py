"""Bytes that a visitor would call MIDI made into bytes that a parser takes."""

from __future__ import annotations

from typing import NamedTuple

from musiccore.chunks import HEADER, SMPTE, bodies, end_to_end, file_of, is_plain, layout_of
from musiccore.limits import Limits
from musiccore.reasons import over_limit, refusal
from musiccore.signatures import UNKNOWN, kind_of

FRAMES_A_SECOND = {24: 24.0, 25: 25.0, 29: 30_000 / 1_001, 30: 30.0}
"""SMPTE time code: the number in a file's header -> film frames a second."""

_SMPTE_BPM = 120
_ANY_DIVISION = 480
_LAST_FORMAT = 2
_RMID = (b"RIFF", b"RMID")


class Mended(NamedTuple):
    """A Standard MIDI File of format 0 or 1 with time in ticks a quarter note.

    `ticks` a quarter note need not be what the header says and need not be whole; where
    `has_tempo` is false, tempo events mean nothing. `repairs` says what was done, in sentences.
    """

    data: bytes
    ticks: float
    has_tempo: bool = True
    repairs: tuple[str, ...] = ()

    @property
    def division(self) -> int | None:
        """Ticks a quarter note as the file itself has them; None where it counts film frames."""
        return int(self.ticks) if self.has_tempo else None


def mend(name: str, data: bytes, limits: Limits) -> Mended:
    """Find the MIDI file in the bytes and put its header in order.

    Raises `ReadingError` for what is not MIDI, is cut off, or is past a bound.
    """
    if not data:
        raise refusal("empty", name)
    if len(data) > limits.file_bytes:
        raise over_limit("too_big", name, limits, "file_bytes", len(data))
    if is_plain(data, limits.file_tracks):
        return Mended(data, int.from_bytes(data[12:14], "big"))
    repairs: list[str] = []
    if not data.startswith(HEADER):
        data, repairs = _unwrapped(name, data)
    layout = layout_of(data)
    if layout is None:
        raise refusal("damaged", name)
    if layout.missing:
        raise refusal("truncated", name, missing=layout.missing)
    if len(layout.tracks) > limits.file_tracks:
        raise over_limit("too_many_tracks", name, limits, "file_tracks", len(layout.tracks))
    if layout.declared != len(layout.tracks):
        repairs.append(
            f"Its header announces {_tracks(layout.declared)}; it holds {len(layout.tracks)}."
        )
    tracks = bodies(data, layout)
    if layout.format == _LAST_FORMAT and len(tracks) > 1:
        repairs.append(f"Its {len(tracks)} independent sequences were laid end to end.")
        tracks = [end_to_end(tracks)]
    elif layout.format > _LAST_FORMAT:
        repairs.append(f"Its format {layout.format} is unknown; it was read as an ordinary file.")
    if layout.division < SMPTE:
        ticks: float = layout.division
        has_tempo = True
    else:
        ticks = _ticks_a_second(layout.division) * 60 / _SMPTE_BPM
        has_tempo = False
        repairs.append(
            "It counts film frames (SMPTE time), not beats; "
            f"{_SMPTE_BPM} quarter notes a minute were assumed."
        )
    if not ticks:
        raise refusal("no_time_base", name, division=layout.division)
    division = layout.division if has_tempo else _ANY_DIVISION
    return Mended(file_of(tracks, division), ticks, has_tempo, tuple(repairs))


def _unwrapped(name: str, data: bytes) -> tuple[bytes, list[str]]:
    """The bytes from the first MIDI header on, and the sentence that says so."""
    start = data.find(HEADER)
    kind = kind_of(data)
    if start < 0 or kind:
        words, remedy = kind or UNKNOWN
        raise refusal("not_midi", name, kind=words, remedy=remedy)
    # RMID is a way of its own to keep MIDI; everything else before the header is foreign.
    if (data[:4], data[8:12]) == _RMID:
        return data[start:], []
    return data[start:], [f"The {start:,} bytes before its MIDI header were skipped."]


def _ticks_a_second(division: int) -> float:
    frames = 256 - (division >> 8)
    return FRAMES_A_SECOND.get(frames, 0.0) * (division & 0xFF)


def _tracks(count: int) -> str:
    return "1 track" if count == 1 else f"{count:,} tracks"
