"""The home page: new music, where the visitor stands, the way on, the tour."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from threadpoolctl import threadpool_info

from models.files import Files
from models.shipped import SHIPPED
from models.store import Store
from musiccore.piece import Piece
from musiccore.synthesis import AudioError
from tests.pages.conftest import TOKEN
from ui.workspace import Workspace

OpenPage = Callable[..., AppTest]


def workspace_in(folder: Path) -> Workspace:
    return Workspace(TOKEN, Files(str(folder)), Store(str(folder)))


def told(app: AppTest) -> str:
    """The sentence about the music."""
    (sentence,) = [m.value for m in app.markdown if m.value.startswith("**A new")]
    return str(sentence)


def next_step(app: AppTest) -> str:
    return str(app.button(key="home-next").label)


def test_home_greets_with_new_music_and_four_steps(open_page: OpenPage, own_store: Path) -> None:
    app = open_page()
    assert not app.exception
    assert "Gruve" in app.title[0].value
    assert told(app).startswith("**A new chorale**")
    assert "Made here by a network of" in told(app)
    labels = [link.label for link in app.page_link]
    for label in ("**1 Music**", "**2 Explore**", "**3 Train**", "**4 Generate**"):
        assert label in labels
    assert next_step(app) == "Choose your music"
    assert not (own_store / "workspaces").exists(), "who only looks leaves nothing"


def test_a_visit_keeps_its_music_until_another_is_asked_for(open_page: OpenPage) -> None:
    app = open_page()
    first = app.session_state["home-heard"]
    assert app.run().session_state["home-heard"] == first
    assert open_page().session_state["home-heard"] == first, "a refresh changes nothing"
    another = "another-visitor-0123456789-abcdef"
    assert open_page(token=another).session_state["home-heard"] != first
    app.button(key="home-another").click().run()
    assert not app.exception
    second = app.session_state["home-heard"]
    assert second.style == first.style
    assert second.seed != first.seed
    assert open_page().session_state["home-heard"] == second


def test_another_style_is_another_network(open_page: OpenPage) -> None:
    app = open_page()
    app.segmented_control(key="home-style").set_value("fiddle-tunes").run()
    assert not app.exception
    assert told(app).startswith("**A new fiddle tune**")
    assert open_page().session_state["home-heard"].style == "fiddle-tunes"


def test_its_network_and_its_piece_go_on_to_generate(open_page: OpenPage, own_store: Path) -> None:
    app = open_page()
    app.button(key="home-adopt").click().run()
    assert not app.exception
    assert app.button(key="generate-start")
    assert any(" notes**" in text.value for text in app.markdown), "the take lies open"
    workspace = workspace_in(own_store)
    assert workspace.run_ids == (SHIPPED["bach-chorales"],)
    assert len(workspace.takes().open) == 1
    home = open_page()
    assert not home.exception
    assert next_step(home) == "Make more music"
    assert any("of Gruve’s own" in caption.value for caption in home.caption)


def test_the_path_knows_what_was_chosen(open_page: OpenPage, own_store: Path) -> None:
    workspace_in(own_store).choose_corpus("string-quartets")
    app = open_page()
    assert next_step(app) == "Train a network on it"
    assert any("Chosen: String quartets, 66 pieces" in caption.value for caption in app.caption)
    assert app.session_state["home-heard"].style == "string-quartets"
    app.button(key="home-next").click().run()
    assert not app.exception
    assert "Train" in app.title[0].value


def test_the_tour_is_walked_through_skipped_and_found_again(
    open_page: OpenPage, own_store: Path
) -> None:
    app = open_page()
    app.button(key="tour-open-button").click().run()
    seen = []
    while True:
        assert not app.exception
        seen.append(app.subheader[-1].value)
        if not any(button.key == "tour-next" for button in app.button):
            break
        app.button(key="tour-next").click().run()
    assert len(seen) == len(set(seen)) == 6
    app.button(key="tour-back").click().run()
    assert app.subheader[-1].value == seen[-2]
    app.button(key="tour-next").click().run()
    app.button(key="tour-done").click().run()
    assert not app.exception
    assert not any(button.key in ("tour-next", "tour-done") for button in app.button)
    assert workspace_in(own_store).choice("tour-seen", False)
    app.button(key="tour-open-button").click().run()
    assert app.subheader[-1].value == seen[0]
    app.button(key="tour-skip").click().run()
    assert not any(button.key == "tour-next" for button in app.button)


def test_home_renders_its_music_once_it_is_drawn(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []

    def render(piece: Piece, folder: object, owner: str) -> bytes:
        rendered.append(piece.name)
        return b"fLaC"

    monkeypatch.setattr("ui.listening.missing", lambda: None)
    monkeypatch.setattr("ui.listening.is_kept", lambda *_: True)
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
    monkeypatch.setattr("ui.listening.is_kept", lambda *_: True)
    monkeypatch.setattr("ui.listening.cached_sound", fail)
    app = open_page()
    assert not app.exception
    assert not app.session_state["heard"]


def test_products_of_matrices_do_not_wait_for_other_threads(open_page: OpenPage) -> None:
    assert not open_page().exception
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert pools
    assert {pool["num_threads"] for pool in pools} == {1}
