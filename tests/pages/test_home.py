"""The home page: what Gruve is, music to hear, the way on."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest
from threadpoolctl import threadpool_info

from musiccore.piece import Piece
from musiccore.synthesis import AudioError

OpenPage = Callable[..., AppTest]


def test_home_greets_with_music_and_four_steps(open_page: OpenPage) -> None:
    app = open_page()
    assert not app.exception
    assert "Gruve" in app.title[0].value
    assert any("BWV 244.10" in text.value for text in app.markdown)
    labels = [link.label for link in app.page_link]
    for label in ("**1 Music**", "**2 Explore**", "**3 Train**", "**4 Generate**"):
        assert label in labels


def test_home_renders_its_chorale_once_it_is_drawn(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []

    def render(piece: Piece, folder: object, owner: str) -> bytes:
        rendered.append(piece.name)
        return b"fLaC"

    monkeypatch.setattr("ui.listening.missing", lambda: None)
    monkeypatch.setattr("ui.listening.cached_sound", render)
    app = open_page()
    assert not app.exception
    assert len(rendered) == 1
    assert app.session_state["heard"]


def test_home_stands_where_audio_fails(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(piece: Piece, folder: object, owner: str) -> bytes:
        raise AudioError("FluidSynth could not play this.")

    monkeypatch.setattr("ui.listening.missing", lambda: None)
    monkeypatch.setattr("ui.listening.cached_sound", fail)
    app = open_page()
    assert not app.exception
    assert not app.session_state["heard"]


def test_products_of_matrices_do_not_wait_for_other_threads(open_page: OpenPage) -> None:
    assert not open_page().exception
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert pools
    assert {pool["num_threads"] for pool in pools} == {1}
