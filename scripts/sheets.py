"""Scores of music21 as plain voices in ticks, and those as MIDI bytes."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import music21 as m21
from symusic import KeySignature as SymusicKey
from symusic import Note, Score, TimeSignature, Track
from symusic import Tempo as SymusicTempo

TICKS = 480
"""Ticks a quarter: divisible by 3, 5 and 32, so that tuplets and short notes stay exact."""

VELOCITY = 80


class UnsuitableError(ValueError):
    """Why a score stays out of its set."""


@dataclass(frozen=True)
class Voice:
    """One track to be: its program and (tick, length in ticks, pitch, velocity) in order.

    Tracks stay without a name: where one like "Soprano" or "Violin 1" differs from the name of the
    program, music21 sees two instruments and files the notes under the second.
    """

    program: int
    notes: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True)
class Sheet:
    """A score as it will be written; the keys of the dicts are ticks."""

    voices: tuple[Voice, ...]
    tempos: dict[int, float]
    metres: dict[int, tuple[int, int]]
    keys: dict[int, tuple[int, int]]

    def fingerprint(self) -> str:
        """The same for two scores with the same notes in the same voices, however named."""
        notes = [[n[:3] for n in voice.notes] for voice in self.voices]
        return hashlib.sha256(repr(notes).encode()).hexdigest()

    def midi(self) -> bytes:
        """The score as a Standard MIDI File, one track a voice."""
        score = Score(TICKS)
        score.tempos.extend(SymusicTempo(t, bpm) for t, bpm in self.tempos.items())
        score.time_signatures.extend(TimeSignature(t, *m) for t, m in self.metres.items())
        score.key_signatures.extend(SymusicKey(t, *k) for t, k in self.keys.items())
        for voice in self.voices:
            track = Track(program=voice.program, is_drum=False)
            track.notes.extend(Note(*note) for note in voice.notes)
            score.tracks.append(track)
        return bytes(score.dumps_midi())


def ticks(quarters: float | Fraction) -> int:
    """Quarter notes to ticks."""
    return round(Fraction(quarters) * TICKS)


def unfold(score: m21.stream.Score) -> m21.stream.Score:
    """The score with its repeats written out, where music21 can; else as it stands."""
    try:
        return score.expandRepeats()
    except (m21.repeat.ExpanderException, m21.exceptions21.Music21Exception):
        return score


def merge_ties(rows: list[tuple[int, int, int, int, bool]]) -> Iterator[tuple[int, int, int, int]]:
    """Join a note that is tied over from the same pitch just before it; (…, continues)."""
    ending: dict[int, list[int]] = {}
    out: list[list[int]] = []
    for start, length, pitch, velocity, continues in sorted(rows):
        before = ending.get(pitch)
        if continues and before is not None and before[0] + before[1] == start:
            before[1] += length
            continue
        ending[pitch] = [start, length, pitch, velocity]
        out.append(ending[pitch])
    yield from ((a, b, c, d) for a, b, c, d in out)


def dynamics_of(flat: m21.stream.Stream) -> Callable[[float], int]:
    """Offset -> velocity, after the last dynamic mark before it; hairpins are not followed."""
    marks = [(0.0, VELOCITY)]
    for mark in flat.getElementsByClass(m21.dynamics.Dynamic):
        if mark.volumeScalar:
            marks.append((mark.offset, round(30 + 90 * mark.volumeScalar)))
    marks.sort(key=lambda mark: mark[0])
    offsets = [offset for offset, _ in marks]
    return lambda offset: marks[bisect_right(offsets, offset) - 1][1]


def voice_of(part: m21.stream.Part, program: int, shift: int, *, shaded: bool) -> Voice:
    """All notes of one part, of all its voices; grace notes and chord symbols are left out.

    `shaded` takes velocities from the dynamics of the score, else every note has `VELOCITY`.
    """
    flat = part.flatten()
    loudness_at = dynamics_of(flat) if shaded else lambda _: VELOCITY
    rows: list[tuple[int, int, int, int, bool]] = []
    for element in flat.notes:
        if isinstance(element, m21.harmony.Harmony) or element.duration.isGrace:
            continue
        velocity = loudness_at(element.offset)
        for note in element.notes if isinstance(element, m21.chord.Chord) else (element,):
            if not isinstance(note, m21.note.Note):
                raise UnsuitableError("has notes without a pitch")
            tie = note.tie or element.tie
            continues = tie is not None and tie.type in ("stop", "continue")
            start = ticks(element.offset) + shift
            length = ticks(note.quarterLength or element.quarterLength)
            if length:
                rows.append((start, length, note.pitch.midi, velocity, continues))
    unique = {(start, pitch): (start, length, pitch, v, c) for start, length, pitch, v, c in rows}
    return Voice(program, tuple(merge_ties(list(unique.values()))))


def bars(part: m21.stream.Part) -> list[tuple[int, int, m21.meter.TimeSignature]]:
    """(start, length, metre) in ticks of each bar."""
    out = []
    for bar in part.getElementsByClass(m21.stream.Measure):
        metre = bar.timeSignature or bar.getContextByClass(m21.meter.TimeSignature)
        out.append((ticks(bar.offset), ticks(bar.duration.quarterLength), metre))
    return out


def metres_of(part: m21.stream.Part) -> tuple[int, dict[int, tuple[int, int]]]:
    """How far the music is moved so that an upbeat ends its bar, and the metre changes.

    The metre is stated again wherever a full bar begins off the grid, so that bar lines keep
    falling where the score has them.
    """
    rows = bars(part)
    if not rows or rows[0][2] is None:
        raise UnsuitableError("has no metre")
    shift = 0
    first_length, first_metre = rows[0][1], rows[0][2]
    full = ticks(first_metre.barDuration.quarterLength)
    if first_length < full:
        shift = full - first_length
    metres: dict[int, tuple[int, int]] = {}
    origin, current = 0, None
    for start, length, metre in rows:
        at, sign = start + shift, (metre.numerator, metre.denominator)
        full = ticks(metre.barDuration.quarterLength)
        if sign != current:
            at = 0 if not metres else at
            metres[at] = current = sign
            origin = at
        elif length == full and (at - origin) % full:
            metres[at] = sign
            origin = at
    return shift, metres


def keys_of(part: m21.stream.Part, shift: int) -> dict[int, tuple[int, int]]:
    """Key signatures: tick -> (sharps, 1 where minor)."""
    keys: dict[int, tuple[int, int]] = {}
    last = None
    for key in part.flatten().getElementsByClass(m21.key.KeySignature):
        minor = isinstance(key, m21.key.Key) and key.mode in ("minor", "dorian", "aeolian")
        if (key.sharps, minor) != last and -7 <= key.sharps <= 7:
            at = ticks(key.offset)
            keys[at + shift if at else 0] = (key.sharps, int(minor))
            last = (key.sharps, minor)
    return keys


def tempos_of(score: m21.stream.Score, shift: int, default: float) -> dict[int, float]:
    """Tempo marks with a number, for playback only as well: tick -> quarters a minute.

    `default` holds until the first.
    """
    tempos = {0: default}
    for mark in score.parts.first().flatten().getElementsByClass(m21.tempo.MetronomeMark):
        bpm = mark.getQuarterBPM()
        if bpm:
            at = ticks(mark.offset)
            tempos[at + shift if at else 0] = float(bpm)
    return tempos
