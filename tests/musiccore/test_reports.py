"""A report says in numbers and sentences what became of a file."""

from __future__ import annotations

import pytest

from musiccore.reading import read_file
from musiccore.reports import FileReport
from tests.musiccore.midi import SCALE, header, note, off, on, song, track


def test_a_report_says_what_was_read() -> None:
    piece, report = read_file("scale.mid", SCALE)
    assert piece is not None
    assert report == FileReport(
        file="scale.mid",
        status="read",
        notes=8,
        seconds=4.0,
        quarters=8.0,
        tracks=1,
        instruments=("Acoustic Grand Piano",),
        digest=piece.digest,
    )


REMARKS = {
    "drums only": ("drums_only", song(note(36, channel=9) * 2), "drums only", 2),
    "one note": ("one_note", song(note(60)), "one note", 1),
    "no length": ("no_length", song(on(0, 60), off(0, 60), note(62)), "length (1)", 2),
    "key struck again": (
        "overlapping",
        song(on(0, 60), on(240, 60), off(240, 60), off(240, 60), note(60)),
        "let go (1)",
        3,
    ),
    "struck twice at once": ("overlapping", song(on(0, 60) * 2, off(9, 60) * 2), "let go (1)", 2),
    "one tick a quarter note": ("odd_ticks", song(note(60, 1) * 2, division=1), "by 1,", 2),
    "most ticks there can be": ("odd_ticks", song(note(60) * 2, division=32_767), "32,767", 2),
    "several at once": ("drums_only", song(note(36, 0, channel=9) * 2), "no length (2)", 2),
}


@pytest.mark.parametrize(("reason", "data", "words", "notes"), REMARKS.values(), ids=REMARKS)
def test_what_is_read_as_it_stands_may_have_a_remark(
    reason: str, data: bytes, words: str, notes: int
) -> None:
    piece, report = read_file("little.mid", data)
    assert piece is not None
    assert (report.status, report.reason, report.notes) == ("read", reason, notes)
    assert report.message.startswith("little.mid")
    assert words in report.message


def test_notes_that_touch_or_stand_in_other_parts_do_not_overlap() -> None:
    data = header(tracks=2, division=6) + track(*[note(60, 1)] * 900) + track(*[note(60, 7)] * 2)
    assert read_file("unison.mid", data)[1].reason is None
