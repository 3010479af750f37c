"""The size of a corpus and what plays in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from musiccore.instruments import family_of, name_of
from musiccore.piece import Piece
from musiccore.pitch import pitch_name

T = TypeVar("T")


class Totals(NamedTuple):
    """The size of a corpus. `programs` ascending, `DRUMS` last."""

    pieces: int
    notes: int
    seconds: float
    programs: tuple[int, ...]


class InstrumentCount(NamedTuple):
    """How often one instrument plays: in how many pieces, how many notes."""

    program: int
    name: str
    pieces: int
    notes: int


class Count(NamedTuple):
    """How often one thing occurs: how many times, and in how many pieces."""

    what: str
    times: int
    pieces: int


def totals(pieces: Sequence[Piece]) -> Totals:
    """The size of a corpus."""
    return Totals(
        pieces=len(pieces),
        notes=sum(map(len, pieces)),
        seconds=sum(piece.seconds for piece in pieces),
        programs=tuple(sorted({program for piece in pieces for program in piece.programs})),
    )


def instrument_counts(pieces: Iterable[Piece]) -> tuple[InstrumentCount, ...]:
    """All instruments that play, those with most notes first."""
    counts = [
        InstrumentCount(program, name_of(program), in_pieces, notes)
        for program, (notes, in_pieces) in _played(pieces, int).items()
    ]
    return tuple(sorted(counts, key=lambda count: (-count.notes, count.program)))


def family_counts(pieces: Iterable[Piece]) -> tuple[Count, ...]:
    """All General MIDI families that play, those with most notes first."""
    return by_frequency(
        Count(name, *counted) for name, counted in _played(pieces, family_of).items()
    )


def pitch_range(pieces: Iterable[Piece]) -> tuple[str, str] | None:
    """The names of the lowest and the highest pitch, drums aside; None where there is none."""
    pitches = [
        (int(track.pitch.min()), int(track.pitch.max()))
        for piece in pieces
        for track in piece.tracks
        if len(track) and not track.is_drums
    ]
    if not pitches:
        return None
    return pitch_name(min(low for low, _ in pitches)), pitch_name(max(high for _, high in pitches))


def by_frequency(counts: Iterable[Count]) -> tuple[Count, ...]:
    """The most frequent first; those as frequent as each other by name."""
    return tuple(sorted(counts, key=lambda count: (-count.times, count.what)))


def _played(pieces: Iterable[Piece], group: Callable[[int], T]) -> dict[T, tuple[int, int]]:
    """Group of programs -> notes, and pieces in which one of them plays."""
    notes: Counter[T] = Counter()
    in_pieces: Counter[T] = Counter()
    for piece in pieces:
        for track in piece.tracks:
            notes[group(track.program)] += len(track)
        in_pieces.update({group(program) for program in piece.programs})
    return {what: (notes[what], n) for what, n in in_pieces.items()}
