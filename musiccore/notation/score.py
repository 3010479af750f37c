"""`Piece` -> MusicXML: what to write is found with NumPy, music21 writes it.

music21's own way from MIDI to notation (`makeNotation`) takes minutes for a long piece and puts
every overlap into a voice of its own; here its objects are made as they shall be printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count, cycle
from typing import Any
from xml.etree import ElementTree

from music21 import instrument, layout, metadata, stream
from music21.musicxml.m21ToXml import ScoreExporter

from musiccore.bounds import bound
from musiccore.instruments import name_of
from musiccore.notation.bars import TICKS, bars_of, count_bars
from musiccore.notation.grid import gridded
from musiccore.notation.measures import Frame, StaffWriter
from musiccore.notation.signs import keys_of, tempos
from musiccore.notation.staves import Part, groups, parts_of
from musiccore.notation.terms import MAX_BARS, MAX_PARTS, Notation, NotationError
from musiccore.piece import DRUMS, Piece

_DRUM_CHANNEL = 10
_VOICES = 4
_VOICES_PLAYED = 2  # of a performance: overlaps are how it was played
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
    frame = Frame(
        bars=tuple(counted.bar(index) for index in range(first, last)),
        keys=keys_of(piece, music),
        begins=first == 0,
        ends=last == len(counted),
        voices=_VOICES_PLAYED if music.played else _VOICES,
    )
    score, shortened = _score(piece, parts_of(music), frame)
    return Notation(
        musicxml=_as_bytes(score),
        first=frame.bars[0].number,
        last=frame.bars[-1].number,
        bars=len(counted),
        place=first,
        moved=music.moved,
        shortened=shortened,
        start=frame.bars[0].start / TICKS,
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


def _score(piece: Piece, parts: tuple[Part, ...], frame: Frame) -> tuple[Any, int]:
    """The music21 score, and how many notes were cut short for want of voices."""
    score = stream.Score(id="score")
    score.metadata = metadata.Metadata(movementName=_printable(_title(piece.name)))
    # music21 gives up where channels are used twice; the real ones are written at the end.
    lines = count()
    marks = tempos(piece, frame.bars, frame.begins)
    made: list[list[Any]] = []
    shortened = 0
    for number, part in enumerate(parts):
        made.append(_staves(number, part, lines, alone=len(parts) == 1))
        for written, staff in zip(made[-1], part.staves, strict=True):
            writer = StaffWriter(frame, staff)
            leads = number == 0 and written is made[0][0]
            for measure in writer.measures(marks if leads else {}):
                written.coreAppend(measure)
            for pitch, drum in writer.kit.items():
                drum.instrumentId = f"I{number + 1}-{pitch}"
                drum.midiChannel = next(lines)
                written.coreInsert(0, drum)
            written.coreElementsChanged()
            score.insert(0, written)
            shortened += writer.shortened
    for staves in made:
        if len(staves) > 1:
            score.insert(0, layout.StaffGroup(staves, symbol="brace", barTogether=True))
    for start, end, symbol in groups(parts):
        members = [staff for staves in made[start : end + 1] for staff in staves]
        score.insert(0, layout.StaffGroup(members, symbol=symbol, barTogether=True))
    return score, shortened


def _staves(number: int, part: Part, lines: Iterator[int], alone: bool) -> list[Any]:
    """The empty staves of a part; a player `alone` needs no name on every line."""
    made = []
    for index in range(len(part.staves)):
        kind = stream.PartStaff if len(part.staves) > 1 else stream.Part
        staff = kind(id=f"P{number + 1}" + (f"-{index + 1}" if index else ""))
        staff.partName = _printable(part.name)
        staff.partAbbreviation = None if alone else _printable(part.short)
        staff.insert(0, _instrument(number, part, next(lines)))
        made.append(staff)
    return made


def _instrument(number: int, part: Part, channel: int) -> Any:
    made = instrument.Instrument()
    made.instrumentId = f"I{number + 1}"
    made.instrumentName = name_of(part.program)
    made.partName = _printable(part.name)
    made.midiChannel = channel
    if part.program != DRUMS:
        made.midiProgram = part.program
    return made


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
    melodic = cycle(channel for channel in range(1, 17) if channel != _DRUM_CHANNEL)
    for played in root.iter("midi-instrument"):
        channel = played.find("midi-channel")
        if channel is not None:
            drum = played.find("midi-unpitched") is not None
            channel.text = str(_DRUM_CHANNEL if drum else next(melodic))
    return (_DOCTYPE + ElementTree.tostring(root, encoding="unicode")).encode()
