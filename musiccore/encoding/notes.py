"""One step of the network is one note, so rhythm, velocity, instruments and drums survive.

A note is a row of five fields: how long to `wait` since the previous note's onset, `instrument`,
`pitch`, `duration`, `velocity`. Notes come in order of (onset, instrument, pitch) and at one onset
the pitches of one instrument rise: every chord can be said in one way only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from statistics import median
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding.base import Encoded, Encoding, EncodingError, Field, Rows
from musiccore.encoding.notes_grammar import NotesGrammar
from musiccore.encoding.notes_grid import nearest_step, positions, quantized_onsets
from musiccore.encoding.notes_rows import (
    DURATION,
    END,
    GRID,
    INSTRUMENT,
    PITCH,
    POSITIONS,
    STEPS,
    VELOCITY,
    VELOCITY_LEVELS,
    WAIT,
)
from musiccore.instruments import name_of
from musiccore.piece import DRUMS, Metre, Piece, Tempo, Track
from musiccore.pitch import pitch_name
from musiccore.ranges import RANGES

__all__ = [
    "DURATION",
    "END",
    "GRID",
    "INSTRUMENT",
    "PITCH",
    "POSITIONS",
    "STEPS",
    "VELOCITY",
    "VELOCITY_LEVELS",
    "WAIT",
    "NotesEncoding",
]

COMMON_TIME = Metre(0.0, 4, 4)


def _metre_shares(piece: Piece) -> Counter[tuple[int, int]]:
    """How many quarter notes of the piece are written in each metre."""
    shares: Counter[tuple[int, int]] = Counter()
    ends = [m.onset for m in piece.metres[1:]] + [max(piece.length, 1e-9)]
    for metre, end in zip(piece.metres, ends, strict=True):
        shares[metre.beats, metre.unit] += max(0.0, end - metre.onset)  # type: ignore[assignment]
    return shares


@dataclass(frozen=True)
class NotesEncoding(Encoding):
    """The default encoding. `programs` ascending; `tempo` and `metre` are those that decoded
    music gets: the corpus's median and most frequent ones."""

    name: ClassVar[str] = "notes"

    programs: tuple[int, ...]
    tempo: float = 120.0
    metre: Metre = COMMON_TIME

    @classmethod
    def fit(cls, pieces: Iterable[Piece]) -> NotesEncoding:
        """One walk through `pieces`, of which none is kept: they may be read as it goes."""
        programs: set[int] = set()
        tempos: list[float] = []
        shares: Counter[tuple[int, int]] = Counter()
        for piece in filter(len, pieces):
            programs.update(piece.programs)
            tempos.append(piece.length * 60 / max(piece.seconds, 1e-6))
            shares.update(_metre_shares(piece))
        if not programs:
            raise EncodingError("There are no notes to learn from. Choose pieces that have some.")
        metre = max(shares, key=lambda m: (shares[m], m))
        return cls(tuple(sorted(programs)), round(median(tempos), 2), Metre(0.0, *metre))

    @property
    def fields(self) -> tuple[Field, ...]:
        return (
            Field("wait", len(STEPS) + 1),
            Field("instrument", len(self.programs)),
            Field("pitch", 128),
            Field("duration", len(STEPS) - 1),
            Field("velocity", VELOCITY_LEVELS),
        )

    @property
    def positions(self) -> int:
        return POSITIONS

    def encode(self, piece: Piece) -> Encoded:
        """Rows (notes + 1, 5); the last row is the end of the piece.

        Onsets and lengths go to the grid. One instrument sounds a pitch once at a time: of notes
        that share onset, instrument and pitch the longest stays. A melodic instrument that the
        vocabulary lacks becomes the one nearest in the General MIDI list; drums it lacks are left
        out. Raises `EncodingError` where nothing remains.
        """
        notes = piece.notes()
        instrument = self._instruments()[notes.program]
        known = instrument >= 0
        if not known.any():
            raise EncodingError(f"{piece.name} has no notes for the instruments in use.")
        ticks = np.rint(notes.onset[known] * GRID).astype(np.int64)
        length = np.rint(notes.duration[known] * GRID).astype(np.int64).clip(1, STEPS[-1])
        instrument, pitch = instrument[known], notes.pitch[known].astype(np.int64)
        order = np.lexsort((-length, pitch, instrument, ticks))
        key = np.stack([ticks, instrument, pitch])[:, order]
        first = np.ones(key.shape[1], bool)
        first[1:] = (key[:, 1:] != key[:, :-1]).any(axis=0)
        order = order[first]

        distinct, at = np.unique(ticks[order], return_inverse=True)
        onsets = quantized_onsets(distinct)[at]
        rows = np.zeros((len(order) + 1, 5), np.int32)
        rows[:-1, WAIT] = nearest_step(np.diff(onsets, prepend=0))
        rows[:-1, INSTRUMENT] = instrument[order]
        rows[:-1, PITCH] = pitch[order]
        rows[:-1, DURATION] = nearest_step(length[order]) - 1
        velocity = notes.velocity[known][order].astype(np.int64).clip(1, 127)
        rows[:-1, VELOCITY] = (velocity - 1) // 16
        rows[-1, WAIT] = END
        position = np.zeros(len(rows), np.int32)
        position[:-1] = positions(onsets, piece.metres)
        return Encoded(rows, position)

    def _instruments(self) -> NDArray[np.int64]:
        """For each program 0..`DRUMS` its value, -1 where there is none."""
        table = np.full(DRUMS + 1, -1)
        melodic = [p for p in self.programs if p != DRUMS]
        if melodic:
            distance = np.abs(np.arange(DRUMS)[:, None] - np.array(melodic)[None, :])
            table[:DRUMS] = distance.argmin(axis=1)
        if DRUMS in self.programs:
            table[DRUMS] = len(self.programs) - 1
        return table

    def decode(self, rows: Rows, name: str = "decoded") -> Piece:
        """Rows as music, one track an instrument. After an end row the next note starts in the
        bar that follows everything sounding."""
        notes: dict[int, list[tuple[float, float, int, int]]] = {p: [] for p in self.programs}
        bar, now, sounding_until = self._bar, 0, 0
        for wait, instrument, pitch, duration, velocity in np.asarray(rows).tolist():
            if wait == END:
                now = -(-sounding_until // bar) * bar
                continue
            now += int(STEPS[wait])
            length = int(STEPS[duration + 1])
            sounding_until = max(sounding_until, now + length)
            notes[self.programs[instrument]].append(
                (now / GRID, length / GRID, pitch, 16 * velocity + 8)
            )
        return Piece(
            name=name,
            tracks=tuple(
                Track.of(played, program, name_of(program))
                for program, played in notes.items()
                if played
            ),
            tempos=(Tempo(0.0, self.tempo),),
            metres=(self.metre,),
        )

    @property
    def _bar(self) -> int:
        return max(1, round(self.metre.bar * GRID))

    def words(self, row: Sequence[int]) -> str:
        if self.is_end(row):
            return self.value_words(WAIT, END)
        wait, instrument, pitch, duration, velocity = (
            self.value_words(field, value) for field, value in enumerate(row)
        )
        if self.programs[row[INSTRUMENT]] == DRUMS:
            pitch = f"key {row[PITCH]}"
        return f"{pitch} {instrument}, wait {wait}, length {duration}, velocity {velocity}"

    def value_words(self, field: int, value: int) -> str:
        match field:
            case 0:
                return "end" if value == END else str(Fraction(int(STEPS[value]), GRID))
            case 1:
                return name_of(self.programs[value])
            case 2:
                return pitch_name(value)
            case 3:
                return str(Fraction(int(STEPS[value + 1]), GRID))
            case _:
                return str(16 * value + 8)

    def transposed(self, rows: Rows, semitones: int) -> Rows | None:
        """Drums and end rows stay; None where a pitch would leave 0-127."""
        moves = self._melodic(rows)
        pitch = rows[moves, PITCH] + semitones
        if pitch.size and (pitch.min() < 0 or pitch.max() > 127):
            return None
        moved = rows.copy()
        moved[moves, PITCH] = pitch
        return moved

    def up_to_transposition(self, rows: Rows) -> bytes:
        moves = self._melodic(rows)
        lowest = rows.copy()
        lowest[moves, PITCH] -= rows[moves, PITCH].min(initial=127)
        return lowest.tobytes()

    def _melodic(self, rows: Rows) -> NDArray[np.bool_]:
        """Which rows (T,) are notes with a pitch: no drums, no end."""
        melodic = rows[:, WAIT] != END
        if DRUMS in self.programs:
            melodic &= rows[:, INSTRUMENT] != len(self.programs) - 1
        return melodic

    def notes_in(self, rows: Rows) -> int:
        return int((rows[:, WAIT] != END).sum())

    def counts(self, rows: Rows) -> NDArray[np.bool_]:
        counted = np.ones(rows.shape, bool)
        counted[rows[:, WAIT] == END, 1:] = False
        return counted

    def is_end(self, row: Sequence[int]) -> bool:
        return row[WAIT] == END

    def begun_after(self, rows: Rows, wait: float) -> Rows:
        begun = rows.copy()
        begun[:1, WAIT] = nearest_step(np.array([round(wait * GRID)]))
        return begun

    @property
    def pitch_field(self) -> int:
        return PITCH

    def sounding(self, row: Sequence[int]) -> tuple[int, ...]:
        return () if self.is_end(row) else (row[PITCH],)

    def grammar(
        self, metre: float | None = None, pitches: NDArray[np.integer] | None = None
    ) -> NotesGrammar:
        bar = self._bar if metre is None else max(1, round(metre * GRID))
        return NotesGrammar(len(self.programs), bar, pitches)

    @property
    def bpm(self) -> float:
        return self.tempo

    @property
    def bar(self) -> float:
        return self.metre.bar

    def with_bar(self, bar: float) -> NotesEncoding:
        unit = next((u for u in (4, 8, 16) if (bar * u / 4).is_integer()), None)
        if unit is None or bar <= 0 or bar == self.bar:
            return self
        return replace(self, metre=Metre(0.0, int(bar * unit / 4), unit))

    def onsets(self, rows: Rows) -> NDArray[np.float64]:
        grammar, onsets = self.grammar(), []
        for row in rows.tolist():
            grammar.accept(row)
            onsets.append(grammar.onset)
        return np.array(onsets, np.float64)

    def pitches(self, pieces: Iterable[Rows]) -> NDArray[np.int64]:
        """Lowest and highest pitch (instruments, 2) that each instrument may play: those of its
        standard range, and beyond it those that it plays in `pieces`."""
        limits = np.array([RANGES[program] for program in self.programs])
        for rows in pieces:
            notes = rows[rows[:, WAIT] != END]
            np.minimum.at(limits[:, 0], notes[:, INSTRUMENT], notes[:, PITCH])
            np.maximum.at(limits[:, 1], notes[:, INSTRUMENT], notes[:, PITCH])
        return limits

    def to_json(self) -> dict[str, Any]:
        return {
            "encoding": self.name,
            "programs": list(self.programs),
            "tempo": self.tempo,
            "metre": [self.metre.beats, self.metre.unit],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> NotesEncoding:
        return cls(tuple(data["programs"]), data["tempo"], Metre(0.0, *data["metre"]))
