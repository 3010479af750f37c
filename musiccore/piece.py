"""A piece of music as plain arrays: what reading produces and every other part of Gruve works on.

Time is counted in quarter notes from the start of the piece (music21 calls it *offset*; Gruve says
*onset*, because a note also has an end). Pitches are MIDI numbers, 60 is middle C.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

DRUMS = 128
"""The program number that stands for the General MIDI drum kit (MIDI channel 10)."""

DEFAULT_TEMPO = 120.0
"""Quarter notes a minute where a file names no tempo (Standard MIDI Files 1.0)."""


class Tempo(NamedTuple):
    """`bpm` quarter notes a minute from `onset` (quarter notes) on."""

    onset: float
    bpm: float


class Metre(NamedTuple):
    """A time signature, `beats`/`unit`, from `onset` (quarter notes) on."""

    onset: float
    beats: int
    unit: int

    @property
    def bar(self) -> float:
        """Length of one bar in quarter notes."""
        return self.beats * 4 / self.unit


class Key(NamedTuple):
    """A key signature of `sharps` (negative: flats) from `onset` (quarter notes) on."""

    onset: float
    sharps: int
    minor: bool


Sign = TypeVar("Sign", Tempo, Metre, Key)


@dataclass(frozen=True, eq=False)
class Track:
    """The notes of one part, in order of (onset, pitch).

    `onset` and `duration` are float64 (n,) in quarter notes, `pitch` (0-127) and `velocity` (1-127)
    int16 (n,). `program` is a General MIDI program 0-127, or `DRUMS`.
    """

    program: int
    onset: NDArray[np.float64]
    duration: NDArray[np.float64]
    pitch: NDArray[np.int16]
    velocity: NDArray[np.int16]
    name: str = ""

    @classmethod
    def of(
        cls,
        notes: Iterable[tuple[float, float, int, int]],
        program: int = 0,
        name: str = "",
    ) -> Track:
        """A track from (onset, duration, pitch, velocity) tuples in any order."""
        rows = np.array(sorted(notes, key=lambda n: (n[0], n[2])), dtype=np.float64).reshape(-1, 4)
        return cls(
            program=program,
            onset=rows[:, 0],
            duration=rows[:, 1],
            pitch=rows[:, 2].astype(np.int16),
            velocity=rows[:, 3].astype(np.int16),
            name=name,
        )

    def __len__(self) -> int:
        return len(self.onset)

    @property
    def is_drums(self) -> bool:
        return self.program == DRUMS


class Notes(NamedTuple):
    """All notes of a piece as parallel arrays (n,), in order of (onset, program, pitch)."""

    onset: NDArray[np.float64]
    duration: NDArray[np.float64]
    pitch: NDArray[np.int16]
    velocity: NDArray[np.int16]
    program: NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Piece:
    """One file's music.

    `digest` identifies the bytes it was read from (SHA-256, hex); `repairs` says in sentences what
    reading changed, empty when the file was read as it stands.
    """

    name: str
    tracks: tuple[Track, ...]
    tempos: tuple[Tempo, ...] = (Tempo(0.0, DEFAULT_TEMPO),)
    metres: tuple[Metre, ...] = (Metre(0.0, 4, 4),)
    keys: tuple[Key, ...] = ()
    digest: str = ""
    repairs: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        """Number of notes."""
        return self._size

    # Pages ask hundreds of pieces for these, at every run.

    @cached_property
    def _size(self) -> int:
        return sum(map(len, self.tracks))

    @cached_property
    def programs(self) -> tuple[int, ...]:
        """The distinct programs that play, ascending (`DRUMS` last)."""
        return tuple(sorted({track.program for track in self.tracks if len(track)}))

    @cached_property
    def length(self) -> float:
        """Quarter notes from 0 to the end of the last note to stop."""
        return max(
            (float((t.onset + t.duration).max()) for t in self.tracks if len(t)), default=0.0
        )

    @cached_property
    def seconds(self) -> float:
        """Duration in seconds under the piece's own tempos."""
        return self.to_seconds(self.length)

    def to_seconds(self, onset: float) -> float:
        """The time in seconds at which `onset` (quarter notes) falls."""
        changes = [t for t in self.tempos if t.onset < onset] or [Tempo(0.0, DEFAULT_TEMPO)]
        if changes[0].onset > 0:
            changes.insert(0, Tempo(0.0, DEFAULT_TEMPO))
        ends = [t.onset for t in changes[1:]] + [onset]
        return sum((end - t.onset) * 60 / t.bpm for t, end in zip(changes, ends, strict=True))

    def notes(self) -> Notes:
        """All tracks merged, in order of (onset, program, pitch)."""
        tracks = self.tracks or (Track.of([]),)
        program = np.concatenate([np.full(len(t), t.program, np.int16) for t in tracks])
        onset = np.concatenate([t.onset for t in tracks])
        pitch = np.concatenate([t.pitch for t in tracks])
        order = np.lexsort((pitch, program, onset))
        return Notes(
            onset=onset[order],
            duration=np.concatenate([t.duration for t in tracks])[order],
            pitch=pitch[order],
            velocity=np.concatenate([t.velocity for t in tracks])[order],
            program=program[order],
        )

    def only(self, programs: Iterable[int]) -> Piece:
        """The piece with the tracks of these programs alone."""
        wanted = set(programs)
        return replace(self, tracks=tuple(t for t in self.tracks if t.program in wanted))


def music_digest(piece: Piece) -> str:
    """SHA-256 (hex) of the notes that play, whatever the file, its tracks and texts are called.

    Two pieces share it when their notes agree in onset, duration, pitch, velocity and program, in
    whatever order and tracks they stand; tempo and signatures do not count.
    """
    notes = piece.notes()
    order = np.lexsort((notes.velocity, notes.duration, notes.pitch, notes.program, notes.onset))
    digest = hashlib.sha256()
    for name, column in notes._asdict().items():
        kind = "<f8" if name in ("onset", "duration") else "<i2"
        digest.update(column[order].astype(kind).tobytes())
    return digest.hexdigest()


def excerpt(piece: Piece, start: float, end: float) -> Piece:
    """The notes of a piece that start from `start` on and before `end` (quarter notes), moved so
    that `start` is 0; with the tempo, metre and key that hold there, and a digest of its own."""

    def cut(track: Track) -> Track:
        inside = (track.onset >= start) & (track.onset < end)
        return replace(
            track,
            onset=track.onset[inside] - start,
            duration=np.minimum(track.duration[inside], end - track.onset[inside]),
            pitch=track.pitch[inside],
            velocity=track.velocity[inside],
        )

    part = f"{music_digest(piece)} {start} {end}"
    return replace(
        piece,
        tracks=tuple(map(cut, piece.tracks)),
        tempos=_holding(piece.tempos, start, end),
        metres=_holding(piece.metres, start, end),
        keys=_holding(piece.keys, start, end),
        digest=hashlib.sha256(part.encode()).hexdigest(),
    )


def _holding(signs: tuple[Sign, ...], start: float, end: float) -> tuple[Sign, ...]:
    before = [sign for sign in signs if sign.onset <= start][-1:]
    after = [sign for sign in signs if start < sign.onset < end]
    return tuple(sign._replace(onset=max(sign.onset - start, 0.0)) for sign in before + after)
