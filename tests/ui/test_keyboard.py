"""What is tapped on the screen, as music; the browser test of Generate taps it."""

import pytest
from streamlit.testing.v1 import AppTest

from ui.keyboard import LONGEST_SECONDS, MOST_TAPPED, Tapped, notes_from, tapped_piece


def played(*notes: tuple[float, float, int], **how: object) -> list[tuple[float, float, int]]:
    piece = tapped_piece([Tapped(*note) for note in notes], **how)  # type: ignore[arg-type]
    (track,) = piece.tracks
    columns = (track.onset, track.duration, track.pitch)
    return [(round(a, 6), round(b, 6), int(c)) for a, b, c in zip(*columns, strict=True)]


def test_a_tapped_rhythm_keeps_its_speed_at_any_tempo() -> None:
    notes = [(3.0, 0.5, 60), (3.5, 1.0, 64)]
    assert played(*notes, bpm=60.0) == [(0.0, 0.5, 60), (0.5, 1.0, 64)]
    assert played(*notes, bpm=120.0) == [(0.0, 1.0, 60), (1.0, 2.0, 64)]
    whole = [tapped_piece([Tapped(*n) for n in notes], bpm=bpm).seconds for bpm in (60.0, 177.0)]
    assert whole == pytest.approx([1.5, 1.5])


def test_equal_steps_are_eighth_notes_and_chords_stay_together() -> None:
    notes = [(0.0, 0.2, 60), (0.01, 0.2, 64), (0.9, 3.0, 67), (1.0, 0.2, 72)]
    assert played(*notes, rhythm="equal") == [
        (0.0, 0.5, 60),
        (0.0, 0.5, 64),
        (0.5, 0.5, 67),
        (1.0, 0.5, 72),
    ]


def test_a_pause_to_think_is_cut() -> None:
    (_, (second, length, _)) = played((0.0, 0.2, 60), (500.0, 500.0, 62), bpm=60.0)
    assert (second, length) == (LONGEST_SECONDS, LONGEST_SECONDS)


def test_what_makes_no_sense_is_left_out() -> None:
    good = [0.5, 0.1, 60]
    strange = [[-1, 1, 60], [0, 0, 60], [0, 1, 200], [0, 1, 60.5], ["0", 1, 60], [0, 1], None, {}]
    assert notes_from([*strange, good]) == (Tapped(0.5, 0.1, 60),)
    assert notes_from([float("nan"), [float("nan"), 1, 60], [0, float("inf"), 60]]) == ()
    assert len(notes_from([good] * 1000)) == MOST_TAPPED
    assert notes_from("no list") == notes_from(None) == ()


def test_nothing_tapped_is_music_without_notes() -> None:
    assert len(tapped_piece([])) == 0


def test_what_was_kept_is_there_before_anything_is_tapped() -> None:
    def page() -> None:
        import streamlit as st

        from ui.keyboard import Tapped, keyboard

        st.text(len(keyboard([Tapped(0.0, 0.5, 60)])))

    at = AppTest.from_function(page).run(timeout=30)
    assert not at.exception
    assert at.text[0].value == "1"
