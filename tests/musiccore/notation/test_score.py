"""A piece written down and read back by music21 is the same piece."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musiccore.notation.bars import bars_of, count_bars, levels
from musiccore.notation.score import notate
from musiccore.notation.terms import NotationError
from musiccore.piece import DRUMS, Key, Metre, Piece, Tempo, Track
from tests.musiccore.notation.scores import expected, measures, melody, piece_of, read, sounding


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
