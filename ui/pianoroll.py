"""A `Piece` as a picture of notes over seconds: what the player draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musiccore.instruments import name_of
from musiccore.piece import DEFAULT_TEMPO, DRUMS, Piece, Tempo, Track

MAX_BARS = 5_000
"""Bar lines beyond which none are drawn: a metre that makes more says nothing about the music."""

_MAX_VOICES = 7  # as many as there are colours


@dataclass(frozen=True, eq=False)
class Roll:
    """Notes in order of onset, as parallel arrays (n,), and what else the picture shows.

    `onset` and `duration` are float32 seconds; `pitch` (0-127), `part` (index into `parts`) and
    `velocity` (1-127) are uint8. `source` (int64) says which note of the piece's tracks, put end to
    end, each of them is. `parts` are the names of the legend, `drums` the indices of those that are
    percussion, `bars` the seconds at which bars begin.
    """

    onset: NDArray[np.float32]
    duration: NDArray[np.float32]
    pitch: NDArray[np.uint8]
    part: NDArray[np.uint8]
    velocity: NDArray[np.uint8]
    source: NDArray[np.int64]
    parts: tuple[str, ...]
    drums: tuple[int, ...]
    bars: tuple[float, ...]


def roll(piece: Piece) -> Roll:
    """The picture of a piece: a part an instrument, or a part a voice where voices are named."""
    tracks = [track for track in piece.tracks if len(track)]
    voices = _voices(tracks)
    parts = voices or tuple(name_of(program) for program in piece.programs)
    index = _part_of(piece, tracks)
    none = np.zeros(0)
    onset = np.concatenate([none, *(t.onset for t in tracks)])
    start = seconds(piece, onset)
    end = seconds(piece, onset + np.concatenate([none, *(t.duration for t in tracks)]))
    order = np.argsort(start, kind="stable")

    def column(values: list[NDArray[np.int16]]) -> NDArray[np.uint8]:
        return np.concatenate([none, *values])[order].astype(np.uint8)

    return Roll(
        onset=start[order].astype(np.float32),
        duration=(end - start)[order].astype(np.float32),
        pitch=column([t.pitch for t in tracks]),
        part=column([np.full(len(t), i, np.int16) for t, i in zip(tracks, index, strict=True)]),
        velocity=column([t.velocity for t in tracks]),
        source=order,
        parts=parts,
        drums=tuple({i for t, i in zip(tracks, index, strict=True) if t.program == DRUMS}),
        bars=tuple(round(float(s), 3) for s in seconds(piece, _bars(piece))),
    )


def part_tracks(piece: Piece) -> tuple[tuple[int, ...], ...]:
    """For each part of `roll` the indices of its tracks in `piece.tracks`."""
    sounding = [k for k, track in enumerate(piece.tracks) if len(track)]
    index = _part_of(piece, [piece.tracks[k] for k in sounding])
    parts = sorted(set(index))
    found = [[k for k, i in zip(sounding, index, strict=True) if i == p] for p in parts]
    return tuple(map(tuple, found))


def seconds(piece: Piece, onset: NDArray[np.float64]) -> NDArray[np.float64]:
    """`Piece.to_seconds` of many onsets (n,) at once, float64 (n,)."""
    tempos = piece.tempos or (Tempo(0.0, DEFAULT_TEMPO),)
    if tempos[0].onset > 0:
        tempos = (Tempo(0.0, DEFAULT_TEMPO), *tempos)
    at = np.array([tempo.onset for tempo in tempos])
    quarter = 60 / np.array([tempo.bpm for tempo in tempos])
    begun = np.concatenate(([0.0], np.cumsum(np.diff(at) * quarter[:-1])))
    last = np.maximum(np.searchsorted(at, onset, side="right") - 1, 0)
    return begun[last] + (onset - at[last]) * quarter[last]


def _part_of(piece: Piece, tracks: list[Track]) -> list[int]:
    """The part of each of the tracks that have notes."""
    if _voices(tracks):
        return list(range(len(tracks)))
    return [piece.programs.index(track.program) for track in tracks]


def _voices(tracks: list[Track]) -> tuple[str, ...]:
    """The names of the tracks where one instrument plays several named voices, else ()."""
    names = tuple(track.name.strip() for track in tracks)
    one_instrument = len({track.program for track in tracks}) == 1
    told_apart = 1 < len(names) == len(set(names)) <= _MAX_VOICES and all(names)
    return names if one_instrument and told_apart else ()


def _bars(piece: Piece) -> NDArray[np.float64]:
    """The onsets (n,) of the bars that the metres count out, in quarter notes; not the first."""
    ends = [metre.onset for metre in piece.metres[1:]] + [piece.length]
    spans = [(m.onset, end, m.bar) for m, end in zip(piece.metres, ends, strict=True)]
    if sum((end - start) / bar for start, end, bar in spans) > MAX_BARS:
        return np.zeros(0)
    bars = np.concatenate([np.zeros(0), *(np.arange(*span) for span in spans)])
    return bars[(bars > 0) & (bars < piece.length)]
