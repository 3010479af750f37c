"""What stands between the notes: key signatures, accidentals, tempo marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from music21 import key, note, pitch, stream

from musiccore.notation.bars import TICKS, Bar
from musiccore.notation.grid import Gridded
from musiccore.notation.spelling import signature, spelled
from musiccore.piece import Key, Piece

_MOST_SHARPS = 7
_TEMPO_STEP = 0.05  # a smaller change of tempo is not printed


class Accidentals:
    """Which accidentals are printed: those that the key and the bar so far do not give."""

    def __init__(self, now: Key) -> None:
        self._key = now
        self._signature = signature(now)
        self._shown: dict[tuple[str, int], int] = {}

    def pitch(self, number: int, fresh: bool) -> Any:
        """MIDI pitch as music21 writes it; a note that is tied on shows no accidental again."""
        step, alter, octave = spelled(number, self._key)
        made = pitch.Pitch(step=step, octave=octave)
        given = self._shown.get((step, octave), self._signature.get(step, 0))
        shown = fresh and alter != given
        if alter or shown:
            made.accidental = pitch.Accidental(alter)
            made.accidental.displayStatus = shown
        if fresh:
            self._shown[step, octave] = alter
        return made


def keys_of(piece: Piece, music: Gridded) -> list[tuple[int, Key]]:
    """(tick, key) in order: the piece's own; up to the first of them what music21 hears in it."""
    own = sorted((round(k.onset * TICKS), k) for k in piece.keys if abs(k.sharps) <= _MOST_SHARPS)
    if own and own[0][0] <= min(int(placed.start[0]) for placed in music.tracks):
        return [(0, own[0][1]), *own]
    return [(0, _heard(music, own[0][0] if own else None)), *own]


def _heard(music: Gridded, until: int | None) -> Key:
    """music21's analysis weighs pitch classes by length: twelve long notes stand for them all."""
    weight = np.zeros(12)
    for placed in music.tracks:
        if not placed.track.is_drums:
            early = slice(until and int(np.searchsorted(placed.start, until)))
            lengths = (placed.end[early] - placed.start[early]) / TICKS
            np.add.at(weight, placed.pitch[early] % 12, lengths)
    if not weight.any():
        return Key(0.0, 0, False)
    line = stream.Stream()
    for pitch_class in np.flatnonzero(weight).tolist():
        line.append(note.Note(60 + pitch_class, quarterLength=float(weight[pitch_class])))
    heard = line.analyze("key")
    return Key(0.0, heard.sharps, heard.mode == "minor")


def key_at(changes: list[tuple[int, Key]], tick: int) -> Key:
    """The key that holds at a tick."""
    return [found for at, found in changes if at <= tick][-1]


def tempos(piece: Piece, bars: Sequence[Bar], begins: bool) -> dict[int, float]:
    """Bar index -> the tempo (quarter notes a minute) printed there: the first, real changes.

    `begins`: the bars are the piece's first, so that the tempo from before them belongs to them.
    """
    found: dict[int, float] = {}
    edges = [bar.start for bar in bars]
    now = 0.0
    for change in sorted(piece.tempos):
        tick = round(change.onset * TICKS)
        if tick >= bars[-1].end:
            break
        if now and abs(change.bpm / now - 1) < _TEMPO_STEP:
            continue
        now = change.bpm
        if tick >= edges[0] or begins:
            index = max(int(np.searchsorted(edges, tick, side="right")) - 1, 0)
            found[index] = int(now) if now % 1 == 0 else round(now, 1)
    return found


def signature_of(now: Key) -> Any:
    """The key signature as music21 has it."""
    sign = key.KeySignature(now.sharps)
    return sign.asKey("minor" if now.minor else "major")
