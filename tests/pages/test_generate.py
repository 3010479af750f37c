"""The Generate page in each of its states. Networks have random weights: what is tested is the way
from the controls to music."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from models.config import PRESETS
from models.data import Corpus
from models.files import Files
from models.store import Epoch, Run, Store
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes
from tests.models.test_generation import random_weights
from tests.pages.conftest import TOKEN
from ui.workspace import Workspace

OpenPage = Callable[..., AppTest]
PAGE = "pages/4_Generate.py"


def trained(folder: Path, preset: str = "quick", encoding_name: str = "notes") -> Run:
    """A run of two epochs in the visitor's workspace; the second is the better."""
    store = Store(str(folder))
    pieces = [*tunes(), band(bars=20)]
    encoding = ENCODINGS[encoding_name].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    chosen = PRESETS[preset]
    workspace = Workspace(TOKEN, Files(str(folder)), store)
    run = Run.of("tunes", encoding, chosen.network, chosen.training, corpus, preset)
    store.create(run, corpus, workspace.id)
    for number in (1, 2):
        weights = random_weights(encoding, chosen.network, seed=number)
        store.save_epoch(run.id, Epoch(number, 3.0, 3.0 - number, 0.1, 2.0, 1.0), weights)
    workspace.add_run(run)
    return run


def test_without_a_network_it_leads_to_training(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    assert not app.exception
    assert "no trained network yet" in app.info[0].value


def test_it_offers_the_best_epoch_and_500_notes(open_page: OpenPage, own_store: Path) -> None:
    run = trained(own_store)
    app = open_page(PAGE)
    assert not app.exception
    assert app.selectbox(key="run").value == run.id
    assert app.selectbox(key=f"epoch-{run.id}-2").value == 2
    assert app.number_input(key="length").value == 500
    assert app.number_input(key="temperature").value == 1.0


def test_it_makes_what_was_asked_for_and_still_has_it_after_a_refresh(
    open_page: OpenPage, own_store: Path
) -> None:
    trained(own_store)
    app = open_page(PAGE)
    app.number_input(key="length").set_value(60)
    app.number_input(key="seed").set_value(7)
    app.button(key="generate-start").click().run()
    assert not app.exception
    (said,) = [m.value for m in app.markdown if " notes**, " in m.value]
    assert said.startswith("**60 notes**")
    assert said.endswith("epoch 2, temperature 1, seed 7")

    again = open_page(PAGE)
    assert [m.value for m in again.markdown if " notes**, " in m.value] == [said]
    assert again.number_input(key="seed").value == 7


def test_it_says_how_original_the_take_is(open_page: OpenPage, own_store: Path) -> None:
    trained(own_store)
    app = open_page(PAGE)
    app.number_input(key="length").set_value(60)
    app.button(key="generate-start").click().run()
    said = "\n".join(m.value for m in app.markdown)
    assert "the music it learned from" in said
    assert "real piece" in said
    assert not app.exception


def test_changed_settings_are_pointed_out(open_page: OpenPage, own_store: Path) -> None:
    trained(own_store)
    app = open_page(PAGE)
    app.number_input(key="length").set_value(30)
    app.button(key="generate-start").click().run()
    assert not any("have changed" in c.value for c in app.caption)
    app.number_input(key="seed").set_value(1).run()
    assert any("have changed" in c.value for c in app.caption)


def test_another_instrument_plays_all_but_the_drums(open_page: OpenPage, own_store: Path) -> None:
    trained(own_store)
    app = open_page(PAGE)
    app.number_input(key="length").set_value(40)
    app.selectbox(key="instrument").set_value(73)
    app.button(key="generate-start").click().run()
    (said,) = [m.value for m in app.markdown if " notes**, " in m.value]
    assert "Flute" in said
    assert "Piano" not in said


@pytest.mark.parametrize("encoding_name", ENCODINGS)
def test_the_book_preset_starts_in_the_books_way(
    open_page: OpenPage, own_store: Path, encoding_name: str
) -> None:
    trained(own_store, "book", encoding_name)
    app = open_page(PAGE)
    assert app.radio(key="way-window").value == "window"
    assert app.number_input(key="temperature").value == 0
    app.number_input(key="length").set_value(20)
    app.button(key="generate-start").click().run()
    assert not app.exception
    assert not app.error
    assert any(m.value.startswith("**20 notes**") for m in app.markdown)


def test_another_visitor_has_no_network(open_page: OpenPage, own_store: Path) -> None:
    trained(own_store)
    app = open_page(PAGE, token="c" * 32)
    assert "no trained network yet" in app.info[0].value
