"""Which staves a piece is written on: clefs, grand staves, names of parts, the drum kit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from musiccore.instruments import family_of, name_of
from musiccore.notation.grid import Gridded, Placed, meant
from musiccore.piece import DRUMS


class Clef(NamedTuple):
    """A clef by music21's name, with the lowest and highest pitch it shows without ledger lines."""

    name: str
    low: int
    high: int


TREBLE = Clef("TrebleClef", 60, 81)
BASS = Clef("BassClef", 40, 60)
ALTO = Clef("AltoClef", 52, 69)
TREBLE_LOW = Clef("Treble8vbClef", 48, 69)
TREBLE_HIGH = Clef("Treble8vaClef", 74, 91)
BASS_LOW = Clef("Bass8vbClef", 29, 47)
PERCUSSION = Clef("PercussionClef", 0, 127)

# What players of an instrument read; where nothing is said, treble and bass.
_CLEFS: dict[int, tuple[Clef, ...]] = {
    **dict.fromkeys(range(24, 32), (TREBLE_LOW,)),
    **dict.fromkeys(range(32, 40), (BASS_LOW,)),
    9: (TREBLE_HIGH,),
    41: (ALTO, TREBLE),
    43: (BASS_LOW,),
    **dict.fromkeys(range(52, 55), (TREBLE, BASS, TREBLE_LOW)),
    72: (TREBLE_HIGH,),
}
_USUAL = (TREBLE, BASS)
_MIDDLE_C = 60
_REACH = 14  # semitones: what one hand takes
_KEYBOARDS = {*range(9), *range(16, 22), 46}
_BRACKETED = {"Strings", "Ensemble", "Brass", "Reed", "Pipe"}


class Stroke(NamedTuple):
    """How a sound of the drum kit is written: letter and octave as in the treble clef, notehead."""

    step: str
    octave: int
    head: str = "normal"


# As on the left of a score's later systems; other names are cut.
_SHORT = {
    "Violin": "Vln.",
    "Viola": "Vla.",
    "Cello": "Vc.",
    "Contrabass": "Cb.",
    "Flute": "Fl.",
    "Piccolo": "Picc.",
    "Clarinet": "Cl.",
    "Bassoon": "Bn.",
    "Trumpet": "Tpt.",
    "Trombone": "Tbn.",
    "Timpani": "Timp.",
    "Drums": "Dr.",
    "Piano": "Pno.",
    "Acoustic": "Ac.",
    "Harpsichord": "Hpd.",
}

# General MIDI level 1 percussion, where most drummers look for it (N. Weinberg, Standardized
# Drumset Notation, 1994); what is not named here stands above the staff.
_STROKES: dict[int, Stroke] = {
    35: Stroke("F", 4),
    36: Stroke("F", 4),
    37: Stroke("C", 5, "x"),
    38: Stroke("C", 5),
    39: Stroke("C", 5, "x"),
    40: Stroke("C", 5),
    41: Stroke("G", 4),
    42: Stroke("G", 5, "x"),
    43: Stroke("G", 4),
    44: Stroke("D", 4, "x"),
    45: Stroke("A", 4),
    46: Stroke("G", 5, "circle-x"),
    47: Stroke("B", 4),
    48: Stroke("D", 5),
    49: Stroke("A", 5, "x"),
    50: Stroke("E", 5),
    51: Stroke("F", 5, "x"),
    52: Stroke("A", 5, "x"),
    53: Stroke("F", 5, "diamond"),
    54: Stroke("E", 5, "triangle"),
    55: Stroke("B", 5, "x"),
    56: Stroke("E", 5, "triangle"),
    57: Stroke("A", 5, "x"),
    59: Stroke("F", 5, "x"),
}
_OTHER = Stroke("B", 5, "diamond")
FEET = {35, 36, 44}
"""What is played with the feet: a voice of its own, stems down."""


@dataclass(frozen=True, eq=False)
class Staff:
    """The notes of one staff: ticks and pitches (n,), in order of start."""

    clef: Clef
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    pitch: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """One player: one staff, or two in a brace. `short` is what stands at later systems."""

    name: str
    short: str
    program: int
    staves: tuple[Staff, ...]


def stroke(pitch: int) -> Stroke:
    """How the drum kit's sound at this MIDI pitch is written."""
    return _STROKES.get(pitch, _OTHER)


def parts_of(music: Gridded) -> tuple[Part, ...]:
    """A part a track, in the order of the tracks. Parts of one name are numbered."""
    names = _numbered([_name(placed) for placed in music.tracks])
    return tuple(
        Part(name, _short(name), placed.track.program, _staves(placed, music.played))
        for name, placed in zip(names, music.tracks, strict=True)
    )


def groups(parts: tuple[Part, ...]) -> list[tuple[int, int, str]]:
    """(first, last, symbol) of neighbouring parts that belong together: `bracket` or `brace`."""
    found = []
    first = 0
    for index in range(1, len(parts) + 1):
        if index < len(parts) and _kind(parts[index]) == _kind(parts[first]):
            continue
        kind, count = _kind(parts[first]), index - first
        if kind in _BRACKETED and count > 1:
            found.append((first, index - 1, "bracket"))
        elif kind in {"Piano", "Organ"} and count == 2 and _single(parts[first:index]):
            found.append((first, index - 1, "brace"))
        first = index
    return found


def _single(parts: tuple[Part, ...]) -> bool:
    return all(len(part.staves) == 1 for part in parts) and len({p.program for p in parts}) == 1


def _kind(part: Part) -> str:
    return family_of(part.program)


def _name(placed: Placed) -> str:
    return placed.track.name.strip() or name_of(placed.track.program)


def _numbered(names: list[str]) -> list[str]:
    """Names told apart: `Violin 1`, `Violin 2` where two are called `Violin`."""
    times = Counter(names)
    seen: Counter[str] = Counter()
    told = []
    for name in names:
        seen[name] += 1
        told.append(f"{name} {seen[name]}" if times[name] > 1 else name)
    return told


def _short(name: str) -> str:
    """`Violin 1` -> `Vln. 1`, `Fingered Bass` -> `F. B.`, `Choir Aahs 2` -> `Cho. 2`."""
    words = [word for word in name.split() if word[0].isalnum()] or [name]
    number = [words.pop()] if len(words) > 1 and words[-1].isdigit() else []
    first = words[0]
    if first not in _SHORT and len(words) > 1 and not number:
        return " ".join(f"{word[0]}." for word in words[:3])
    usual = first if len(first) <= 4 else f"{first[:3]}."
    return " ".join([_SHORT.get(first, usual), *number])


def _staves(placed: Placed, played: bool) -> tuple[Staff, ...]:
    program = placed.track.program
    start, end, pitch = _once(placed)
    if program == DRUMS:
        return (Staff(PERCUSSION, start, end, pitch),)
    if _needs_two(program, start, pitch):
        right = _right_hand(start, pitch)
        hands = [(TREBLE, right), (BASS, ~right)]
    else:
        hands = [(_clef(program, pitch), np.ones(len(pitch), bool))]
    staves = []
    for clef, hand in hands:
        ends = meant(start[hand], end[hand]) if played else end[hand]
        staves.append(Staff(clef, start[hand], ends, pitch[hand]))
    return tuple(staves)


def _clef(program: int, pitch: NDArray[np.int64]) -> Clef:
    """The clef of fewest ledger lines, where two are nearly as good the more usual one."""
    clefs = _CLEFS.get(program, _USUAL)
    cost = [_ledger(clef, pitch) + order * len(pitch) / 3 for order, clef in enumerate(clefs)]
    return clefs[int(np.argmin(cost))]


def _once(placed: Placed) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The notes without those that a track has twice: one head is enough for both."""
    notes = np.stack([placed.start, placed.pitch, placed.end])
    start, pitch, end = np.unique(notes, axis=1)
    return start, end, pitch


def _ledger(clef: Clef, pitch: NDArray[np.int64]) -> float:
    """Semitones beyond the staff's lines and spaces, summed over the notes."""
    return float(np.maximum(clef.low - pitch, 0).sum() + np.maximum(pitch - clef.high, 0).sum())


def _needs_two(program: int, start: NDArray[np.int64], pitch: NDArray[np.int64]) -> bool:
    low, high = np.percentile(pitch, (8, 92))
    if program in _KEYBOARDS:
        return bool(low < _MIDDLE_C - 5 and high > _MIDDLE_C + 4)
    several = len(np.unique(start)) < 0.8 * len(start)
    return bool(several and program not in _CLEFS and low < _MIDDLE_C - 8 and high > _MIDDLE_C + 8)


def _right_hand(start: NDArray[np.int64], pitch: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which notes (n,) the right hand takes: those above middle C, but a hand keeps what it holds.

    Notes struck together that one hand can reach stay together, on the side of their middle.
    """
    known, index = np.unique(start, return_inverse=True)
    low = np.full(len(known), 127)
    high = np.zeros(len(known), np.int64)
    np.minimum.at(low, index, pitch)
    np.maximum.at(high, index, pitch)
    reach = high - low
    together = (reach <= _REACH)[index]
    return np.where(together, ((low + high) / 2 >= _MIDDLE_C)[index], pitch >= _MIDDLE_C)
