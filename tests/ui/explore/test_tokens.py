"""Tokens are told with their numbers and their names."""

import numpy as np

from musiccore.piece import Piece, Track
from musiccore.statistics import Count
from musiccore.tokens import NoteTokens, book_view, note_tokens, tail
from ui.explore.tokens import (
    chord_rows,
    chords_figure,
    chords_sentence,
    notes_sentence,
    rows_sentence,
    tail_rows,
    tail_sentence,
    values_sentence,
)

PIECE = Piece("a.mid", (Track.of([(0, 1, 60, 90), (1, 1, 62, 90), (2, 1, 60, 90)]),))
CHORDS = [Count("0.4.7", 3, 2), Count("4.7", 1, 1)]


def test_notes() -> None:
    sentence = notes_sentence(book_view([PIECE]))
    assert sentence.startswith("2 different notes, from C4 to D4, start alone 3 times.")
    assert "C4 is the most frequent: 2 times (66.7%)." in sentence
    dyads = Piece("dyads", (Track.of([(0, 1, 60, 90), (0, 1, 64, 90)]),))
    assert "every event is a chord" in notes_sentence(book_view([dyads]))


def test_chords_have_their_names() -> None:
    assert "2 different chords occur, 4 times in all." in chords_sentence(CHORDS)
    assert "0.4.7, C E G, a major triad: 3 times (75.0%)" in chords_sentence(CHORDS)
    assert chords_sentence(CHORDS[:1]).startswith("1 chord occurs")
    assert chord_rows(CHORDS)[0] == {
        "Chord": "0.4.7",
        "Pitch classes": "C E G",
        "Name": "major triad",
        "Times": 3,
        "Times (%)": 75.0,
        "Pieces": 2,
    }
    bars = chords_figure(CHORDS).data[0]
    assert list(bars.x) == [3, 1]
    assert "C E G" in bars.y[0]
    assert bars.y[1].endswith("<br>minor third")
    assert bars.customdata[1] == "1 time in 1 piece"


def test_fields_and_whole_notes() -> None:
    counts = note_tokens([PIECE])
    assert values_sentence(counts.fields["pitch"], "pitch") == (
        "2 values of pitch. The most frequent is C4: 2 notes (66.7%)."
    )
    assert rows_sentence(counts).startswith("3 different notes among 3.")
    assert "The table" not in rows_sentence(counts)
    cut = NoteTokens({}, counts.rows[:1], np.array([2, 1]))
    assert rows_sentence(cut).endswith("The table lists the first 1.")


def test_the_tail() -> None:
    found = tail([1, 1, 3, 5])
    assert tail_sentence(found, "token").startswith(
        "2 of 4 different tokens (50.0%) occur only once; they are 20.0% of all 10 tokens."
    )
    assert tail_sentence(tail([1]), "note").startswith(
        "1 of 1 different note (100.0%) occurs only once; it is"
    )
    assert [row["Occurs (times)"] for row in tail_rows(found, "token")] == [
        *("1", "2", "3 to 4", "5 to 8")
    ]
    assert tail_rows(found, "token")[0]["Of all tokens (%)"] == 20
