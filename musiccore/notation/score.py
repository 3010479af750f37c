"""`Piece` -> MusicXML: what to write is found with NumPy, music21 writes it.

music21's own way from MIDI to notation (`makeNotation`) takes minutes for a long piece and puts
every overlap into a voice of its own; here its objects are made as they shall be printed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

import numpy as np
from music21 import (
    bar,
    beam,
    chord,
    clef,
    duration,
    instrument,
    key,
    layout,
    metadata,
    meter,
    note,
    percussion,
    pitch,
    stream,
    tempo,
    tie,
)
from music21.musicxml.m21ToXml import ScoreExporter

from musiccore.instruments import name_of
from musiccore.notation.bars import TICKS, Bar, Bars, bars_of, count_bars
from musiccore.notation.grid import Gridded, gridded
from musiccore.notation.rhythm import Atom, Sound, voices, written
from musiccore.notation.spelling import signature, spelled
from musiccore.notation.staves import FEET, Part, Staff, groups, parts_of, stroke
from musiccore.notation.terms import MAX_BARS, MAX_PARTS, Notation, NotationError, bound
from musiccore.piece import DRUMS, Key, Metre, Piece

_VOICES = 4
_VOICES_PLAYED = 2  # of a performance: overlaps are how it was played
_MOST_SHARPS = 7
_TEMPO_STEP = 0.05  # a smaller change of tempo is not printed
_DOCTYPE = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">\n'
)


def notate(piece: Piece, first: int = 0, bars: int | None = None) -> Notation:
    """`bars` bars of a piece from bar index `first` on, or all of it, as MusicXML.

    The same piece gives the same bytes. Raises `NotationError` with a sentence where there is
    nothing to write or too much.
    """
    if not len(piece):
        raise NotationError(f"{piece.name} has no notes to write.")
    _bounded(piece)
    whole = bars_of(piece)
    music = gridded(piece, whole)
    begin = min(int(p.start[0]) for p in music.tracks)
    counted = whole.beginning_at(begin)
    first = min(max(first, 0), len(counted) - 1)
    last = len(counted) if bars is None else min(first + max(bars, 1), len(counted))
    engraver = _Score(piece, music, counted, first, last)
    return Notation(
        musicxml=engraver.musicxml(),
        first=counted.bar(first).number,
        last=counted.bar(last - 1).number,
        bars=len(counted),
        place=first,
        moved=music.moved,
        shortened=engraver.shortened,
    )


def _bounded(piece: Piece) -> None:
    most = bound("GRUVE_MAX_SHEET_BARS", MAX_BARS)
    if (found := count_bars(piece)) > most:
        raise NotationError(
            f"{piece.name} has {found:,} bars; sheet music is made for up to {most:,.0f}. "
            "Split the piece."
        )
    most = bound("GRUVE_MAX_SHEET_PARTS", MAX_PARTS)
    if (found := sum(1 for track in piece.tracks if len(track))) > most:
        raise NotationError(
            f"{piece.name} has {found:,} parts; sheet music is made for up to {most:,.0f}. "
            "Merge its tracks."
        )


class _Score:
    """Bars `first` to `last` (excluded) of a piece on the grid, as a music21 score."""

    def __init__(self, piece: Piece, music: Gridded, bars: Bars, first: int, last: int) -> None:
        self._piece = piece
        self._bars = [bars.bar(index) for index in range(first, last)]
        self._whole = first == 0
        self._ends = last == len(bars)
        self._keys = _keys_of(piece, music)
        self._most = _VOICES_PLAYED if music.played else _VOICES
        self._parts = parts_of(music)
        self._drums: dict[int, Any] = {}
        self.shortened = 0

    def musicxml(self) -> bytes:
        score = stream.Score(id="score")
        score.metadata = metadata.Metadata(title=_printable(_title(self._piece.name)))
        written_parts = [self._part(number, part) for number, part in enumerate(self._parts)]
        for staves in written_parts:
            for staff in staves:
                score.insert(0, staff)
        for staves in written_parts:
            if len(staves) > 1:
                score.insert(0, layout.StaffGroup(staves, symbol="brace", barTogether=True))
        for start, end, symbol in groups(self._parts):
            members = [staff for staves in written_parts[start : end + 1] for staff in staves]
            score.insert(0, layout.StaffGroup(members, symbol=symbol, barTogether=True))
        return _as_bytes(score)

    def _part(self, number: int, part: Part) -> list[Any]:
        made = []
        # A player alone needs no name on every line.
        short = _printable(part.short) if len(self._parts) > 1 else None
        for index, staff in enumerate(part.staves):
            kind = stream.PartStaff if len(part.staves) > 1 else stream.Part
            written_staff = kind(id=f"P{number + 1}" + (f"-{index + 1}" if index else ""))
            written_staff.partName = _printable(part.name)
            written_staff.partAbbreviation = short
            written_staff.insert(0, _instrument(number, part))
            for measure in self._measures(number == 0 and index == 0, part, staff):
                written_staff.coreAppend(measure)
            written_staff.coreElementsChanged()
            made.append(written_staff)
        return made

    def _measures(self, leads: bool, part: Part, staff: Staff) -> Iterable[Any]:
        if not self._bars:
            return
        drums = part.program == DRUMS
        sounds = _sounds(staff, self._bars, drums)
        held: list[set[int]] = []
        metre: Metre | None = None
        sign: Key | None = None
        tempos = _tempos(self._piece, self._bars, self._whole) if leads else {}
        for index, shape in enumerate(self._bars):
            measure = stream.Measure(number=shape.number)
            if index == 0:
                measure.clef = getattr(clef, staff.clef.name)()
                if shape.place:
                    measure.paddingLeft = shape.place / TICKS
            now = _at(self._keys, shape.start)
            if now != sign and not drums:
                measure.keySignature = _signature_of(now)
                sign = now
            if metre is None or (metre.beats, metre.unit) != (shape.metre.beats, shape.metre.unit):
                measure.timeSignature = meter.TimeSignature(
                    f"{shape.metre.beats}/{shape.metre.unit}"
                )
                metre = shape.metre
                if index == 0 and not self._whole:
                    measure.timeSignature.style.hideObjectOnPrint = True
            for bpm in tempos.get(index, ()):
                measure.insert(0, tempo.MetronomeMark(number=bpm, referent="quarter"))
            held = self._fill(measure, shape, sounds[index], held, now, drums)
            if index == len(self._bars) - 1 and self._ends:
                measure.rightBarline = bar.Barline("final")
            yield measure

    def _fill(
        self,
        measure: Any,
        shape: Bar,
        sounds: list[Sound],
        held: list[set[int]],
        now: Key,
        drums: bool,
    ) -> list[set[int]]:
        """Put the sounds of a bar into its measure; returns what each voice holds beyond it."""
        if not sounds:
            measure.coreInsert(0, _full_rest(shape))
            measure.coreElementsChanged()
            return []
        hands: list[Sound] = []
        if drums:
            feet = [s for s in sounds if s.pitches[0] in FEET]
            hands = [s for s in sounds if s.pitches[0] not in FEET]
            found = [voice for voice in (hands, feet) if voice]
        else:
            found, cut = voices(sounds, held, self._most)
            self.shortened += cut
        accidentals = _Accidentals(now)
        lines = [(voice, written(shape, voice)) for voice in found]
        ordered = sorted(
            ((atom.start, line) for line, (_, atoms) in enumerate(lines) for atom in atoms),
        )
        made: list[list[Any]] = [[] for _ in lines]
        waiting = [iter(atoms) for _, atoms in lines]
        for _, line in ordered:
            atom = next(waiting[line])
            made[line].append((atom, self._note(atom, accidentals, drums)))
        for line, notes in enumerate(made):
            _beam(shape, notes)
            if drums:
                _stems(notes, "up" if found[line] is hands else "down")
            _hide(notes, first=line == 0 and any(found[:1]))
            target = measure if len(lines) == 1 else stream.Voice(id=str(line + 1))
            for atom, element in notes:
                target.coreInsert(Fraction(atom.start - shape.start, TICKS), element)
            target.coreElementsChanged()
            if target is not measure:
                measure.coreInsert(0, target)
        measure.coreElementsChanged()
        return _beyond(found)

    def _note(self, atom: Atom, accidentals: _Accidentals, drums: bool) -> Any:
        length = _duration(atom)
        sound = atom.sound
        if sound is None:
            return note.Rest(duration=length)
        if drums:
            return self._strokes(sound, length)
        last = atom.start + atom.length == sound.end
        first = atom.start == sound.start
        tied = _tie(sound.tied_in or not first, sound.tied_out or not last)
        names = [accidentals.pitch(p, fresh=first and not sound.tied_in) for p in sound.pitches]
        if len(names) == 1:
            element = note.Note(names[0], duration=length)
        else:
            element = chord.Chord(names, duration=length)
        if tied:
            for member in element.notes if len(names) > 1 else [element]:
                member.tie = tie.Tie(tied)
        return element

    def _strokes(self, sound: Sound, length: Any) -> Any:
        members = []
        for number in sound.pitches:
            how = stroke(number)
            member = note.Unpitched(displayName=f"{how.step}{how.octave}", duration=length)
            member.notehead = how.head
            member.storedInstrument = self._drum(number)
            members.append(member)
        if len(members) == 1:
            return members[0]
        return percussion.PercussionChord(members, duration=length)

    def _drum(self, number: int) -> Any:
        if number not in self._drums:
            kit = instrument.UnpitchedPercussion()
            kit.instrumentId = f"D{number}"
            kit.instrumentName = "Drums"
            kit.percMapPitch = number
            kit.midiChannel = 9
            self._drums[number] = kit
        return self._drums[number]


class _Accidentals:
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


def _sounds(staff: Staff, shapes: list[Bar], drums: bool) -> list[list[Sound]]:
    """What sounds in each bar, cut at the bar lines: notes of one start and one end are a chord."""
    found: list[list[Sound]] = [[] for _ in shapes]
    edges = np.array([*(shape.start for shape in shapes), shapes[-1].end])
    end = _struck(staff, edges) if drums else staff.end
    kept = np.flatnonzero((staff.start < edges[-1]) & (end > edges[0]))
    chords: dict[tuple[int, int, bool], set[int]] = defaultdict(set)
    for k in kept.tolist():
        number = int(staff.pitch[k])
        foot = drums and number in FEET
        chords[int(staff.start[k]), int(end[k]), foot].add(number)
    for (start, stop, _), pitches in chords.items():
        index = max(int(np.searchsorted(edges, start, side="right")) - 1, 0)
        while index < len(shapes) and shapes[index].start < stop:
            shape = shapes[index]
            found[index].append(
                Sound(
                    max(start, shape.start),
                    min(stop, shape.end),
                    sorted(pitches),
                    tied_in=start < shape.start,
                    tied_out=stop > shape.end,
                )
            )
            index += 1
    return found


def _struck(staff: Staff, edges: Any) -> Any:
    """Ends of drum strokes: a drum is written up to the next stroke, for a beat at most."""
    end = staff.end.copy()
    feet = np.isin(staff.pitch, list(FEET))
    for limb in (feet, ~feet):
        known = np.unique(np.concatenate([staff.start[limb], edges]))
        following = known[
            np.minimum(np.searchsorted(known, staff.start[limb], side="right"), len(known) - 1)
        ]
        beat = (staff.start[limb] // TICKS + 1) * TICKS
        end[limb] = np.maximum(np.minimum(following, beat), staff.start[limb] + 3)
    return end


def _beyond(found: list[list[Sound]]) -> list[set[int]]:
    """The pitches that each voice ties into the next bar; voices after the last that does go."""
    held = [{*voice[-1].pitches} if voice and voice[-1].tied_out else set() for voice in found]
    while held and not held[-1]:
        held.pop()
    return held


def _hide(notes: list[Any], first: bool) -> None:
    """Rests of a second voice are room to count by, not to read."""
    if first:
        return
    for _, element in notes:
        if element.isRest:
            element.style.hideObjectOnPrint = True


def _stems(notes: list[Any], direction: str) -> None:
    for _, element in notes:
        if not element.isRest:
            element.stemDirection = direction


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


def _tie(into: bool, out: bool) -> str | None:
    return {(True, True): "continue", (True, False): "stop", (False, True): "start"}.get(
        (into, out)
    )


def _beam(shape: Bar, notes: list[Any]) -> None:
    """Beams as the metre groups them, found once for each rhythm."""
    pattern = tuple((atom.value, atom.triplet is not None, atom.sound is None) for atom, _ in notes)
    if not any(name in beam.beamableDurationTypes for (name, _), _, _ in pattern):
        return
    lengths = tuple(atom.length for atom, _ in notes)
    found = _beams(f"{shape.metre.beats}/{shape.metre.unit}", shape.place, pattern, lengths)
    for (_, element), beams in zip(notes, found, strict=True):
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


def _instrument(number: int, part: Part) -> Any:
    made = instrument.Instrument()
    made.instrumentId = f"I{number + 1}"
    made.instrumentName = name_of(part.program)
    made.partName = _printable(part.name)
    if part.program == DRUMS:
        made.midiChannel = 9
    else:
        made.midiProgram = part.program
        made.midiChannel = number % 9
    return made


def _signature_of(now: Key) -> Any:
    sign = key.KeySignature(now.sharps)
    return sign.asKey("minor" if now.minor else "major")


def _keys_of(piece: Piece, music: Gridded) -> list[tuple[int, Key]]:
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


def _at(changes: list[tuple[int, Key]], tick: int) -> Key:
    return [found for at, found in changes if at <= tick][-1]


def _tempos(piece: Piece, shapes: list[Bar], whole: bool) -> dict[int, list[float]]:
    """Bar index -> the tempos (quarter notes a minute) printed there: the first, real changes."""
    found: dict[int, list[float]] = {}
    edges = [shape.start for shape in shapes]
    now = 0.0
    for change in sorted(piece.tempos):
        tick = round(change.onset * TICKS)
        if tick >= shapes[-1].end:
            break
        if now and abs(change.bpm / now - 1) < _TEMPO_STEP:
            continue
        now = change.bpm
        if tick < edges[0] and not whole:
            continue
        index = max(int(np.searchsorted(edges, tick, side="right")) - 1, 0)
        found[index] = [round(change.bpm, 1) if change.bpm % 1 else int(change.bpm)]
    return found


def _title(name: str) -> str:
    return re.sub(r"\.(midi?|kar|rmi)$", "", name, flags=re.IGNORECASE)


_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _printable(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _UNWRITABLE.sub("\ufffd", text)


def _as_bytes(score: Any) -> bytes:
    """The score as MusicXML without what music21 adds by itself: date, names, random ids."""
    root = ScoreExporter(score, makeNotation=False).parse()
    for credit in root.findall("identification") + root.findall("defaults"):
        root.remove(credit)
    for number, part in enumerate(root.findall("part"), start=1):
        old = part.get("id", "")
        part.set("id", f"P{number}")
        for listed in root.iter("score-part"):
            if listed.get("id") == old:
                listed.set("id", f"P{number}")
    return (_DOCTYPE + ElementTree.tostring(root, encoding="unicode")).encode()
