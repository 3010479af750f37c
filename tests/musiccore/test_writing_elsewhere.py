"""What Gruve writes is the same music to three parsers that have nothing to do with each other."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import mido
import music21
import pretty_midi
import pytest

from musiccore.piece import DRUMS, Metre, Piece, Tempo, Track
from musiccore.writing import to_midi


class Part(NamedTuple):
    """`notes` are (onset and end in quarter notes, pitch), counted."""

    name: str
    program: int
    notes: Counter[tuple[Fraction, Fraction, int]]


class Heard(NamedTuple):
    tempos: list[tuple[float, float]]
    metres: list[tuple[float, int, int]]
    parts: list[Part]


def by_mido(midi: bytes) -> Heard:
    file = mido.MidiFile(file=io.BytesIO(midi), charset="utf-8")
    tempos, metres, parts = [], [], []
    for track in file.tracks:
        now, program, channel, down = 0, -1, -1, {}
        notes: Counter[tuple[Fraction, Fraction, int]] = Counter()
        for message in track:
            now += message.time
            at = Fraction(now, file.ticks_per_beat)
            if message.type == "set_tempo":
                tempos.append((float(at), mido.tempo2bpm(message.tempo)))
            elif message.type == "time_signature":
                metres.append((float(at), message.numerator, message.denominator))
            elif message.type == "program_change":
                program, channel = message.program, message.channel
            elif message.type == "note_on" and message.velocity:
                assert message.channel == channel
                down[message.note] = at
            elif message.type in ("note_on", "note_off"):
                notes[down.pop(message.note), at, message.note] += 1
        assert not down
        if notes:
            parts.append(Part(track.name, DRUMS if channel == 9 else program, notes))
    return Heard(tempos, metres, parts)


def by_pretty_midi(midi: bytes) -> Heard:
    file = pretty_midi.PrettyMIDI(io.BytesIO(midi))

    def quarters(seconds: float) -> Fraction:
        return Fraction(int(file.time_to_tick(seconds)), file.resolution)

    def part(instrument: pretty_midi.Instrument) -> Part:
        notes = Counter((quarters(n.start), quarters(n.end), n.pitch) for n in instrument.notes)
        return Part(
            instrument.name.encode("latin-1").decode(),  # how mido takes a name, by default
            DRUMS if instrument.is_drum else int(instrument.program),
            notes,
        )

    at, bpm = file.get_tempo_changes()
    return Heard(
        [(float(quarters(second)), float(b)) for second, b in zip(at, bpm, strict=True)],
        [
            (float(quarters(s.time)), s.numerator, s.denominator)
            for s in file.time_signature_changes
        ],
        [part(instrument) for instrument in file.instruments],
    )


def by_music21(midi: bytes) -> Heard:
    score = music21.midi.translate.midiStringToStream(
        midi, quantizePost=False, quarterLengthDivisors=(480,)
    )
    tempos = sorted(
        {
            (float(m.getOffsetInHierarchy(score)), float(m.number))
            for m in score.recurse().getElementsByClass("MetronomeMark")
        }
    )
    metres = sorted(
        {
            (float(m.getOffsetInHierarchy(score)), m.numerator, m.denominator)
            for m in score.parts[0].recurse().getElementsByClass("TimeSignature")
        }
    )
    parts = []
    for stream in score.parts:
        flat = stream.stripTies().flatten()
        notes: Counter[tuple[Fraction, Fraction, int]] = Counter()
        for sounding in flat.notes:
            start = Fraction(sounding.offset)
            end = start + Fraction(sounding.quarterLength)
            drums = isinstance(sounding, music21.note.Unpitched)
            for pitch in (
                [sounding.storedInstrument.percMapPitch]
                if drums
                else [pitch.midi for pitch in sounding.pitches]
            ):
                notes[start, end, int(pitch)] += 1
        instrument = next(iter(stream.recurse().getElementsByClass("Instrument")))
        kit = isinstance(instrument, music21.instrument.UnpitchedPercussion)
        parts.append(Part(stream.partName, DRUMS if kit else instrument.midiProgram, notes))
    return Heard(tempos, metres, parts)


PARSERS: dict[str, Callable[[bytes], Heard]] = {
    "mido": by_mido,
    "pretty_midi": by_pretty_midi,
    "music21": by_music21,
}


def notes(*rows: tuple[float, float, int]) -> list[tuple[float, float, int, int]]:
    return [(onset, length, pitch, 80) for onset, length, pitch in rows]


BAND = Piece(
    "band",
    (
        Track.of(notes((0, 1, 67), (1, 0.5, 69), (2, 3, 71), (6, 1.5, 72)), 40, "Violin"),
        Track.of(notes((0, 2, 48), (0, 2, 55), (4, 4, 50)), 24, "Guitarra española"),
        Track.of(notes((0, 0.25, 36), (1, 0.25, 38), (7.5, 0.25, 42)), DRUMS, "Drums"),
    ),
    tempos=(Tempo(0.0, 96.0), Tempo(4.0, 125.0)),
    metres=(Metre(0.0, 3, 4), Metre(6.0, 6, 8)),
)


def expected(piece: Piece) -> list[Part]:
    return [
        Part(
            track.name,
            track.program,
            Counter(
                (Fraction(on), Fraction(on + length), int(pitch))
                for on, length, pitch in zip(track.onset, track.duration, track.pitch, strict=True)
            ),
        )
        for track in piece.tracks
    ]


@pytest.mark.parametrize("parser", PARSERS)
def test_tempo_metre_names_instruments_and_notes(parser: str) -> None:
    heard = PARSERS[parser](to_midi(BAND))
    assert heard.tempos == [(0.0, pytest.approx(96.0)), (4.0, pytest.approx(125.0))]
    assert heard.metres == [(0.0, 3, 4), (6.0, 6, 8)]
    assert heard.parts == expected(BAND)


CROWD = Piece(
    "crowd",
    (
        *(
            Track.of(
                notes(*((k + n / 4, 0.25, 40 + k) for n in range(21 - k))), k * 5, f"Part {k + 1}"
            )
            for k in range(20)
        ),
        Track.of(notes((0, 0.25, 36), (3, 0.25, 38)), DRUMS, "Drums"),
    ),
)
"""Twenty programs and drums: more than there are channels."""


@pytest.mark.parametrize("parser", PARSERS)
def test_more_programs_than_channels_stay_apart(parser: str) -> None:
    assert PARSERS[parser](to_midi(CROWD)).parts == expected(CROWD)
