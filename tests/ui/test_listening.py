"""Hearing a piece: what is rendered, when, and in which order it reaches the player."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from musiccore.piece import Piece
from musiccore.soundfont import missing
from ui import listening

NEEDS_SOUND = pytest.mark.skipif(missing() is not None, reason=str(missing()))


def page(seconds: float, unasked: float) -> None:
    from musiccore.piece import Piece, Track
    from ui.listening import listening

    piece = Piece("p", (Track.of([(2 * seconds - 1.0, 1.0, 60, 90)]),), digest=f"{seconds}")
    listening(piece, unasked=unasked, sheet=True)()


Sent = list[tuple[bool, int | None, bytes]]


@pytest.fixture
def sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """(whole, part, recording) of every delivery, from an empty cache."""
    found: Sent = []

    def deliver(
        piece: Piece, recording: bytes, *, whole: bool = True, part: int | None = None, **_: Any
    ) -> None:
        found.append((whole, part, recording))

    monkeypatch.setattr(listening, "deliver", deliver)
    monkeypatch.setattr(listening, "audio_folder", lambda: tmp_path)
    monkeypatch.setattr(listening, "workspace_id", lambda: "somebody")
    return found


def show(seconds: float, unasked: float = 60.0) -> AppTest:
    at = AppTest.from_function(page, args=(seconds, unasked), default_timeout=120).run()
    assert not at.exception
    return at


@NEEDS_SOUND
def test_short_music_is_rendered_at_once_and_only_once(sent: Sent, tmp_path: Path) -> None:
    at = show(2.0)
    assert [(whole, part) for whole, part, _ in sent] == [(True, None)]
    assert [file.name[:9] for file in tmp_path.iterdir()] == ["somebody-"]
    at.run()
    assert sent[1] == sent[0]
    assert len(list(tmp_path.iterdir())) == 1
    assert [toggle.label for toggle in at.toggle] == ["Sheet music"]


@NEEDS_SOUND
def test_what_is_rendered_for_a_song_is_the_songs(sent: Sent, tmp_path: Path) -> None:
    def song() -> None:
        from musiccore.piece import Piece, Track
        from ui.listening import listening

        piece = Piece("p", (Track.of([(0, 1, 60, 90)]),), digest="d")
        listening(piece, owner="song1")()

    assert not AppTest.from_function(song, default_timeout=120).run().exception
    assert [file.name[:6] for file in tmp_path.iterdir()] == ["song1-"]


@NEEDS_SOUND
def test_what_holds_nothing_of_a_visitor_is_rendered_for_all(sent: Sent, tmp_path: Path) -> None:
    def home() -> None:
        from musiccore.piece import Piece, Track
        from ui.listening import EVERYBODYS, listening

        piece = Piece("p", (Track.of([(0, 1, 60, 90)]),), digest="d")
        listening(piece, owner=EVERYBODYS)()

    assert not AppTest.from_function(home, default_timeout=120).run().exception
    assert [file.name[:1] for file in tmp_path.iterdir()] == ["-"]


@NEEDS_SOUND
def test_of_longer_music_the_opening_comes_first(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "OPENINGS", (1.0, 100.0))
    monkeypatch.setattr(listening, "cached_opening", opening := Calls(b"opening"))
    at = show(3.0)
    assert [whole for whole, _, _ in sent] == [False, True]
    assert opening.seconds == [1.0]
    at.run()
    assert [whole for whole, _, _ in sent] == [False, True, True], "what is kept needs no opening"


class Calls:
    """What is asked for a beginning, and what it gives."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.seconds = answer, list[float]()

    def __call__(self, piece: Piece, seconds: float, folder: Path, owner: str) -> bytes:
        self.seconds.append(seconds)
        return self.answer


@NEEDS_SOUND
def test_very_long_music_is_rendered_when_it_is_asked_for(sent: Sent) -> None:
    at = show(3.0, unasked=1.0)
    assert not sent
    at.button(key="player-render").click().run()
    assert [whole for whole, _, _ in sent] == [True]
    assert not at.button


@NEEDS_SOUND
def test_instruments_that_are_wanted_alone_follow(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def duet() -> None:
        from musiccore.piece import Piece, Track
        from ui.listening import listening

        listening(
            Piece("p", (Track.of([(0, 1, 60, 90)]), Track.of([(1, 1, 72, 90)], 73)), digest="d")
        )()

    monkeypatch.setattr(listening, "parts_wanted", lambda _: (1, 7))
    assert not AppTest.from_function(duet, default_timeout=120).run().exception
    assert [(whole, part) for whole, part, _ in sent] == [(True, None), (True, 1)]
    assert sent[0][2] != sent[1][2]


def test_where_nothing_can_be_rendered_that_is_said(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: dict[str, Any] = {}
    monkeypatch.setattr(listening, "missing", lambda: "No FluidSynth here.")
    monkeypatch.setattr(listening, "player", lambda piece, **said: shown.update(said))
    at = show(2.0)
    assert not sent
    assert not at.button
    assert (shown["audible"], shown["note"]) == (False, "No FluidSynth here.")
