"""What can be said of every row of encoded music: its place in the bar, its register, whether the
harmony changes … as labels, so that it can be asked what goes with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding import Encoded, Encoding
from musiccore.encoding.notes import GRID
from musiccore.instruments import name_of
from musiccore.piece import DRUMS
from musiccore.pitch import pitch_name

FEWEST = 20
"""Rows below which nothing is said of a group."""

MOST_GROUPS = 12

_EIGHTH = GRID // 2
_REGISTERS = 5
_LENGTHS = (0.5, 1.0, 2.0)  # quarter notes: the longest of each group but the last
_PAUSE = 2.0  # quarter notes without a new onset
_MOST_NEW = 3  # pitch classes that are told apart


class Labels(NamedTuple):
    """`of` (N,) is each row's index into `groups`, -1 where nothing can be said of it."""

    groups: tuple[str, ...]
    of: NDArray[np.int64]


class Heard(NamedTuple):
    """The rows of one piece (T,) as they sound; NaN and 0 in rows that are no notes.

    `onset` and `end` in quarter notes; `pitch` is the mean of the row's notes, NaN for drums;
    `classes` has bit p set where pitch class p is among them; `notes` counts them.
    """

    onset: NDArray[np.float64]
    end: NDArray[np.float64]
    pitch: NDArray[np.float64]
    velocity: NDArray[np.float64]
    program: NDArray[np.int64]
    classes: NDArray[np.int64]
    notes: NDArray[np.int64]
    position: NDArray[np.int32]


@dataclass(frozen=True)
class Feature:
    """Something to label rows by: its `title`, a sentence on what is `meant`, and how it is done.
    `rhythm`: only where the encoding keeps one."""

    title: str
    meant: str
    label: Callable[[Sequence[Heard]], Labels]
    rhythm: bool = False


def labels(encoding: Encoding, pieces: Sequence[Encoded]) -> dict[str, Labels]:
    """By each of `FEATURES` that tells at least two groups apart: the labels of all rows (N,) of
    the pieces laid end to end. Groups of fewer than `FEWEST` rows are left out."""
    played = [heard(encoding, piece) for piece in pieces]
    found = {}
    for name, feature in FEATURES.items():
        if feature.rhythm and encoding.positions == 1:
            continue
        counted = _told_apart(feature.label(played))
        if len(counted.groups) > 1:
            found[name] = counted
    return found


def heard(encoding: Encoding, piece: Encoded) -> Heard:
    """The rows of a piece as they sound."""
    notes = encoding.decode(piece.rows).notes()
    sizes = np.array([encoding.notes_in(row[None]) for row in piece.rows], np.int64)
    there = sizes > 0
    first = (np.cumsum(sizes) - sizes)[there]

    def column(values: NDArray[np.float64], missing: float) -> NDArray[np.float64]:
        filled = np.full(len(sizes), missing)
        filled[there] = np.add.reduceat(values, first) / sizes[there] if len(first) else values
        return filled

    drums = notes.program == DRUMS
    classes = np.zeros(len(sizes), np.int64)
    if len(first):
        bits = np.where(drums, 0, 1 << notes.pitch.astype(np.int64) % 12)
        classes[there] = np.bitwise_or.reduceat(bits, first)
    return Heard(
        onset=column(notes.onset, np.nan),
        end=column(notes.onset + notes.duration, np.nan),
        pitch=column(np.where(drums, np.nan, notes.pitch), np.nan),
        velocity=column(notes.velocity.astype(np.float64), np.nan),
        program=column(notes.program.astype(np.float64), -1).astype(np.int64),
        classes=classes,
        notes=sizes,
        position=piece.position,
    )


def _told_apart(found: Labels) -> Labels:
    """The groups that are large enough, at most `MOST_GROUPS`, numbered anew."""
    counts = np.bincount(found.of[found.of >= 0], minlength=len(found.groups))
    largest = np.argsort(-counts, kind="stable")[:MOST_GROUPS]
    kept = sorted(g for g in largest.tolist() if counts[g] >= FEWEST)
    number = np.full(len(found.groups) + 1, -1)  # the last one for those of which nothing is said
    number[kept] = np.arange(len(kept))
    return Labels(tuple(found.groups[g] for g in kept), number[found.of])


def _joined(pieces: Sequence[Heard], field: str) -> NDArray[np.float64]:
    return np.concatenate([np.zeros(0), *(getattr(piece, field) for piece in pieces)])


def _beat(pieces: Sequence[Heard]) -> Labels:
    """In eighths: 1, 1 +, 2, …"""
    eighth = _joined(pieces, "position").astype(np.int64) // _EIGHTH
    groups = tuple(
        f"beat {i // 2 + 1}{' +' * (i % 2)}" for i in range(int(eighth.max(initial=0)) + 1)
    )
    return Labels(groups, np.where(_joined(pieces, "notes") > 0, eighth, -1))


def _quantiles(
    values: NDArray[np.float64], groups: int, words: Callable[[float, float], str]
) -> Labels:
    """About equally many rows a group, equal values together."""
    there = values[~np.isnan(values)]
    if not len(there):
        return Labels((), np.full(len(values), -1))
    limits = np.unique(np.quantile(there, np.arange(1, groups) / groups, method="lower"))
    index = np.searchsorted(limits, values, side="left")  # up to and with each limit
    named = []
    for group in range(len(limits) + 1):
        own = there[np.searchsorted(limits, there, side="left") == group]
        named.append(words(own.min(), own.max()) if len(own) else "")
    return Labels(tuple(named), np.where(np.isnan(values), -1, index))


def _register(pieces: Sequence[Heard]) -> Labels:
    def words(low: float, high: float) -> str:
        return f"{pitch_name(round(low))} to {pitch_name(round(high))}"

    return _quantiles(_joined(pieces, "pitch"), _REGISTERS, words)


def _velocity(pieces: Sequence[Heard]) -> Labels:
    return _quantiles(_joined(pieces, "velocity"), 3, lambda low, high: f"{low:.0f} to {high:.0f}")


def _length(pieces: Sequence[Heard]) -> Labels:
    length = _joined(pieces, "end") - _joined(pieces, "onset")
    groups = [f"up to {Fraction(limit)}" for limit in _LENGTHS] + [f"over {Fraction(_LENGTHS[-1])}"]
    index = np.searchsorted(_LENGTHS, length - 1e-9, side="left")
    return Labels(tuple(groups), np.where(np.isnan(length), -1, index))


def _instrument(pieces: Sequence[Heard]) -> Labels:
    program = _joined(pieces, "program").astype(np.int64)
    programs = np.unique(program[program >= 0])
    index = np.searchsorted(programs, program)
    return Labels(tuple(map(name_of, programs.tolist())), np.where(program < 0, -1, index))


def _chord(pieces: Sequence[Heard]) -> Labels:
    """A row that stands for several notes."""
    notes = _joined(pieces, "notes").astype(np.int64)
    return Labels(("one note", "a chord"), np.where(notes > 0, (notes > 1).astype(np.int64), -1))


def _harmony(pieces: Sequence[Heard]) -> Labels:
    """Said of the last row of each onset, when all that starts there has been read."""
    said = []
    for piece in pieces:
        found = np.full(len(piece.onset), -1)
        before = None
        for onset, last in _onsets(piece):
            sounds = (piece.onset <= onset) & (piece.end > onset)
            now = int(np.bitwise_or.reduce(piece.classes[sounds]))
            if before is not None:
                found[last] = min((now & ~before).bit_count(), _MOST_NEW)
            before = now
        said.append(found)
    groups = (*(f"{n} new" for n in range(_MOST_NEW)), f"{_MOST_NEW} or more")
    return Labels(groups, np.concatenate([np.zeros(0, np.int64), *said]))


def _pause(pieces: Sequence[Heard]) -> Labels:
    """Said of the last row of each onset; nothing follows the last one."""
    said = []
    for piece in pieces:
        found = np.full(len(piece.onset), -1)
        onsets = _onsets(piece)
        gaps = np.diff([onset for onset, _ in onsets], append=np.inf)
        for (_, last), gap in zip(onsets, gaps.tolist(), strict=True):
            found[last] = int(gap >= _PAUSE)
        said.append(found)
    return Labels(("goes on", "pauses"), np.concatenate([np.zeros(0, np.int64), *said]))


def _onsets(piece: Heard) -> list[tuple[float, int]]:
    """Each distinct onset with the last row that starts there."""
    there = np.flatnonzero(~np.isnan(piece.onset))
    ends = np.flatnonzero(np.diff(piece.onset[there], append=np.inf) > 0)
    return [(float(piece.onset[there[i]]), int(there[i])) for i in ends.tolist()]


FEATURES: Mapping[str, Feature] = {
    "beat": Feature("Beat", "where in the bar the note starts, in eighths", _beat, rhythm=True),
    "register": Feature("Register", "how high the note is", _register),
    "harmony": Feature(
        "Change of harmony",
        "how many pitch classes sound that did not at the onset before",
        _harmony,
        rhythm=True,
    ),
    "length": Feature("Length", "how many quarter notes the note lasts", _length, rhythm=True),
    "pause": Feature(
        "Pause or long note",
        "whether nothing starts for two quarter notes or more",
        _pause,
        rhythm=True,
    ),
    "instrument": Feature("Instrument", "which instrument plays the note", _instrument),
    "velocity": Feature("Velocity", "how loud the note is, in MIDI's 1 to 127", _velocity),
    "chord": Feature("Chord", "whether it is a chord or a single note", _chord),
}
"""By name; in the order in which a screen offers them."""
