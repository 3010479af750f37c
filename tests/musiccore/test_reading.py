"""Reading takes what a visitor would call MIDI and refuses the rest by name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musiccore.limits import Limits
from musiccore.piece import DRUMS, Key, Metre, Piece, Tempo
from musiccore.reading import ReadingError, read_file, read_midi
from musiccore.reasons import REASONS
from tests.musiccore.midi import (
    END,
    SCALE,
    header,
    key,
    meta,
    metre,
    note,
    off,
    on,
    program,
    song,
    tempo,
    title,
    track,
)
from tests.musiccore.wild import ORCHESTRA, check

HTML = b"<!DOCTYPE html><html><body>404 not found</body></html>"
LONG_WAIT = meta(0x01, b"", wait=0x0FFFFFFF)  # the longest that four bytes can say


def notes_of(piece: Piece) -> list[list[tuple[float, float, int]]]:
    """(onset, duration, pitch) of each track."""
    return [
        list(zip(t.onset.tolist(), t.duration.tolist(), t.pitch.tolist(), strict=True))
        for t in piece.tracks
    ]


def test_notes_come_in_quarter_notes_with_their_signs() -> None:
    data = (
        header(tracks=3)
        + track(title(b"conductor"), metre(3, 2), key(-3, 1), tempo(600_000))
        + track(title(b" Violin I \x00"), program(40), note(60, 240), on(240, 62, 99), off(480, 62))
        + track(note(36, 120, channel=9), tempo(300_000, wait=480))
    )
    piece = read_midi("waltz.mid", data)
    assert [t.program for t in piece.tracks] == [40, DRUMS]
    assert [t.name for t in piece.tracks] == ["Violin I", ""]
    assert notes_of(piece) == [[(0, 0.5, 60), (1, 1, 62)], [(0, 0.25, 36)]]
    assert piece.tracks[0].velocity.tolist() == [64, 99]
    assert piece.metres == (Metre(0, 3, 4),)
    assert piece.keys == (Key(0, -3, True),)
    assert piece.tempos == (Tempo(0, 100), Tempo(1.25, 200)), "also outside the first track"
    assert piece.repairs == ()
    assert {c.dtype.name for c in (piece.tracks[0].onset, piece.tracks[0].duration)} == {"float64"}
    assert {c.dtype.name for c in (piece.tracks[0].pitch, piece.tracks[0].velocity)} == {"int16"}


def test_chords_rise_and_grace_notes_stay() -> None:
    chord = on(0, 67), on(0, 60), on(0, 64), off(240, 64), off(0, 67), off(240, 60)
    # The second track starts later than the first one ends: that is no rise within a track.
    data = header(tracks=2) + track(*chord) + track(on(960, 72), off(0, 72), note(71))
    assert notes_of(read_midi("chord.mid", data)) == [
        [(0, 1, 60), (0, 0.5, 64), (0, 0.5, 67)],
        [(2, 1, 71), (2, 0, 72)],
    ]


def test_a_program_change_starts_another_track() -> None:
    data = song(program(5), note(60), program(9), note(62), program(5), note(64))
    piece = read_midi("two.mid", data)
    assert [t.program for t in piece.tracks] == [5, 9]
    assert notes_of(piece) == [[(0, 1, 60), (2, 1, 64)], [(1, 1, 62)]]


BAD = {
    "empty": ("empty", b""),
    "web page": ("not_midi", HTML),
    "web page after a byte-order mark": ("not_midi", b"\xef\xbb\xbf\n" + HTML),
    "zip": ("not_midi", b"PK\x03\x04" + SCALE),
    "rar": ("not_midi", b"Rar!\x1a\x07\x00" + SCALE),
    "png": ("not_midi", b"\x89PNG\r\n\x1a\n" + bytes(50)),
    "mp3": ("not_midi", b"ID3\x04" + bytes(50)),
    "pdf": ("not_midi", b"%PDF-1.7\n"),
    "program": ("not_midi", b"MZ" + bytes(50) + SCALE),
    "text": ("not_midi", b"X:1\nT:A tune\nK:G\nGABc|\n"),
    "unknown": ("not_midi", bytes(range(256))),
    "half a header": ("damaged", SCALE[:10]),
    "short header": ("damaged", b"MThd" + (4).to_bytes(4, "big") + SCALE[8:]),
    "cut in an event": ("truncated", SCALE[:-9]),
    "cut behind an event": ("truncated", SCALE[:-4]),
    "track of 4 GB": ("truncated", header() + b"MTrk\xff\xff\xff\xff" + note(60) + END),
    "no status": ("damaged", song(b"\x00\x3c\x40")),
    "header alone": ("no_notes", header(tracks=0)),
    "no tracks of those announced": ("no_notes", header(tracks=5)),
    "text only": ("no_notes", song(meta(0x01, b"la la"))),
    "never ending notes only": ("no_notes", song(on(0, 60), on(10, 62))),
    "division 0": ("no_time_base", song(note(60), division=0)),
    "no such film": ("no_time_base", song(note(60), division=0x9028)),
    "frames without ticks": ("no_time_base", song(note(60), division=0xE700)),
    "before its start": ("impossible_times", song(note(60), *[LONG_WAIT] * 9, note(60))),
    "longer than can be counted": ("no_notes", song(on(0, 60), *[LONG_WAIT] * 8, off(9, 60))),
    "years long": ("too_long", song(note(60), *[LONG_WAIT] * 7, note(60))),
}


@pytest.mark.parametrize(("reason", "data"), BAD.values(), ids=BAD.keys())
def test_bad_bytes_are_refused_by_name(reason: str, data: bytes) -> None:
    piece, report = read_file("my song.mid", data)
    assert piece is None
    assert (report.status, report.reason) == ("refused", reason)
    assert "my song.mid" in report.message
    with pytest.raises(ReadingError) as caught:
        read_midi("my song.mid", data)
    assert (caught.value.reason, str(caught.value)) == (reason, report.message)


@pytest.mark.parametrize(
    ("data", "words"),
    [(BAD["zip"][1], "ZIP archive"), (BAD["mp3"][1], "MP3"), (HTML, "web page")],
)
def test_what_is_no_midi_is_named(data: bytes, words: str) -> None:
    assert words in read_file("a.mid", data)[1].message


REPAIRED = {
    "foreign bytes in front": (bytes(128) + SCALE, "128 bytes"),
    "byte-order mark": (b"\xef\xbb\xbf" + SCALE, "3 bytes"),
    "more tracks than announced": (
        header(tracks=0) + track(*(note(60) for _ in range(8))),
        "announces 0 tracks; it holds 1",
    ),
    "fewer tracks than announced": (
        header(tracks=65_535) + track(*(note(60) for _ in range(8))),
        "announces 65,535 tracks; it holds 1",
    ),
    "unknown format": (header(form=7) + track(*(note(60) for _ in range(8))), "format 7"),
    "velocity over 127": (song(b"\x00\x90\x3c\xc0", off(480, 60), *[note(60)] * 7), "over 127"),
    "tempo 0": (song(tempo(0), *[note(60)] * 8), "Tempos over 2,000"),
    "bar of nothing": (song(metre(0, 2), *[note(60)] * 8), "Time signatures"),
    "beats of nothing": (song(metre(4, 255), *[note(60)] * 8), "Time signatures"),
    "nine sharps": (song(key(9), *[note(60)] * 8), "Key signatures"),
    "a note that never ends": (song(on(0, 90), *[note(60)] * 8), "1 note never ends"),
    "many that never end": (
        song(*(on(1, 90, channel=c) for c in (0, 15) for _ in range(100)), *[note(60)] * 8),
        "200 notes never end",
    ),
}


@pytest.mark.parametrize(("data", "words"), REPAIRED.values(), ids=REPAIRED.keys())
def test_what_can_be_repaired_is_read_and_says_so(data: bytes, words: str) -> None:
    piece, report = read_file("old.mid", data)
    assert piece is not None
    assert (report.status, report.notes, len(piece)) == ("repaired", 8, 8)
    assert any(words in repair for repair in piece.repairs)
    assert words in report.message
    assert "old.mid" in report.message
    assert piece.tempos == Piece.tempos
    assert piece.metres == Piece.metres


def test_what_is_unusual_but_right_needs_no_repair() -> None:
    rmid = b"RIFF" + (len(SCALE) + 12).to_bytes(4, "little") + b"RMIDdata" + bytes(4) + SCALE
    for data in (
        SCALE,
        rmid,
        header(more=b"more") + SCALE[14:],
        SCALE + b"trailing bytes, whatever they are",
        header(form=0, tracks=1) + b"XFIH\x00\x00\x00\x02ab" + SCALE[14:],
    ):
        piece, report = read_file("scale.mid", data)
        assert piece is not None
        assert (report.status, report.notes, report.seconds) == ("read", 8, 4)


def test_film_time_is_laid_on_120_a_minute() -> None:
    # 25 frames of 40 ticks make 1,000 ticks a second, so 500 a quarter note; tempos mean nothing.
    data = song(tempo(300_000), note(60, 1000), note(62, 500), division=0xE728)
    piece = read_midi("film.mid", data)
    assert notes_of(piece) == [[(0, 2, 60), (2, 1, 62)]]
    assert piece.seconds == 1.5
    assert "SMPTE" in piece.repairs[0]


def test_signs_after_the_last_note_are_left_out() -> None:
    late = tempo(300_000, wait=900), metre(3, 2), key(2)
    piece, report = read_file("late.mid", song(note(60), note(62), *late))
    assert piece is not None
    assert (piece.tempos, piece.metres, piece.keys) == (Piece.tempos, Piece.metres, ())
    assert report.status == "read"


def test_independent_sequences_follow_each_other() -> None:
    sequences = [track(note(60), end=b"\x81\x70\xff\x2f\x00"), track(note(62)), track(note(64))]
    piece = read_midi("three.mid", header(form=2, tracks=3) + b"".join(sequences))
    assert notes_of(piece) == [[(0, 1, 60), (1.5, 1, 62), (2.5, 1, 64)]]


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("Klavier für Elise", "utf-8"),
        ("Flöte", "cp1252"),
        ("ピアノ", "cp932"),
        ("Гитара", "cp1251"),
    ],
)
def test_names_in_old_code_pages_are_readable(name: str, page: str) -> None:
    piece = read_midi("named.mid", song(title(name.encode(page)), note(60)))
    assert piece.tracks[0].name == name


def test_hostile_names_are_one_short_line() -> None:
    piece = read_midi("named.mid", song(title(b"a\x1b[31m\r\n<b>" + b"c" * 99), note(60)))
    assert piece.tracks[0].name.isprintable()
    assert len(piece.tracks[0].name) == 80


BOUNDS = {
    "too_big": (Limits(file_bytes=10), SCALE),
    "too_many_notes": (Limits(file_notes=7), SCALE),
    "too_long": (Limits(file_hours=3 / 3600), SCALE),
    "too_many_tracks": (Limits(file_tracks=2), header(tracks=3) + track(note(60)) * 3),
    "too_many_changes": (Limits(file_changes=2), song(*[tempo(400_000, 1)] * 3, note(60))),
}


@pytest.mark.parametrize("reason", BOUNDS)
def test_past_a_bound_says_the_bound_and_the_remedy(reason: str) -> None:
    limits, data = BOUNDS[reason]
    report = read_file("big.mid", data, limits)[1]
    assert (report.status, report.reason) == ("refused", reason)
    assert "big.mid" in report.message
    assert "at most" in report.message
    assert read_file("big.mid", data)[1].status == "read"


def test_channel_ten_is_drums() -> None:
    piece, report = read_file(
        "band.mid", song(program(5, channel=9), note(36, channel=9), note(60))
    )
    assert piece is not None
    assert piece.programs == (0, DRUMS)
    assert report.instruments == ("Acoustic Grand Piano", "Drums")


def test_what_was_put_end_to_end_says_so() -> None:
    report = read_file("two.mid", header(form=2, tracks=2) + track(note(60)) + track(note(62)))[1]
    assert report.status == "repaired"
    assert "2 independent sequences were laid end to end" in report.message


def test_every_sentence_names_the_file() -> None:
    assert all(sentence.startswith("{name}") for sentence in REASONS.values())


def test_bounds_come_from_the_environment() -> None:
    limits = Limits.from_environment({"GRUVE_MAX_FILE_NOTES": "5", "GRUVE_MAX_FILE_HOURS": "0.5"})
    assert (limits.file_notes, limits.file_hours) == (5, 0.5)
    assert limits.file_bytes == Limits().file_bytes
    for wrong in ("many", "0", "-1", "nan", "1.5"):
        with pytest.raises(ValueError, match="GRUVE_MAX_FILE_NOTES"):
            Limits.from_environment({"GRUVE_MAX_FILE_NOTES": wrong})


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """An ordinary file with bytes changed, put in, taken out or cut off."""
    data = bytearray(draw(st.sampled_from((SCALE, ORCHESTRA))))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        change = draw(st.sampled_from(("set", "put in", "take out", "cut")))
        if change == "set":
            data[place : place + 1] = bytes((draw(st.integers(0, 255)),))
        elif change == "put in":
            data[place:place] = draw(st.binary(max_size=6))
        elif change == "take out":
            del data[place : place + draw(st.integers(1, 6))]
        else:
            del data[place:]
    return bytes(data)


@settings(max_examples=400, deadline=None)
@given(mutated() | st.binary(max_size=80) | st.binary(max_size=80).map(lambda b: song(b)))
def test_no_bytes_do_harm(data: bytes) -> None:
    piece, report = read_file("wild.mid", data)
    check("wild.mid", piece, report)
