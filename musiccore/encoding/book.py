"""The chapter's encoding: one token an event, a note's name or a chord's normal order.

Rhythm, velocity and the octave of chords are lost on the way; that is the book's way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding.base import Encoded, Encoding, EncodingError, Field, Rows
from musiccore.encoding.grammar import Grammar
from musiccore.piece import DRUMS, Piece, Track
from musiccore.pitch import pitch_name

NAMES = tuple(map(pitch_name, range(128)))
"""MIDI pitch -> the token of a note that starts alone."""

NUMBERS = {name: midi for midi, name in enumerate(NAMES)}
"""Name -> MIDI pitch. music21 writes `B-1` both for B in octave -1 (11, too low to hear) and for
B flat in octave 1 (22), and so with `E-1`; both read as the flat, as in music21."""

GUITAR = 24
"""The program of `music21.instrument.Guitar`, on which the chapter plays what it made."""

VELOCITY = 90
"""What music21 writes for a note without a velocity."""

LENGTH = 1.0
"""Quarters: music21's length of a note without one."""

MIDDLE_C = 60
"""Where music21 puts pitch class 0 when it is given no octave."""


@lru_cache(maxsize=4096)
def chord_token(pitch_classes: int) -> str:
    """The normal order of a pitch-class set, joined by dots: C, E, G -> `0.4.7`.

    `pitch_classes` has bit p set where pitch class p sounds. Of all rotations of the ascending
    set: the narrowest, then the one with its pitches packed to the left, then the one that begins
    lowest (A. Forte, The Structure of Atonal Music, 1973). Equals music21's for all 4,095 sets.
    """
    ascending = [p for p in range(12) if pitch_classes >> p & 1]
    rotations = [ascending[i:] + ascending[:i] for i in range(len(ascending))]

    def packing(order: list[int]) -> tuple[int, list[int], int]:
        above = [(p - order[0]) % 12 for p in order]
        return above[-1], above, order[0]

    order = min(rotations, key=packing)
    return ".".join(map(str, order))


def token_pitches(token: str) -> tuple[int, ...]:
    """The MIDI pitches at which a token sounds: a chord's pitch classes upward from middle C on."""
    if token in NUMBERS:
        return (NUMBERS[token],)
    return tuple(MIDDLE_C + int(p) for p in token.split("."))


def transposed_token(token: str, semitones: int) -> str | None:
    """The token moved by `semitones`; None where a note leaves MIDI's 0 to 127."""
    if token in NUMBERS:
        midi = NUMBERS[token] + semitones
        return NAMES[midi] if 0 <= midi < 128 else None
    return chord_token(sum(1 << (int(p) + semitones) % 12 for p in token.split(".")))


def book_program(piece: Piece) -> int | None:
    """The program of the first track with notes, drums aside; None where there is none."""
    return next((t.program for t in piece.tracks if len(t) and not t.is_drums), None)


def _track_events(track: Track) -> tuple[NDArray[np.float64], list[str]]:
    """Onsets (n,) in quarters and the n tokens of one track."""
    starts = np.flatnonzero(np.diff(track.onset, prepend=-np.inf))
    sets = np.bitwise_or.reduceat(1 << track.pitch.astype(np.int64) % 12, starts)
    sizes = np.diff(starts, append=len(track))
    tokens = [
        NAMES[pitch] if size == 1 else chord_token(pitch_classes)
        for pitch, size, pitch_classes in zip(
            track.pitch[starts].tolist(), sizes.tolist(), sets.tolist(), strict=True
        )
    ]
    return track.onset[starts], tokens


def book_events(piece: Piece, program: int | None = None) -> list[tuple[float, str]]:
    """(onset in quarters, token) of each event of one instrument, in order of onset.

    All tracks of `program` (by default that of the first track) are merged, ties in track order.
    Notes of one track that start together are one event, a chord. Empty where the instrument does
    not play; drums have no pitch and give nothing.
    """
    program = book_program(piece) if program is None else program
    if program is None or program == DRUMS:
        return []
    parts = [_track_events(t) for t in piece.tracks if t.program == program and len(t)]
    if not parts:
        return []
    onsets = np.concatenate([onset for onset, _ in parts])
    tokens = [token for _, part in parts for token in part]
    order = np.argsort(onsets, kind="stable")
    return [(float(onsets[i]), tokens[i]) for i in order.tolist()]


def book_tokens(piece: Piece, program: int | None = None) -> list[str]:
    """The tokens of `book_events` alone, like `["C4", "0.4.7"]`."""
    return [token for _, token in book_events(piece, program)]


@dataclass(frozen=True)
class BookEncoding(Encoding):
    """Rows of one field, the token's place in the sorted vocabulary.

    `dataclasses.replace(encoding, program=40)` plays what it decodes on another instrument.
    """

    name: ClassVar[str] = "book"

    tokens: tuple[str, ...]
    """The vocabulary, sorted as Python sorts strings."""
    step: float
    """Quarters from one decoded event to the next."""
    instrument: int | None = None
    """The program whose tracks are read; None takes the first instrument of each piece."""
    program: int = GUITAR
    """The program on which decoded music plays."""

    @classmethod
    def fit(cls, pieces: Iterable[Piece], instrument: int | None = None) -> Self:
        """The tokens of `pieces`, and the mean distance from one event to the next as the step.

        The chapter divides the largest onset of all files by the number of events of all files,
        so its music gets faster with each file added; here every piece brings its own length. For
        one file the two are the same. Pieces where the instrument does not play are passed over;
        raises `EncodingError` where none is left.
        """
        vocabulary: set[str] = set()
        length, count = 0.0, 0
        for piece in pieces:
            events = book_events(piece, instrument)
            if events:
                vocabulary.update(token for _, token in events)
                length += events[-1][0] - events[0][0]
                count += len(events)
        if not vocabulary:
            raise EncodingError(
                "None of these pieces has pitched notes of the instrument to learn; "
                "choose another instrument or other music."
            )
        return cls(tuple(sorted(vocabulary)), length / count or LENGTH, instrument)

    @property
    def fields(self) -> tuple[Field, ...]:
        """One field, `token`."""
        return (Field("token", len(self.tokens)),)

    def encode(self, piece: Piece) -> Encoded:
        """The piece's events as rows (T, 1).

        A note outside the vocabulary becomes the nearest known one of its pitch class or else the
        nearest known one; a chord outside it is left out. Raises `EncodingError` where nothing
        remains.
        """
        tokens = book_tokens(piece, self.instrument)
        if not tokens:
            raise EncodingError(
                f"{piece.name} has no pitched notes of the instrument to learn; leave it out "
                "or choose another instrument."
            )
        values = [v for v in map(self._value, tokens) if v is not None]
        if not values:
            raise EncodingError(
                f"{piece.name} shares no note and no chord with the music that was learned; "
                "leave it out or train on more music."
            )
        rows = np.array(values, np.int32).reshape(-1, 1)
        return Encoded(rows, np.zeros(len(rows), np.int32))

    def decode(self, rows: Rows, name: str = "decoded") -> Piece:
        """Event i at i steps, a quarter long; chords upward from middle C."""
        notes = [
            (i * self.step, LENGTH, pitch, VELOCITY)
            for i, value in enumerate(np.asarray(rows)[:, 0].tolist())
            for pitch in token_pitches(self.tokens[value])
        ]
        return Piece(name=name, tracks=(Track.of(notes, program=self.program),))

    def onsets(self, rows: Rows) -> NDArray[np.float64]:
        """Event i at i steps."""
        return np.arange(len(rows), dtype=np.float64) * self.step

    def sounding(self, row: Sequence[int]) -> tuple[int, ...]:
        """The token's pitches."""
        return tuple(sorted(token_pitches(self.tokens[row[0]])))

    def grammar(
        self, metre: float | None = None, pitches: NDArray[np.integer] | None = None
    ) -> Grammar:
        """Any token may follow."""
        return Grammar(self.step)

    def words(self, row: Sequence[int]) -> str:
        """The token itself."""
        return self.tokens[row[0]]

    def value_words(self, field: int, value: int) -> str:
        """The token itself."""
        return self.tokens[value]

    def transposed(self, rows: Rows, semitones: int) -> Rows | None:
        """The rows moved by `semitones`; None where one token is not in the vocabulary."""
        if semitones not in self._moves:
            moved = (transposed_token(token, semitones) for token in self.tokens)
            self._moves[semitones] = np.array(
                [-1 if token is None else self._values.get(token, -1) for token in moved], np.int32
            )
        found = self._moves[semitones][rows]
        return None if (found < 0).any() else found

    def notes_in(self, rows: Rows) -> int:
        """Notes that the rows sound as: a chord counts as many as it has pitch classes.

        Notes doubled at the octave are one here, because the token does not say them.
        """
        return int(self._sizes[rows].sum())

    def to_json(self) -> dict[str, Any]:
        """The vocabulary as plain JSON."""
        return {
            "encoding": self.name,
            "tokens": list(self.tokens),
            "step": self.step,
            "instrument": self.instrument,
            "program": self.program,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The encoding that `to_json` described."""
        return cls(tuple(data["tokens"]), data["step"], data["instrument"], data["program"])

    @cached_property
    def _values(self) -> dict[str, int]:
        return {token: value for value, token in enumerate(self.tokens)}

    @cached_property
    def _known(self) -> tuple[int, ...]:
        """The single pitches of the vocabulary, ascending."""
        return tuple(sorted(NUMBERS[token] for token in self.tokens if token in NUMBERS))

    @cached_property
    def _sizes(self) -> NDArray[np.int32]:
        """How many notes each token sounds as."""
        return np.array([len(token_pitches(token)) for token in self.tokens], np.int32)

    @cached_property
    def _moves(self) -> dict[int, NDArray[np.int32]]:
        """Semitones -> value of each token after transposition, -1 where unknown."""
        return {}

    def _value(self, token: str) -> int | None:
        """The value of a token, or of what stands for it; None where it is left out."""
        if token in self._values:
            return self._values[token]
        if token not in NUMBERS or not self._known:
            return None
        midi = NUMBERS[token]
        near = min(self._known, key=lambda known: ((known - midi) % 12 != 0, abs(known - midi)))
        return self._values[NAMES[near]]
