"""Players have staves, clefs and voices as in print; notes are named as their key has them."""

from __future__ import annotations

import music21
import pytest

from musiccore.notation.score import notate
from musiccore.notation.spelling import spelled
from musiccore.piece import DRUMS, Key, Track
from musiccore.starters import load_starter
from tests.musiccore.notation.scores import measures, melody, piece_of, read, sounding


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
