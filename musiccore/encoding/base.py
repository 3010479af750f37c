"""What every encoding promises: pieces to rows of small integers and back.

One row is one step of the network. A row's columns are the encoding's *fields*; networks, sampling
and metrics work from the declaration of fields alone and know nothing else about music.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding.grammar import Grammar
from musiccore.piece import DEFAULT_TEMPO, Piece

Rows = NDArray[np.int32]
"""Integers (T, number of fields): T steps of one piece."""


class EncodingError(ValueError):
    """Music that an encoding cannot hold; the message is a sentence for the visitor."""


@dataclass(frozen=True)
class Field:
    """One column of the rows: a choice among `size` values, 0 to size - 1."""

    name: str
    size: int

    @property
    def is_choice(self) -> bool:
        """Whether there is anything to decide: a corpus with one instrument leaves no choice."""
        return self.size > 1


class Encoded(NamedTuple):
    """One piece as the network sees it.

    `rows` (T, fields) holds the values to learn and to predict. `position` (T,) says where in its
    bar each row's note starts; it is derived from what precedes, so the network is told but never
    asked. All zeros where an encoding keeps no rhythm.
    """

    rows: Rows
    position: NDArray[np.int32]


class Encoding(ABC):
    """Pieces <-> rows. Immutable: build one with `fit` or `from_json`."""

    name: ClassVar[str]
    """Key in the table `ENCODINGS`."""

    @classmethod
    @abstractmethod
    def fit(cls, pieces: Iterable[Piece]) -> Encoding:
        """The encoding whose vocabulary is what occurs in `pieces`.

        Raises `EncodingError` where there is nothing to encode.
        """

    @property
    @abstractmethod
    def fields(self) -> tuple[Field, ...]:
        """The columns of a row, in the order in which a network decides them."""

    @property
    def positions(self) -> int:
        """How many values `Encoded.position` can take; 1 where it says nothing."""
        return 1

    @abstractmethod
    def encode(self, piece: Piece) -> Encoded:
        """One piece as rows. Values outside the vocabulary are replaced by the nearest known ones
        or, where none is near, left out."""

    @abstractmethod
    def decode(self, rows: Rows, name: str = "decoded") -> Piece:
        """Rows (T, fields) as music. Any legal rows make a piece; nothing is raised."""

    @abstractmethod
    def words(self, row: Sequence[int]) -> str:
        """One row in words for the screen, like `C4` or `after 1/2, Flute E5, 1/4, loud`."""

    @abstractmethod
    def value_words(self, field: int, value: int) -> str:
        """One value of one field in words."""

    @abstractmethod
    def transposed(self, rows: Rows, semitones: int) -> Rows | None:
        """The rows moved by `semitones`; None where that leaves the vocabulary."""

    def up_to_transposition(self, rows: Rows) -> bytes:
        """The same bytes for rows that are transpositions of each other."""
        copies = (self.transposed(rows, k) for k in range(-11, 12))
        return min(copy.tobytes() for copy in copies if copy is not None)

    @abstractmethod
    def notes_in(self, rows: Rows) -> int:
        """How many notes the rows stand for: the denominator of nats per note."""

    def counts(self, rows: Rows) -> NDArray[np.bool_]:
        """Which values (T, fields) mean something: the others are neither learned nor counted."""
        return np.ones(rows.shape, bool)

    def is_end(self, row: Sequence[int]) -> bool:
        """Whether this row is not a note but the end of a piece."""
        return False

    def begun_after(self, rows: Rows, wait: float) -> Rows:
        """The rows of a passage, of which the first sounds `wait` quarter notes after its
        beginning; the same rows where an encoding keeps no rhythm."""
        return rows

    @property
    def pitch_field(self) -> int:
        """The field that decides which pitches a row sounds."""
        return 0

    @abstractmethod
    def sounding(self, row: Sequence[int]) -> tuple[int, ...]:
        """The pitches that a row sounds as, ascending; none for the end of a piece."""

    def grammar(
        self, metre: float | None = None, pitches: NDArray[np.integer] | None = None
    ) -> Grammar:
        """A fresh `Grammar` for one take; `metre` is the bar length in quarter notes (None: the
        encoding's), `pitches` are those that `Encoding.pitches` allows."""
        return Grammar()

    def pitches(self, pieces: Iterable[Rows]) -> NDArray[np.int64] | None:
        """Which pitches the `grammar` of takes learned from `pieces` should allow; None: all."""
        return None

    @property
    def bpm(self) -> float:
        """Quarter notes a minute in what is decoded."""
        return DEFAULT_TEMPO

    @property
    def bar(self) -> float:
        """Quarter notes a bar in what is decoded."""
        return 4.0

    def with_bar(self, bar: float) -> Encoding:
        """The same encoding, but what it decodes has bars of so many quarter notes, if it keeps
        bars and there is such a metre."""
        return self

    @abstractmethod
    def onsets(self, rows: Rows) -> NDArray[np.float64]:
        """When each row (T,) sounds in what is decoded, in quarter notes; the end of a piece: when
        the next one may begin."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """The vocabulary as plain JSON; `from_json` of it is equal in every respect."""

    @classmethod
    @abstractmethod
    def from_json(cls, data: dict[str, Any]) -> Encoding:
        """The encoding that `to_json` described."""
