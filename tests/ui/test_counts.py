"""Sentences and tables say the numbers they were given."""

from musiccore.piece import DRUMS, Piece, Track
from musiccore.statistics import Count, InstrumentCount, book_view
from ui.counts import (
    chord_rows,
    chords_sentence,
    count_rows,
    instrument_rows,
    instruments_sentence,
    many,
    notes_sentence,
    offset_rows,
    offsets_sentence,
    share,
)

PIANO = InstrumentCount(0, "Acoustic Grand Piano", 2, 3000)
KIT = InstrumentCount(DRUMS, "Drums", 1, 1000)
MELODY = Track.of([(0, 1, 60, 90), (1, 1, 62, 90), (2, 1, 60, 90)])
PIECE = Piece("a.mid", (MELODY,))


def test_numbers_have_their_noun() -> None:
    assert many(1, "note") == "1 note"
    assert many(2000, "note") == "2,000 notes"
    assert share(1, 3) == "33.3 %"
    assert share(0, 0) == "0.0 %"


def test_instruments() -> None:
    assert instruments_sentence([PIANO]) == (
        "One instrument plays: Acoustic Grand Piano, 3,000 notes in 2 pieces."
    )
    assert "3,000 of 4,000 (75.0 %)" in instruments_sentence([PIANO, KIT])
    assert instrument_rows([PIANO, KIT])[1] == {
        "Instrument": "Drums",
        "Pieces": 1,
        "Notes": 1000,
        "Notes (%)": 25.0,
    }


def test_notes() -> None:
    sentence = notes_sentence(book_view([PIECE]))
    assert sentence.startswith("2 different notes, from C4 to D4, start alone 3 times.")
    assert "C4 is the most frequent: 2 times (66.7 %)." in sentence
    dyads = Piece("dyads", (Track.of([(0, 1, 60, 90), (0, 1, 64, 90)]),))
    assert "every event is a chord" in notes_sentence(book_view([dyads]))


def test_chords() -> None:
    chords = [Count("0.4.7", 3, 2), Count("4.7", 1, 1)]
    assert "2 different chords occur, 4 times in all." in chords_sentence(chords)
    assert "0.4.7 (C E G): 3 times (75.0 %)" in chords_sentence(chords)
    assert chords_sentence(chords[:1]).startswith("1 chord occurs")
    assert chord_rows(chords)[0] == {
        "Chord": "0.4.7",
        "Pitch classes": "C E G",
        "Times": 3,
        "Times (%)": 75.0,
        "Pieces": 2,
    }
    assert count_rows([], "Chord") == []


def test_offsets() -> None:
    view = book_view([PIECE, PIECE])
    both = offsets_sentence(view, 0, 2, drawn=6)
    assert both.startswith("6 events of 2 pieces, one after the other.")
    assert "2.0 quarter notes" in both
    assert "are drawn" not in both
    assert "2 of them are drawn" in offsets_sentence(view, 0, 2, drawn=2)
    assert "falls back" not in offsets_sentence(view, 0, 1, drawn=3)
    assert [row["Events"] for row in offset_rows(view)] == [3, 3]
    assert offset_rows(view)[1]["Last offset (quarter notes)"] == 2.0
