"""A piece written down and read back by music21 is the same piece."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import music21
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musiccore.notation.bars import TICKS, bars_of, count_bars, levels
from musiccore.notation.grid import gridded
from musiccore.notation.score import notate
from musiccore.notation.spelling import spelled
from musiccore.notation.terms import NotationError
from musiccore.piece import DRUMS, Key, Metre, Piece, Tempo, Track
from musiccore.starters import load_starter

C_MAJOR = Key(0.0, 0, False)
Written = list[tuple[int, int, int]]


def melody(*lengths: float, pitch: int = 60, start: float = 0.0) -> list[Any]:
    """Notes one after the other, each a step higher."""
    onsets = start + np.concatenate(([0.0], np.cumsum(lengths)[:-1]))
    return [
        (on, d, pitch + i % 12, 80) for i, (on, d) in enumerate(zip(onsets, lengths, strict=True))
    ]


def piece_of(*tracks: Track, **fields: Any) -> Piece:
    return Piece("tune.mid", tracks, **{"keys": (C_MAJOR,), **fields})


def read(musicxml: bytes) -> Any:
    """The score; keep it while its parts are looked at, which know it by weak references only."""
    return music21.converter.parseData(musicxml.decode(), format="musicxml", forceSource=True)


def sounding(part: Any) -> Written:
    """(onset, length, pitch) of every note in ticks, ties joined (music21's own way needs voices
    that stay the same)."""
    found: Written = []
    tied: dict[tuple[int, int], int] = {}  # (end, pitch) of a note that is tied on -> its index
    rows = sorted(
        ((n, member) for n in part.flatten().notes for member in getattr(n, "notes", [n])),
        key=lambda row: row[0].offset,
    )
    for n, member in rows:
        start, length = round(n.offset * TICKS), round(n.quarterLength * TICKS)
        kind, pitch = member.tie.type if member.tie else "", member.pitch.midi
        if kind in {"continue", "stop"}:
            index = tied.pop((start, pitch))
            found[index] = (found[index][0], found[index][1] + length, pitch)
        else:
            index = len(found)
            found.append((start, length, pitch))
        if kind in {"start", "continue"}:
            tied[start + length, pitch] = index
    assert not tied
    return sorted(found)


def expected(track: Track) -> Written:
    rows = zip(track.onset, track.duration, track.pitch, strict=True)
    return sorted((round(on * TICKS), round(d * TICKS), int(pitch)) for on, d, pitch in rows)


def measures(musicxml: bytes) -> list[Any]:
    return list(read(musicxml).parts[0].getElementsByClass("Measure"))


# What is written is what was there


def test_notes_parts_tempo_metre_and_key_come_back() -> None:
    upper = Track.of(melody(1, 0.5, 0.5, 1.5, 0.25, 0.25, 2, 3), program=40, name="Geige")
    lower = Track.of([(0, 4, 48, 80), (0, 4, 55, 80), (4, 5, 50, 80)], program=42)
    piece = piece_of(
        upper,
        lower,
        tempos=(Tempo(0.0, 96.0), Tempo(4.0, 60.0)),
        metres=(Metre(0.0, 4, 4), Metre(4.0, 3, 4)),
        keys=(Key(0.0, -2, True), Key(4.0, 1, False)),
    )
    found = notate(piece)
    score = read(found.musicxml)
    assert [sounding(part) for part in score.parts] == [expected(upper), expected(lower)]
    assert [part.partName for part in score.parts] == ["Geige", "Cello"]
    assert [part.getInstrument().midiProgram for part in score.parts] == [40, 42]
    top = score.parts[0].flatten()
    assert [(t.offset, t.number) for t in top["MetronomeMark"]] == [(0, 96), (4, 60)]
    assert [(t.offset, t.ratioString) for t in top["TimeSignature"]] == [(0, "4/4"), (4, "3/4")]
    signs = [(k.offset, k.sharps, k.mode) for k in top["KeySignature"]]
    assert signs == [(0, -2, "minor"), (4, 1, "major")]
    assert score.metadata.movementName == "tune"
    assert found.moved.notes == found.moved.lengths == found.shortened == 0
    assert (found.first, found.last, found.bars) == (1, 3, 3)


@st.composite
def music(draw: st.DrawFn) -> Piece:
    """Up to two voices on one staff, on a grid of 16ths and triplets, under any usual metre."""
    beats, unit = draw(st.sampled_from([(4, 4), (3, 4), (2, 2), (6, 8), (9, 8), (5, 8), (7, 4)]))
    notes = []
    for pitch in draw(st.sampled_from([(64,), (64, 72)])):
        now = draw(st.integers(0, 3)) * 1.0
        for _ in range(draw(st.integers(1, 8))):
            steps = draw(st.sampled_from([(0.25, 0.75), (0.5,), (1.0,), (2.5, 0.5), (1 / 3,) * 3]))
            if len(steps) < 3 or unit == 4:
                for k, length in enumerate(steps):
                    notes.append((now, length, pitch + k, 80))
                    now += length
            now += draw(st.sampled_from([0.0, 0.0, 1.0]))
    return piece_of(Track.of(notes or [(0, 1, 60, 80)]), metres=(Metre(0.0, beats, unit),))


@settings(max_examples=25, deadline=None)
@given(music())
def test_music_on_the_grid_comes_back_unchanged(piece: Piece) -> None:
    found = notate(piece)
    assert found.moved.notes == 0
    want = expected(piece.tracks[0])
    first = bars_of(piece).beginning_at(want[0][0]).start[0]
    score = read(found.musicxml)
    got = sorted(n for part in score.parts for n in sounding(part))
    assert got == [(start - first, length, pitch) for start, length, pitch in want]


@pytest.mark.parametrize(
    ("lengths", "values"),
    [
        ((4,), [["whole"]]),
        ((0.5, 1, 0.5, 1, 1), [["eighth", "quarter", "eighth", "quarter", "quarter"]]),
        ((1, 1.5, 1.5), [["quarter", "quarter", "eighth", "quarter."]]),
        ((1.25, 2.75), [["quarter", "16th", "eighth.", "half"]]),
        ((3, 3, 2), [["half.", "quarter"], ["half", "half"]]),
        ((2 / 3, 2 / 3, 2 / 3, 2), [["quarter3", "quarter3", "quarter3", "half"]]),
        ((1 / 3, 2 / 3, 1, 2), [["eighth3", "quarter3", "quarter", "half"]]),
        ((0.5, 1 / 6, 1 / 6, 1 / 6, 3), [["eighth", "16th3", "16th3", "16th3", "half."]]),
    ],
)
def test_a_reader_sees_every_beat(lengths: tuple[float, ...], values: list[list[str]]) -> None:
    found = measures(notate(piece_of(Track.of(melody(*lengths)))).musicxml)
    assert [
        [n.duration.type + "." * n.duration.dots + "3" * len(n.duration.tuplets) for n in m.notes]
        for m in found
    ] == values


def test_bars_of_six_eighths_divide_in_two() -> None:
    piece = piece_of(Track.of(melody(1, 1, 1)), metres=(Metre(0.0, 6, 8),))
    (bar,) = measures(notate(piece).musicxml)
    assert [n.quarterLength for n in bar.notes] == [1, 0.5, 0.5, 1]
    assert levels(Metre(0.0, 6, 8))[:3] == (144, 72, 24)


def test_music_that_starts_late_in_its_bar_starts_with_a_pickup() -> None:
    found = notate(piece_of(Track.of(melody(1, 4, 4, start=3))))
    bars = measures(found.musicxml)
    assert [(bar.number, bar.duration.quarterLength) for bar in bars] == [(0, 1), (1, 4), (2, 4)]
    assert (found.first, found.last, found.bars) == (0, 2, 3)
    late = measures(notate(piece_of(Track.of(melody(3, 4, start=1)))).musicxml)
    assert (late[0].number, late[0].notesAndRests[0].isRest) == (1, True)


def test_some_bars_of_a_long_piece() -> None:
    piece = piece_of(Track.of(melody(*[1.0] * 400)))
    found = notate(piece, 32, 8)
    assert (found.first, found.last, found.bars, found.place) == (33, 40, 100, 32)
    bars = measures(found.musicxml)
    assert [bar.number for bar in bars] == list(range(33, 41))
    assert [n.pitch.midi for n in bars[0].notes] == piece.tracks[0].pitch[128:132].tolist()
    assert "print-object" in found.musicxml.decode()  # the metre is known by then
    assert notate(piece, 10_000, 8).first == 100


def test_the_same_piece_gives_the_same_bytes() -> None:
    drums = Track.of([(0, 1, 36, 90), (0, 1, 42, 90)], DRUMS)
    piano = Track.of([(0, 1, 40, 80), (0, 1, 80, 80)])
    piece = piece_of(Track.of(melody(1, 1)), piano, piano, drums, drums)
    written = notate(piece).musicxml
    assert notate(piece).musicxml == written
    assert b"date" not in written
    assert b"Music21" not in written


# Staves


def test_every_player_reads_the_usual_clef() -> None:
    clefs = {
        (40, 70): "TrebleClef",
        (41, 60): "AltoClef",
        (42, 45): "BassClef",
        (52, 43): "BassClef",
        (25, 55): "Treble8vbClef",
        (33, 35): "Bass8vbClef",
    }
    tracks = [Track.of(melody(1, 1, pitch=pitch), program) for program, pitch in clefs]
    score = read(notate(piece_of(*tracks)).musicxml)
    assert [p.flatten()["Clef"][0].classes[0] for p in score.parts] == list(clefs.values())


def test_a_choir_reads_the_clefs_of_its_voices() -> None:
    score = read(notate(load_starter("bach-chorales")[0]).musicxml)
    assert [p.flatten()["Clef"][0].classes[0] for p in score.parts] == [
        "TrebleClef",
        "TrebleClef",
        "Treble8vbClef",
        "BassClef",
    ]


def test_a_piano_of_wide_range_gets_two_staves_in_a_brace() -> None:
    notes = [n for k in range(8) for n in ((k, 1, 40 + k, 80), (k, 1, 72 + k, 80))]
    score = read(notate(piece_of(Track.of(notes))).musicxml)
    right, left = score.parts
    assert [n[2] for n in sounding(right)] == list(range(72, 80))
    assert [n[2] for n in sounding(left)] == list(range(40, 48))


def test_players_of_one_name_are_numbered() -> None:
    tracks = [Track.of(melody(1), 40), Track.of(melody(1), 40), Track.of(melody(1), 41)]
    score = read(notate(piece_of(*tracks)).musicxml)
    assert [part.partName for part in score.parts] == ["Violin 1", "Violin 2", "Viola"]


def test_drums_stand_on_a_staff_of_their_own() -> None:
    beat = [(k / 2, 0.1, 42, 90) for k in range(8)] + [(0, 0.1, 36, 90), (2, 0.1, 38, 90)]
    xml = notate(piece_of(Track.of(beat, DRUMS))).musicxml
    score = read(xml)
    (part,) = score.parts
    assert isinstance(part.flatten()["Clef"][0], music21.clef.PercussionClef)
    heads = [
        (float(n.getOffsetInHierarchy(part)), member.displayStep)
        for n in part.recurse().notes
        for member in (n.notes if isinstance(n, music21.percussion.PercussionChord) else [n])
    ]
    assert sorted(heads) == sorted([(k / 2, "G") for k in range(8)] + [(0.0, "F"), (2.0, "C")])
    assert xml.count(b"<midi-unpitched>") == 3


def test_overlaps_are_voices_and_too_many_are_cut() -> None:
    two = piece_of(Track.of([(0, 4, 50, 80), *melody(1, 1, 1, 1, pitch=70)], 48))
    (bar,) = measures(notate(two).musicxml)
    assert [len(voice.notes) for voice in bar.voices] == [4, 1]
    many = piece_of(Track.of([(k / 4, 4 - k / 4, 60 + 2 * k, 80) for k in range(8)]))
    found = notate(many)
    assert found.shortened > 0
    score = read(found.musicxml)
    assert sorted(n[2] for n in sounding(score.parts[0])) == list(range(60, 76, 2))


# Names of notes


@pytest.mark.parametrize(
    ("key", "names"),
    [
        (Key(0, 0, False), "C C# D Eb E F F# G G# A Bb B"),
        (Key(0, 0, True), "C C# D D# E F F# G G# A Bb B"),
        (Key(0, -3, True), "C Db D Eb E F F# G Ab A Bb B"),
        (Key(0, 4, False), "B# C# D D# E E# F# G G# A A# B"),
    ],
)
def test_pitches_are_spelled_as_the_key_has_them(key: Key, names: str) -> None:
    found = [spelled(pitch, key) for pitch in range(60, 72)]
    accidentals = {-1: "b", 0: "", 1: "#", 2: "##"}
    assert " ".join(f"{s.step}{accidentals[s.alter]}" for s in found) == names
    for pitch, (step, alter, octave) in enumerate(found, start=60):
        assert music21.pitch.Pitch(step=step, octave=octave).midi + alter == pitch


def test_an_accidental_is_printed_once_a_bar_and_taken_back() -> None:
    pitches = [66, 66, 65, 66, 66]
    piece = piece_of(Track.of([(k, 1, pitch, 80) for k, pitch in enumerate(pitches)]))
    xml = notate(piece).musicxml.decode()
    printed = ["<accidental>" in note for note in xml.split("<note>")[1:6]]
    assert printed == [True, False, True, True, True]


def test_without_a_key_of_its_own_a_piece_is_heard() -> None:
    scale = [(k, 1, pitch, 80) for k, pitch in enumerate((62, 64, 66, 67, 69, 71, 73, 74, 69, 62))]
    score = read(notate(piece_of(Track.of(scale), keys=())).musicxml)
    assert score.flatten()["KeySignature"][0].sharps == 2
    late = piece_of(Track.of(scale), keys=(Key(8.0, -4, False),))
    signs = read(notate(late).musicxml).flatten()["KeySignature"]
    assert [sign.sharps for sign in signs] == [2, -4]


# Performances


def played(seed: int = 0) -> tuple[Piece, Piece]:
    """A tune, and the same with onsets and lengths as a player has them."""
    random = np.random.default_rng(seed)
    tune = melody(*[0.5, 0.5, 1, 1 / 3, 1 / 3, 1 / 3, 1] * 8)
    freely = [
        (max(on + random.normal(0, 0.025), 0), d * random.uniform(0.8, 1.1), pitch, v)
        for on, d, pitch, v in tune
    ]
    return piece_of(Track.of(tune)), piece_of(Track.of(freely))


def test_a_performance_is_quantized_and_says_how_far() -> None:
    tune, freely = played()
    found = notate(freely)
    assert 0 < found.moved.mean < found.moved.most <= 1 / 8
    assert len(tune) * 0.8 < found.moved.notes <= found.moved.of == len(tune)
    score = read(found.musicxml)
    assert sounding(score.parts[0]) == expected(tune.tracks[0])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0.02, 5)), min_size=1, max_size=40))
def test_no_onset_moves_further_than_half_a_step(rows: list[tuple[float, float]]) -> None:
    piece = piece_of(Track.of([(on, d, 60 + i, 80) for i, (on, d) in enumerate(rows)]))
    music = gridded(piece, bars_of(piece))
    (placed,) = music.tracks
    assert np.all(np.abs(placed.start / TICKS - placed.track.onset) <= 1 / 6 + 1e-9)
    assert np.all(placed.end > placed.start)
    assert notate(piece).musicxml


def test_staccato_is_not_written_as_rests() -> None:
    short = piece_of(Track.of([(k, 0.8, 60 + k, 80) for k in range(4)]))
    found = notate(short)
    assert found.moved.notes == 0
    assert found.moved.lengths == 4
    score = read(found.musicxml)
    assert [n[1] for n in sounding(score.parts[0])] == [48] * 4


# What cannot be written


@pytest.mark.parametrize(
    ("piece", "sentence"),
    [
        (Piece("void.mid", ()), "void.mid has no notes"),
        (piece_of(Track.of([(1e9, 1, 60, 80)])), "bars; sheet music is made for up to 20,000"),
        (piece_of(*[Track.of(melody(1))] * 65), "65 parts; sheet music is made for up to 64"),
    ],
)
def test_a_sentence_says_why_there_is_none(piece: Piece, sentence: str) -> None:
    with pytest.raises(NotationError, match=sentence):
        notate(piece)


def test_bounds_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    piece = piece_of(Track.of(melody(4, 4, 4)))
    assert count_bars(piece) == len(bars_of(piece)) == 3
    monkeypatch.setenv("GRUVE_MAX_SHEET_BARS", "2")
    with pytest.raises(NotationError, match="up to 2"):
        notate(piece)


@pytest.mark.parametrize("metre", [Metre(0.0, 4, 3), Metre(0.0, 255, 4), Metre(0.0, 1, 128)])
def test_a_metre_that_nobody_can_write_counts_as_common_time(metre: Metre) -> None:
    piece = piece_of(Track.of(melody(1, 1)), metres=(metre,))
    assert read(notate(piece).musicxml).flatten()["TimeSignature"][0].ratioString == "4/4"


def test_names_of_strangers_are_text() -> None:
    wicked = "<script>alert(1)</script>&\x00\ud800"
    piece = replace(piece_of(Track.of(melody(1), name=wicked)), name=f"{wicked}.mid")
    score = read(notate(piece).musicxml)
    assert "<script>alert(1)</script>&" in score.parts[0].partName
