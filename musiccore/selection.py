"""What of a piece a network learns from: which parts, drums or none, how long a silence may be."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from math import inf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding.book import book_program
from musiccore.instruments import family_of
from musiccore.piece import Piece, Sign, Track


@dataclass(frozen=True)
class Selection:
    """What is kept of every piece.

    `parts` is a key of `PARTS` and chooses among the pitched instruments; `programs` and `families`
    say which, where it asks for chosen ones. The drums are kept or not whatever it chooses.
    `silence` is the longest silence of all parts, in quarter notes, that is left as it is; None
    leaves every one.
    """

    parts: str = "all"
    programs: tuple[int, ...] = ()
    families: tuple[str, ...] = ()
    drums: bool = True
    silence: float | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Selection:
        lists = {name: tuple(data[name]) for name in ("programs", "families") if name in data}
        return cls(**{**data, **lists})


PARTS: dict[str, Callable[[Piece, Selection], Collection[int | None]]] = {
    "all": lambda piece, _: piece.programs,
    "first": lambda piece, _: (book_program(piece),),
    "instruments": lambda _, chosen: chosen.programs,
    "families": lambda piece, chosen: [
        program for program in piece.programs if family_of(program) in chosen.families
    ],
}
"""Way of choosing parts -> the programs it keeps of a piece, drums aside. `first` is the chapter's:
all tracks of the instrument that the first pitched track has."""


def selected(piece: Piece, selection: Selection) -> Piece:
    """What the selection keeps of a piece; nothing may remain.

    The piece itself where all of it is kept, else one with a digest of its own.
    """
    if selection == Selection() and all(map(len, piece.tracks)):
        return piece
    programs = PARTS[selection.parts](piece, selection)
    kept = replace(
        piece,
        tracks=tuple(
            track
            for track in piece.tracks
            if (selection.drums if track.is_drums else track.program in programs)
        ),
    )
    if selection.silence is not None:
        kept = cut_silences(kept, selection.silence)
    if kept.tracks == piece.tracks:
        return piece
    choice = json.dumps([piece.digest, selection.to_json()], sort_keys=True)
    return replace(kept, digest=hashlib.sha256(choice.encode()).hexdigest())


def select(pieces: Iterable[Piece], selection: Selection) -> tuple[Piece, ...]:
    """What the selection keeps of each piece, those of which nothing remains left out."""
    return tuple(kept for piece in pieces if len(kept := selected(piece, selection)))


def cut_silences(piece: Piece, longest: float) -> Piece:
    """The piece with the silences beyond `longest` quarter notes shortened by whole bars.

    Whole bars, so that every note keeps its place in the bar; so up to one bar more than `longest`
    may be left. Counts the silence before the first note.
    """
    cuts = _cuts(piece, longest)
    if not len(cuts.end):
        return piece
    gone = np.concatenate(([0.0], np.cumsum(cuts.length)))
    ends = cuts.end.tolist()
    starts = [*(cuts.end - cuts.length).tolist(), inf]

    def moved(track: Track) -> Track:
        before = np.searchsorted(cuts.end, track.onset, side="right")
        return replace(track, onset=track.onset - gone[before])

    def sign_moved(sign: Sign) -> Sign:
        before = bisect_right(ends, sign.onset)
        # One that stands in what goes moves to where that begins.
        onset = min(sign.onset, starts[before])
        return sign._replace(onset=onset - float(gone[before]))

    def signs(given: tuple[Sign, ...]) -> tuple[Sign, ...]:
        return tuple({sign.onset: sign for sign in map(sign_moved, given)}.values())

    return replace(
        piece,
        tracks=tuple(map(moved, piece.tracks)),
        tempos=signs(piece.tempos),
        metres=signs(piece.metres),
        keys=signs(piece.keys),
    )


class _Cuts(NamedTuple):
    """Stretches of silence to take out, in order: the last `length` quarters before `end`."""

    end: NDArray[np.float64]
    length: NDArray[np.float64]


def _cuts(piece: Piece, longest: float) -> _Cuts:
    notes = piece.notes()
    ends = np.maximum.accumulate(notes.onset + notes.duration)
    before = np.concatenate(([0.0], ends))[: len(ends)]
    gap = notes.onset - before
    at = np.flatnonzero(gap > longest)
    starts = [metre.onset for metre in piece.metres]
    bars = np.array(
        [piece.metres[max(bisect_right(starts, before[i]) - 1, 0)].bar for i in at.tolist()]
    )
    length = np.floor((gap[at] - longest) / bars) * bars if len(at) else gap[at]
    real = length > 0
    return _Cuts(notes.onset[at][real], length[real])
