"""Scores of music21 as plain voices in ticks, and those as MIDI bytes."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import music21 as m21
from symusic import KeySignature as SymusicKey
from symusic import Note, Score, TimeSignature, Track
from symusic import Tempo as SymusicTempo

TICKS = 480
"""Ticks a quarter: divisible by 3, 5 and 32, so that tuplets and short notes stay exact."""

VELOCITY = 80


Span = tuple[int, m21.stream.Stream]
"""The tick at which a flat stream begins."""


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


class Bar(NamedTuple):
    """One bar: its place among the bars of the score from 1 on, start and length in ticks."""

    number: int
    start: int
    length: int
    metre: m21.meter.TimeSignature
    parts: tuple[m21.stream.Measure, ...]


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


def dynamics_of(spans: Sequence[Span]) -> Callable[[int], int]:
    """Tick -> velocity, after the last dynamic mark before it; hairpins are not followed."""
    marks = sorted(
        (start + ticks(mark.offset), round(30 + 90 * mark.volumeScalar))
        for start, stream in spans
        for mark in stream.getElementsByClass(m21.dynamics.Dynamic)
        if mark.volumeScalar
    )
    at = [tick for tick, _ in marks]
    return lambda tick: marks[i - 1][1] if (i := bisect_right(at, tick)) else VELOCITY


def voice_of(spans: Sequence[Span], program: int, *, shaded: bool = False) -> Voice:
    """All notes of one part, of all its voices; grace notes and chord symbols are left out.

    `shaded` takes velocities from the dynamics of the score, else every note has `VELOCITY`.
    """
    loudness_at = dynamics_of(spans if shaded else ())
    rows: list[tuple[int, int, int, int, bool]] = []
    for beginning, element in ((start, e) for start, stream in spans for e in stream.notes):
        if isinstance(element, m21.harmony.Harmony) or element.duration.isGrace:
            continue
        start = beginning + ticks(element.offset)
        for note in element.notes if isinstance(element, m21.chord.Chord) else (element,):
            if not isinstance(note, m21.note.Note):
                raise UnsuitableError("has notes without a pitch")
            tie = note.tie or element.tie
            continues = tie is not None and tie.type in ("stop", "continue")
            length = ticks(note.quarterLength or element.quarterLength)
            if length:
                rows.append((start, length, note.pitch.midi, loudness_at(start), continues))
    unique = {(start, pitch): (start, length, pitch, v, c) for start, length, pitch, v, c in rows}
    return Voice(program, tuple(merge_ties(list(unique.values()))))


def bars_of(part: m21.stream.Part) -> list[Bar]:
    """The bars of one part as they stand."""
    return [
        Bar(i, ticks(bar.offset), ticks(bar.duration.quarterLength), metre_of(bar), (bar,))
        for i, bar in enumerate(part.getElementsByClass(m21.stream.Measure), start=1)
    ]


def bars_once(score: m21.stream.Score) -> list[Bar]:
    """The bars of all parts, each once, first endings left out.

    Bars begin together in all parts even where one of them does not fill its bar: a score of many
    bars drifts apart otherwise. A bar that lacks less than a sixth of a quarter is taken as full.
    """
    parts = [list(part.getElementsByClass(m21.stream.Measure)) for part in score.parts]
    if len({len(part) for part in parts}) != 1:
        raise UnsuitableError("has parts of unequal length")
    first_endings = {
        id(bar)
        for bracket in score.recurse().getElementsByClass(m21.spanner.RepeatBracket)
        if bracket.number == "1"
        for bar in bracket.getSpannedElements()
    }
    bars, start = [], 0
    for i, row in enumerate(zip(*parts, strict=True), start=1):
        if any(id(bar) in first_endings for bar in row):
            continue
        metre = metre_of(row[0])
        full = ticks(metre.barDuration.quarterLength)
        length = max(ticks(bar.duration.quarterLength) for bar in row)
        if length > full - TICKS // 6:
            length = full
        bars.append(Bar(i, start, length, metre, row))
        start += length
    return bars


def metre_of(bar: m21.stream.Measure) -> m21.meter.TimeSignature:
    """The time signature under which a bar stands."""
    metre = bar.timeSignature or bar.getContextByClass(m21.meter.TimeSignature)
    if metre is None:
        raise UnsuitableError("has no metre")
    return metre


def upbeat(bars: Sequence[Bar]) -> int:
    """How far, in ticks, the music is moved so that an upbeat ends a full bar."""
    if not bars:
        raise UnsuitableError("has no bars")
    return max(0, ticks(bars[0].metre.barDuration.quarterLength) - bars[0].length)


def metres_of(bars: Sequence[Bar], shift: int) -> dict[int, tuple[int, int]]:
    """The metre changes. The metre is stated again wherever a full bar begins off the grid.

    So bar lines keep falling where the score has them.
    """
    metres: dict[int, tuple[int, int]] = {}
    origin, current = 0, None
    for bar in bars:
        at, sign = bar.start + shift, (bar.metre.numerator, bar.metre.denominator)
        full = ticks(bar.metre.barDuration.quarterLength)
        if sign != current:
            at = 0 if not metres else at
            metres[at] = current = sign
            origin = at
        elif bar.length == full and (at - origin) % full:
            metres[at] = sign
            origin = at
    return metres


def keys_of(spans: Sequence[Span]) -> dict[int, tuple[int, int]]:
    """Key signatures: tick -> (sharps, 1 where minor)."""
    keys: dict[int, tuple[int, int]] = {}
    last = None
    for at, key in signs(spans, m21.key.KeySignature):
        minor = isinstance(key, m21.key.Key) and key.mode in ("minor", "dorian", "aeolian")
        if (key.sharps, minor) != last and -7 <= key.sharps <= 7:
            keys[at] = (key.sharps, int(minor))
            last = (key.sharps, minor)
    return keys


def tempos_of(spans: Sequence[Span], default: float) -> dict[int, float]:
    """Tempo marks with a number, for playback only as well: tick -> quarters a minute.

    `default` holds until the first.
    """
    tempos = {0: default}
    for at, mark in signs(spans, m21.tempo.MetronomeMark):
        bpm = mark.getQuarterBPM()
        if bpm:
            tempos[at] = float(bpm)
    return tempos


def signs(spans: Sequence[Span], kind: type) -> Iterator[tuple[int, Any]]:
    """(tick, element) of every element of a kind; those at the beginning stand at 0."""
    for start, stream in spans:
        for element in stream.getElementsByClass(kind):
            at = start + ticks(element.offset)
            yield (0 if at == spans[0][0] else at), element
