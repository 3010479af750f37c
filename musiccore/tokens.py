"""What a network would learn from a corpus in each encoding: its tokens, and how rare they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding.book import NUMBERS, book_events, chord_token
from musiccore.encoding.notes import NotesEncoding
from musiccore.piece import DRUMS, Piece
from musiccore.pitch import PITCH_CLASSES
from musiccore.statistics import Count, by_frequency


@dataclass(frozen=True, eq=False)
class BookView:
    """A corpus as the chapter sees it: the events of one instrument, piece after piece.

    `notes` are ordered by pitch, `chords` by how often they occur. `offset` (events,) float32 is
    each event's onset in quarter notes from the start of its piece; the i-th that is shown, number
    `shown[i]` of the corpus, has the events `starts[i]` to `starts[i + 1]`. Pieces in which the
    instrument does not play are left out; `silent` is their number.
    """

    notes: tuple[Count, ...]
    chords: tuple[Count, ...]
    offset: NDArray[np.float32]
    starts: NDArray[np.int64]
    shown: tuple[int, ...]
    silent: int

    @property
    def events(self) -> int:
        return len(self.offset)


def book_view(pieces: Sequence[Piece], program: int | None = None) -> BookView:
    """The events of `program`, or of the first instrument of each piece as in the chapter."""
    times: Counter[str] = Counter()
    in_pieces: Counter[str] = Counter()
    offsets: list[float] = []
    starts, shown = [0], []
    for number, piece in enumerate(pieces):
        events = book_events(piece, program)
        if not events:
            continue
        tokens = [token for _, token in events]
        times.update(tokens)
        in_pieces.update(set(tokens))
        offsets += [onset for onset, _ in events]
        starts.append(len(offsets))
        shown.append(number)
    counts = [Count(token, n, in_pieces[token]) for token, n in times.items()]
    return BookView(
        notes=tuple(
            sorted((c for c in counts if c.what in NUMBERS), key=lambda c: NUMBERS[c.what])
        ),
        chords=by_frequency(c for c in counts if c.what not in NUMBERS),
        offset=np.array(offsets, np.float32),
        starts=np.array(starts, np.int64),
        shown=tuple(shown),
        silent=len(pieces) - len(shown),
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
    return by_frequency(
        Count(chord_token(chord), n, in_pieces[chord])
        for chord, n in times.items()
        if chord.bit_count() > 1
    )


def chord_pitches(token: str) -> str:
    """The pitch classes of a chord's token by name: `0.4.7` -> `C E G`."""
    return " ".join(PITCH_CLASSES[int(number)] for number in token.split("."))


@dataclass(frozen=True, eq=False)
class NoteTokens:
    """A corpus as the encoding `notes` says it, a row of fields for each note.

    `fields` is field -> how often each of its values occurs, in their order, `end` of a piece left
    out. `rows` are the `MOST_ROWS` most frequent whole rows in words; `times` (different rows,)
    says how often each row occurs, the most frequent first.
    """

    fields: dict[str, tuple[Count, ...]]
    rows: tuple[Count, ...]
    times: NDArray[np.int64]


MOST_ROWS = 1000
"""Whole rows beyond which they are counted, but not put into words."""


def note_tokens(pieces: Sequence[Piece]) -> NoteTokens:
    """Count the values and the rows of the `notes` encoding.

    Raises `EncodingError` where there are no notes.
    """
    encoding = NotesEncoding.fit(pieces)
    encoded = [
        (i, encoding.encode(piece).rows[:-1]) for i, piece in enumerate(pieces) if len(piece)
    ]
    rows = np.concatenate([found for _, found in encoded]).astype(np.int64)  # without the ends
    piece = np.repeat([i for i, _ in encoded], [len(found) for _, found in encoded])
    sizes = [field.size for field in encoding.fields]
    fields = {
        field.name: _value_counts(encoding, number, rows[:, number], piece)
        for number, field in enumerate(encoding.fields)
    }
    packed = np.ravel_multi_index(tuple(rows.T), sizes)
    different, at, times = np.unique(packed, return_inverse=True, return_counts=True)
    order = np.argsort(-times, kind="stable")
    in_pieces = _in_pieces(at, piece, len(different))
    columns = np.unravel_index(different[order[:MOST_ROWS]], sizes)
    frequent = np.stack(columns, axis=1).tolist()
    return NoteTokens(
        fields=fields,
        rows=tuple(
            Count(encoding.words(row), int(times[i]), int(in_pieces[i]))
            for i, row in zip(order, frequent, strict=False)
        ),
        times=times[order],
    )


class Band(NamedTuple):
    """Of the tokens that occur `least` to `most` times: how many there are, and their sum."""

    least: int
    most: int
    different: int
    times: int


class Tail(NamedTuple):
    """How rare the tokens of a corpus are. `bands` double in width: 1, 2, 3 to 4, 5 to 8, ..."""

    different: int
    times: int
    once: int
    bands: tuple[Band, ...]


def tail(times: Iterable[int] | NDArray[np.int64]) -> Tail:
    """The long tail of tokens that occur so many times each, at least once."""
    counts = np.fromiter(times, np.int64)
    width = np.ceil(np.log2(counts)).astype(np.int64)  # 1 -> 0, 2 -> 1, 3 and 4 -> 2
    bands = []
    for power in range(int(width.max(initial=-1)) + 1):
        inside = counts[width == power]
        least = 2**power // 2 + 1 if power else 1
        bands.append(Band(least, 2**power, len(inside), int(inside.sum())))
    return Tail(len(counts), int(counts.sum()), int((counts == 1).sum()), tuple(bands))


def _value_counts(
    encoding: NotesEncoding, field: int, values: NDArray[np.int64], piece: NDArray[np.int64]
) -> tuple[Count, ...]:
    times = np.bincount(values)
    in_pieces = _in_pieces(values, piece, len(times))
    return tuple(
        Count(encoding.value_words(field, value), int(times[value]), int(in_pieces[value]))
        for value in np.flatnonzero(times).tolist()
    )


def _in_pieces(values: NDArray[np.int64], piece: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """In how many pieces each value 0 to `size` - 1 occurs, from values and pieces (n,)."""
    pairs = np.unique(values * (1 + piece.max()) + piece)
    return np.bincount(pairs // (1 + piece.max()), minlength=size)


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
