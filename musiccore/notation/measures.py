"""The measures of one staff as music21 has them, with everything that is printed in them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from music21 import (
    bar,
    beam,
    chord,
    clef,
    duration,
    instrument,
    meter,
    note,
    percussion,
    stream,
    tempo,
    tie,
)

from musiccore.notation.bars import TICKS, Bar
from musiccore.notation.rhythm import Atom, Sound, voices, written
from musiccore.notation.signs import Accidentals, key_at, signature_of
from musiccore.notation.sounding import sounds_in
from musiccore.notation.staves import FEET, PERCUSSION, Staff, stroke
from musiccore.piece import Key, Metre


class Frame(NamedTuple):
    """What all staves of a score share.

    `begins` and `ends` say whether its bars are the piece's first and last; `keys` are (tick, key)
    in order, `voices` the most that are written on one staff.
    """

    bars: tuple[Bar, ...]
    keys: list[tuple[int, Key]]
    begins: bool
    ends: bool
    voices: int


class StaffWriter:
    """Writes one staff.

    `shortened` counts the notes that were cut for want of voices; `kit` are the drums that were
    struck, by MIDI pitch.
    """

    def __init__(self, frame: Frame, staff: Staff) -> None:
        self._frame = frame
        self._staff = staff
        self._is_drums = staff.clef == PERCUSSION
        self.kit: dict[int, Any] = {}
        self.shortened = 0

    def measures(self, tempos: dict[int, float]) -> Iterator[Any]:
        """The measures in order; `tempos` (bar index -> quarter notes a minute) stand above."""
        sounds = sounds_in(self._staff, self._frame.bars)
        held: list[set[int]] = []
        metre: Metre | None = None
        sign: Key | None = None
        for index, shape in enumerate(self._frame.bars):
            measure = stream.Measure(number=shape.number)
            if index == 0:
                measure.clef = getattr(clef, self._staff.clef.name)()
                measure.paddingLeft = shape.place / TICKS
            now = key_at(self._frame.keys, shape.start)
            if now != sign and not self._is_drums:
                measure.keySignature = signature_of(now)
                sign = now
            if metre is None or metre[1:] != shape.metre[1:]:
                metre = shape.metre
                measure.timeSignature = meter.TimeSignature(f"{metre.beats}/{metre.unit}")
                # Bars from amid a piece do not begin it anew.
                hidden = index == 0 and not self._frame.begins
                measure.timeSignature.style.hideObjectOnPrint = hidden
            if index in tempos:
                measure.insert(0, tempo.MetronomeMark(number=tempos[index], referent="quarter"))
            # What was cut short in the bar before does not go on in this one.
            going_on = set().union(*held)
            sounding = [
                s for s in sounds[index] if not (index and s.tied_in) or going_on >= {*s.pitches}
            ]
            held = self._fill(measure, shape, sounding, held, now)
            if index == len(self._frame.bars) - 1 and self._frame.ends:
                measure.rightBarline = bar.Barline("final")
            yield measure

    def _fill(
        self, measure: Any, shape: Bar, sounds: list[Sound], held: list[set[int]], now: Key
    ) -> list[set[int]]:
        """Put the sounds of a bar into its measure; returns what each voice holds beyond it."""
        if not sounds:
            measure.coreInsert(0, _full_rest(shape))
            measure.coreElementsChanged()
            return []
        if self._is_drums:
            hands = [s for s in sounds if s.pitches[0] not in FEET]
            feet = [s for s in sounds if s.pitches[0] in FEET]
            lines: list[tuple[list[Sound], str]] = [
                (voice, stem) for voice, stem in ((hands, "up"), (feet, "down")) if voice
            ]
        else:
            found, cut = voices(sounds, held, self._frame.voices)
            self.shortened += cut
            lines = [(voice, "") for voice in found]
        made = self._elements([written(shape, voice) for voice, _ in lines], now)
        for number, (elements, (voice, stem)) in enumerate(zip(made, lines, strict=True), start=1):
            _beam(shape, elements)
            _dress(elements, stem, visible_rests=number == 1 and bool(voice))
            target = measure if len(lines) == 1 else stream.Voice(id=str(number))
            for atom, element in elements:
                target.coreInsert(Fraction(atom.start - shape.start, TICKS), element)
            target.coreElementsChanged()
            if target is not measure:
                measure.coreInsert(0, target)
        measure.coreElementsChanged()
        return _beyond([voice for voice, _ in lines])

    def _elements(self, lines: list[list[Atom]], now: Key) -> list[list[tuple[Atom, Any]]]:
        """Every voice's atoms with their notes, made in order of time, as accidentals need it."""
        accidentals = Accidentals(now)
        made: list[list[tuple[Atom, Any]]] = [[] for _ in lines]
        waiting = [iter(atoms) for atoms in lines]
        for _, line in sorted((atom.start, k) for k, atoms in enumerate(lines) for atom in atoms):
            atom = next(waiting[line])
            made[line].append((atom, self._element(atom, accidentals)))
        return made

    def _element(self, atom: Atom, accidentals: Accidentals) -> Any:
        length = _duration(atom)
        sound = atom.sound
        if sound is None:
            return note.Rest(duration=length)
        if self._is_drums:
            strokes = [self._stroke(number, length) for number in sound.pitches]
            if len(strokes) == 1:
                return strokes[0]
            return percussion.PercussionChord(strokes, duration=length)
        last = atom.start + atom.length == sound.end
        first = atom.start == sound.start
        tied = _TIES.get((sound.tied_in or not first, sound.tied_out or not last))
        names = [accidentals.pitch(p, fresh=first and not sound.tied_in) for p in sound.pitches]
        single = len(names) == 1
        element = (note.Note if single else chord.Chord)(names[0] if single else names)
        element.duration = length
        if tied:
            for member in [element] if single else element.notes:
                member.tie = tie.Tie(tied)
        return element

    def _stroke(self, number: int, length: Any) -> Any:
        how = stroke(number)
        made = note.Unpitched(displayName=f"{how.step}{how.octave}", duration=length)
        made.notehead = how.head
        if number not in self.kit:
            # music21 lists one instrument of each class.
            kind = type(f"Drum{number}", (instrument.UnpitchedPercussion,), {})
            self.kit[number] = kind()
            self.kit[number].instrumentName = "Drums"
            self.kit[number].percMapPitch = number
        made.storedInstrument = self.kit[number]
        return made


_TIES = {(True, True): "continue", (True, False): "stop", (False, True): "start"}
"""(from before, to after) -> the tie."""


def _beyond(found: list[list[Sound]]) -> list[set[int]]:
    """The pitches that each voice ties into the next bar; voices after the last that does go."""
    held = [{*voice[-1].pitches} if voice and voice[-1].tied_out else set() for voice in found]
    while held and not held[-1]:
        held.pop()
    return held


def _dress(elements: list[tuple[Atom, Any]], stem: str, visible_rests: bool) -> None:
    """Stems as asked for. Rests of a second voice are room to count by, not to read."""
    for _, element in elements:
        if element.isRest:
            element.style.hideObjectOnPrint = not visible_rests
        elif stem:
            element.stemDirection = stem


def _full_rest(shape: Bar) -> Any:
    rest = note.Rest(quarterLength=Fraction(shape.end - shape.start, TICKS))
    rest.fullMeasure = True
    return rest


def _duration(atom: Atom) -> Any:
    name, dots = atom.value
    length = duration.Duration(type=name, dots=dots)
    if atom.triplet is not None:
        start, size = atom.triplet
        normal = duration.Duration(Fraction(size, 2 * TICKS)).type
        kind = None
        if atom.start == start:
            kind = "start"
        elif atom.start + atom.length == start + size:
            kind = "stop"
        ratio = duration.Tuplet(3, 2, normal, type=kind)
        ratio.bracket = True
        length.appendTuplet(ratio)
    return length


def _beam(shape: Bar, elements: list[tuple[Atom, Any]]) -> None:
    """Beams as the metre groups them, found once for each rhythm."""
    pattern = tuple(
        (atom.value, atom.triplet is not None, atom.sound is None) for atom, _ in elements
    )
    if not any(name in beam.beamableDurationTypes for (name, _), _, _ in pattern):
        return
    lengths = tuple(atom.length for atom, _ in elements)
    found = _beams(f"{shape.metre.beats}/{shape.metre.unit}", shape.place, pattern, lengths)
    for (_, element), beams in zip(elements, found, strict=True):
        if not element.isRest:
            element.beams = _beams_of(beams)


@lru_cache(maxsize=4096)
def _beams(
    metre: str, place: int, pattern: tuple[Any, ...], lengths: tuple[int, ...]
) -> list[tuple[tuple[str, str | None], ...]]:
    elements = []
    for ((name, dots), triplet, silent), _ in zip(pattern, lengths, strict=True):
        length = duration.Duration(type=name, dots=dots)
        if triplet:
            length.appendTuplet(duration.Tuplet(3, 2))
        elements.append(note.Rest(duration=length) if silent else note.Note(duration=length))
    found = meter.TimeSignature(metre).getBeams(elements, measureStartOffset=Fraction(place, TICKS))
    return [
        tuple((b.type, b.direction) for b in beams.beamsList) if beams else () for beams in found
    ]


def _beams_of(kinds: tuple[tuple[str, str | None], ...]) -> Any:
    beams = beam.Beams()
    for kind, direction in kinds:
        beams.append(kind, direction)
    return beams
