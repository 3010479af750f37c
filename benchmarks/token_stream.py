"""MidiTok's token streams as an encoding with one field, to be learned by the same layers.

For comparison only. Needs `pip install miditok`, which the app does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import miditok
import numpy as np
from numpy.typing import NDArray
from symusic import Score

from musiccore.encoding import Encoded, Encoding
from musiccore.encoding.base import Field, Rows
from musiccore.piece import Piece
from musiccore.writing import to_midi

GRID = {(0, 4): 12, (4, 12): 4}
"""Positions a quarter note for durations and shifts of so many quarter notes: Gruve's own grid as
far as it matters in this music."""


class TokenStream(Encoding):
    """One of MidiTok's tokenizations, `TSD` or `REMI`: pitch, duration and time alone."""

    def __init__(self, kind: str) -> None:
        self.name = kind.lower()  # type: ignore[misc]
        config = miditok.TokenizerConfig(
            pitch_range=(0, 127),
            beat_res=GRID,
            use_velocities=False,
            use_programs=False,
            special_tokens=["PAD", "BOS", "EOS"],
        )
        self._tokenizer = getattr(miditok, kind)(config)
        words = {number: word for word, number in self._tokenizer.vocab.items()}
        pitches = {n: int(w.rpartition("_")[2]) for n, w in words.items() if w.startswith("Pitch_")}
        self._end = self._tokenizer.vocab["EOS_None"]
        self._pitch = np.full(len(words), -1)
        self._pitch[list(pitches)] = list(pitches.values())
        self._token = {pitch: number for number, pitch in pitches.items()}

    @classmethod
    def fit(cls, pieces: Iterable[Piece]) -> Encoding:
        raise NotImplementedError("its vocabulary does not depend on the music")

    @property
    def fields(self) -> tuple[Field, ...]:
        return (Field("token", len(self._pitch)),)

    def encode(self, piece: Piece) -> Encoded:
        """All tracks of one stream, as the chorales' voices are one instrument here."""
        score = Score.from_midi(to_midi(piece))
        merged = score.tracks[0]
        for track in score.tracks[1:]:
            merged.notes.extend(track.notes)
        merged.notes.sort(key=lambda note: (note.time, note.pitch, note.duration))
        score.tracks = type(score.tracks)([merged])
        sequence = self._tokenizer(score)
        ids = (sequence if isinstance(sequence, miditok.TokSequence) else sequence[0]).ids
        rows = np.array([*ids, self._end], np.int32)[:, None]
        return Encoded(rows, np.zeros(len(rows), np.int32))

    def transposed(self, rows: Rows, semitones: int) -> Rows | None:
        pitch = self._pitch[rows]
        moved = pitch + semitones
        if ((pitch >= 0) & ((moved < 0) | (moved > 127))).any():
            return None
        token = np.array([self._token.get(p, 0) for p in range(128)])
        return np.where(pitch >= 0, token[moved.clip(0, 127)], rows).astype(np.int32)

    def notes_in(self, rows: Rows) -> int:
        return int((self._pitch[rows] >= 0).sum())

    def is_end(self, row: Sequence[int]) -> bool:
        return int(row[0]) == self._end

    def sounding(self, row: Sequence[int]) -> tuple[int, ...]:
        pitch = int(self._pitch[int(row[0])])
        return (pitch,) if pitch >= 0 else ()

    def decode(self, rows: Rows, name: str = "decoded") -> Piece:
        raise NotImplementedError("nothing is generated from it here")

    def words(self, row: Sequence[int]) -> str:
        return str(row[0])

    def value_words(self, field: int, value: int) -> str:
        return str(value)

    def onsets(self, rows: Rows) -> NDArray[np.float64]:
        raise NotImplementedError("nothing is generated from it here")

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Encoding:
        return cls(data["name"].upper())
