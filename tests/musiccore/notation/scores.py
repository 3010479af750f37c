"""Small pieces to write down, and what music21 reads in what was written."""

from __future__ import annotations

from typing import Any

import music21
import numpy as np

from musiccore.notation.bars import TICKS
from musiccore.piece import Key, Piece, Track

C_MAJOR = Key(0.0, 0, False)
Written = list[tuple[int, int, int]]


def melody(*lengths: float, pitch: int = 60, start: float = 0.0) -> list[Any]:
    """Notes one after the other, each a step higher."""
    onsets = start + np.concatenate(([0.0], np.cumsum(lengths)[:-1]))
    return [
        (on, d, pitch + i % 12, 80) for i, (on, d) in enumerate(zip(onsets, lengths, strict=True))
    ]


def piece_of(*tracks: Track, **fields: Any) -> Piece:
    return Piece("tune.mid", tracks, **{"keys": (C_MAJOR,), **fields})


def read(musicxml: bytes) -> Any:
    """The score; keep it while its parts are looked at, which know it by weak references only."""
    return music21.converter.parseData(musicxml.decode(), format="musicxml", forceSource=True)


def sounding(part: Any) -> Written:
    """(onset, length, pitch) of every note in ticks, ties joined (music21's own way needs voices
    that stay the same)."""
    found: Written = []
    tied: dict[tuple[int, int], int] = {}  # (end, pitch) of a note that is tied on -> its index
    rows = sorted(
        ((n, member) for n in part.flatten().notes for member in getattr(n, "notes", [n])),
        key=lambda row: row[0].offset,
    )
    for n, member in rows:
        start, length = round(n.offset * TICKS), round(n.quarterLength * TICKS)
        kind, pitch = member.tie.type if member.tie else "", member.pitch.midi
        if kind in {"continue", "stop"}:
            index = tied.pop((start, pitch))
            found[index] = (found[index][0], found[index][1] + length, pitch)
        else:
            index = len(found)
            found.append((start, length, pitch))
        if kind in {"start", "continue"}:
            tied[start + length, pitch] = index
    assert not tied
    return sorted(found)


def expected(track: Track) -> Written:
    rows = zip(track.onset, track.duration, track.pitch, strict=True)
    return sorted((round(on * TICKS), round(d * TICKS), int(pitch)) for on, d, pitch in rows)


def measures(musicxml: bytes) -> list[Any]:
    return list(read(musicxml).parts[0].getElementsByClass("Measure"))
