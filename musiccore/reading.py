"""MIDI bytes -> `Piece`, by symusic."""

from __future__ import annotations

import hashlib

import numpy as np
from symusic import Score

from musiccore.piece import DRUMS, Key, Metre, Piece, Tempo, Track


class ReadingError(ValueError):
    """Bytes that are not music Gruve can use. `reason` is a short code, the message a sentence."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def read_midi(name: str, data: bytes) -> Piece:
    """Read the bytes of one MIDI file; `name` is what the visitor calls it.

    Raises `ReadingError` with a sentence that names the file and the remedy.
    """
    try:
        score = Score.from_midi(data)
    except (RuntimeError, ValueError) as error:
        raise ReadingError("not_midi", f"{name} is not a MIDI file.") from error
    quarter = score.ticks_per_quarter
    tracks = []
    for source in score.tracks:
        notes = source.notes.numpy()
        order = np.lexsort((notes["pitch"], notes["time"]))
        tracks.append(
            Track(
                program=DRUMS if source.is_drum else source.program,
                onset=notes["time"][order] / quarter,
                duration=notes["duration"][order] / quarter,
                pitch=notes["pitch"][order].astype(np.int16),
                velocity=notes["velocity"][order].astype(np.int16),
                name=source.name,
            )
        )
    piece = Piece(
        name=name,
        tracks=tuple(tracks),
        tempos=tuple(Tempo(t.time / quarter, t.qpm) for t in score.tempos) or Piece.tempos,
        metres=tuple(
            Metre(m.time / quarter, m.numerator, m.denominator) for m in score.time_signatures
        )
        or Piece.metres,
        keys=tuple(Key(k.time / quarter, k.key, bool(k.tonality)) for k in score.key_signatures),
        digest=hashlib.sha256(data).hexdigest(),
    )
    if not len(piece):
        raise ReadingError("no_notes", f"{name} has no notes.")
    return piece
