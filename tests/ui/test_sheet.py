"""Sheet music on the page: what is said, what is sent, what can be saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from musiccore.notation.engraving import Paper
from musiccore.notation.grid import Moved
from musiccore.notation.sheets import engravers
from musiccore.notation.terms import Engraving, Notation
from musiccore.piece import Metre, Piece, Tempo, Track
from ui.sheet import identity_of, message, remarks, window_of

TUNE = Piece("tune.mid", (Track.of([(k, 1.0, 60, 80) for k in range(8)]),))


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    st.cache_data.clear()
    yield
    engravers.close()


def page(notes: int, name: str, off: float) -> None:
    from musiccore.piece import Piece, Track
    from ui.sheet import sheet_music

    rows = [(k + off * (k % 3), 0.9, 60 + k % 12, 80) for k in range(notes)]
    sheet_music(Piece(name, (Track.of(rows),)))


def show(notes: int = 16, name: str = "tune.mid", off: float = 0.0) -> AppTest:
    at = AppTest.from_function(page, args=(notes, name, off), default_timeout=60).run()
    assert not at.exception
    return at


def test_a_small_piece_can_be_saved_at_once() -> None:
    at = show()
    assert [button.label for button in at.get("download_button")] == ["Download MusicXML"]
    assert not at.warning


def test_a_long_piece_is_saved_when_asked_for() -> None:
    at = show(notes=400)
    assert not at.get("download_button")
    at.button(key="sheet-prepare").click().run()
    assert [button.label for button in at.get("download_button")] == ["Download MusicXML"]
    at.run()
    assert at.get("download_button")


def test_a_performance_is_said_to_be_quantized() -> None:
    (said,) = [caption.value for caption in show(off=0.04).caption]
    assert said.startswith("Quantized: 10 notes of 16 were moved")
    assert "0.06 quarter notes (30 ms) on average and 0.08 at the most" in said
    (said,) = [caption.value for caption in show(off=0.0).caption]
    assert said.startswith("The lengths of some notes")


def test_nothing_and_too_much_are_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    assert show(notes=0).info[0].value == "There are no notes to write."
    monkeypatch.setenv("GRUVE_MAX_SHEET_BARS", "2")
    engravers.close()
    at = show(name="[a](b) <b>.mid")
    assert "up to 2" in at.warning[0].value
    assert r"\[a\]\(b\) \<b\>\.mid" in at.warning[0].value


def test_a_long_piece_is_written_some_bars_at_a_time() -> None:
    def bars_of_notes(bars: int, notes: int) -> Piece:
        rows = [(bar * 4 + k / 64, 0.1, k, 80) for bar in range(bars) for k in range(notes)]
        return Piece("p", (Track.of(rows),), metres=(Metre(0.0, 4, 4),))

    assert window_of(bars_of_notes(64, 31)) is None
    assert window_of(bars_of_notes(65, 31)) == 32
    assert window_of(bars_of_notes(65, 60)) == 16
    assert window_of(bars_of_notes(64, 100)) == 8


def test_the_message_says_where_in_the_piece_the_pages_are() -> None:
    piece = Piece("p", (Track.of([(k, 1.0, 60, 80) for k in range(4 * 100)]),))
    notation = Notation(b"", 32, 63, 101, 32, Moved(), 0)  # bar 0 is a pickup
    engraving = Engraving(("<svg/>", "<svg/>"), ((32, 50), (51, 63)))
    sent = message(piece, "id", notation, engraving, Paper(800, 600, 125))
    assert sent["pages"] == ("<svg/>", "<svg/>")
    assert (sent["place"], sent["written"], sent["total"]) == (32, 32, 101)
    assert (sent["lastBar"], sent["window"]) == (100, 32)
    assert (sent["zoom"], sent["width"]) == (125, 800)


def test_the_message_says_in_seconds_which_notes_sound() -> None:
    piece = Piece(
        "p",
        (Track.of([(k, 1.0, 60, 80) for k in range(4 * 100)]),),
        tempos=(Tempo(0.0, 60.0), Tempo(130.0, 120.0)),
    )
    notation = Notation(b"", 33, 64, 100, 32, Moved(), 0, start=128.0)
    beats = ((0.0, ("a",), ()), (2.0, ("b",), ("a",)), (4.0, (), ("b",)))
    engraving = Engraving(("<svg/>",), ((33, 64),), beats)
    sent = message(piece, "id", notation, engraving, Paper(800, 600, 125), "player")
    assert sent["player"] == "player"
    assert sent["beats"] == [(128.0, ("a",), ()), (130.0, ("b",), ("a",)), (131.0, (), ("b",))]
    assert sent["windows"] == [0.0, 128.0, 193.0, 257.0]
    assert (sent["begins"], sent["until"]) == (128.0, 193.0)


def test_other_notes_or_another_name_are_another_piece() -> None:
    assert identity_of(TUNE) == identity_of(replace(TUNE))
    assert identity_of(TUNE) != identity_of(replace(TUNE, name="other.mid"))
    assert identity_of(TUNE) != identity_of(replace(TUNE, metres=(Metre(0.0, 3, 4),)))


def test_notes_on_the_grid_are_nothing_to_speak_of() -> None:
    plain = Notation(b"", 1, 2, 2, 0, Moved(of=8), 0)
    assert remarks(TUNE, plain) == []
    (lengths,) = remarks(TUNE, plain._replace(moved=Moved(of=8, lengths=3)))
    assert lengths.startswith("The lengths of some notes")
    (cut,) = remarks(TUNE, plain._replace(shortened=1))
    assert cut.startswith("In these bars 1 note is cut short")
