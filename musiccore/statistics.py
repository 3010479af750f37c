"""How often things occur in a corpus, and when: what the chapter looks at before it trains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding.book import NUMBERS, book_events, chord_token
from musiccore.encoding.notes import NotesEncoding
from musiccore.instruments import name_of
from musiccore.piece import DRUMS, Piece
from musiccore.pitch import PITCH_CLASSES, pitch_name


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


@dataclass(frozen=True, eq=False)
class BookView:
    """A corpus as the chapter sees it: the events of one instrument, piece after piece.

    `notes` are ordered by pitch, `chords` by how often they occur. `offset` (events,) float32 is
    each event's onset in quarter notes from the start of its piece; piece i, `names[i]`, has the
    events `starts[i]` to `starts[i + 1]`. Pieces in which the instrument does not play are left
    out; `silent` is their number.
    """

    notes: tuple[Count, ...]
    chords: tuple[Count, ...]
    offset: NDArray[np.float32]
    starts: NDArray[np.int64]
    names: tuple[str, ...]
    silent: int

    @property
    def events(self) -> int:
        return len(self.offset)


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
    in_pieces: Counter[int] = Counter()
    notes: Counter[int] = Counter()
    for piece in pieces:
        in_pieces.update(piece.programs)
        for track in piece.tracks:
            notes[track.program] += len(track)
    counts = [InstrumentCount(p, name_of(p), in_pieces[p], notes[p]) for p in in_pieces]
    return tuple(sorted(counts, key=lambda count: (-count.notes, count.program)))


def book_view(pieces: Sequence[Piece], program: int | None = None) -> BookView:
    """The events of `program`, or of the first instrument of each piece as in the chapter."""
    times: Counter[str] = Counter()
    in_pieces: Counter[str] = Counter()
    offsets: list[float] = []
    starts, names = [0], []
    for piece in pieces:
        events = book_events(piece, program)
        if not events:
            continue
        tokens = [token for _, token in events]
        times.update(tokens)
        in_pieces.update(set(tokens))
        offsets += [onset for onset, _ in events]
        starts.append(len(offsets))
        names.append(piece.name)
    counts = [Count(token, n, in_pieces[token]) for token, n in times.items()]
    return BookView(
        notes=tuple(
            sorted((c for c in counts if c.what in NUMBERS), key=lambda c: NUMBERS[c.what])
        ),
        chords=_by_frequency(c for c in counts if c.what not in NUMBERS),
        offset=np.array(offsets, np.float32),
        starts=np.array(starts, np.int64),
        names=tuple(names),
        silent=len(pieces) - len(names),
    )


def chords_together(pieces: Iterable[Piece]) -> tuple[Count, ...]:
    """The chords that all parts make: notes of any track, drums aside, that start together.

    Named as the chapter names chords, by their normal order; a single pitch class is no chord.
    """
    times: Counter[int] = Counter()
    in_pieces: Counter[int] = Counter()
    for piece in pieces:
        found = _pitch_class_sets(piece)
        times.update(found)
        in_pieces.update(set(found))
    return _by_frequency(
        Count(chord_token(chord), n, in_pieces[chord])
        for chord, n in times.items()
        if chord.bit_count() > 1
    )


def chord_pitches(token: str) -> str:
    """The pitch classes of a chord's token by name: `0.4.7` -> `C E G`."""
    return " ".join(PITCH_CLASSES[int(number)] for number in token.split("."))


def field_counts(pieces: Sequence[Piece]) -> dict[str, tuple[Count, ...]]:
    """Field of the `notes` encoding -> how often each of its values occurs, in their order.

    Raises `EncodingError` where there are no notes.
    """
    encoding = NotesEncoding.fit(pieces)
    sizes = [field.size for field in encoding.fields]
    times = [np.zeros(size, np.int64) for size in sizes]
    in_pieces = [np.zeros(size, np.int64) for size in sizes]
    for piece in pieces:
        if not len(piece):
            continue
        rows = encoding.encode(piece).rows
        counted = encoding.counts(rows)
        for field, size in enumerate(sizes):
            found = np.bincount(rows[counted[:, field], field], minlength=size)
            times[field] += found
            in_pieces[field] += found > 0
    return {
        field.name: tuple(
            Count(encoding.value_words(number, value), int(times[number][value]), int(n))
            for value, n in enumerate(in_pieces[number].tolist())
            if n
        )
        for number, field in enumerate(encoding.fields)
    }


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


def _pitch_class_sets(piece: Piece) -> list[int]:
    """The pitch classes that start at each onset, as sets of bits."""
    notes = piece.notes()
    pitched = notes.program != DRUMS
    onset = notes.onset[pitched]
    if not len(onset):
        return []
    starts = np.flatnonzero(np.diff(onset, prepend=-np.inf))
    bits = 1 << notes.pitch[pitched].astype(np.int64) % 12
    return np.bitwise_or.reduceat(bits, starts).tolist()


def _by_frequency(counts: Iterable[Count]) -> tuple[Count, ...]:
    return tuple(sorted(counts, key=lambda count: (-count.times, count.what)))
