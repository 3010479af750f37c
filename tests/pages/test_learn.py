"""The Learn page: the way through its chapters, and those on what remembers, for a visitor without
anything and for one with a network."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from models.config import Layer, NetworkConfig, TrainingConfig
from models.data import Corpus
from models.files import Files
from models.learn.step import HAND
from models.run_music import run_music
from models.store import Epoch, Run, Store
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes
from tests.models.test_generation import random_weights
from tests.pages.conftest import APP, TOKEN
from ui.learn import CHAPTERS, PAGE, neighbours
from ui.workspace import Workspace

OpenPage = Callable[..., AppTest]

FIRST_HALF = ("memory", "cell", "lstm")
"""The chapters on what remembers; `test_learn_chapters.py` has the others."""

NETWORKS = {
    "notes": NetworkConfig(layers=(Layer("gru", 7), Layer("gru", 6)), embedding=8, head=5),
    "book": NetworkConfig(
        layers=(Layer("lstm", 6), Layer("dropout", rate=0.2), Layer("dense", 4)),
        input="scaled integer",
        objective="last step",
        stateful=False,
    ),
}
"""Encoding -> a tiny network of the visitor's."""


def trained(folder: Path, encoding_name: str) -> Run:
    """A run with one epoch in the visitor's workspace; its weights are drawn at random."""
    store, pieces = Store(str(folder)), [*tunes(), band()]
    encoding, network = ENCODINGS[encoding_name].fit(pieces), NETWORKS[encoding_name]
    corpus = Corpus.of(encoding, pieces)
    training = TrainingConfig(sequence_length=8, batch_size=2)
    workspace = Workspace(TOKEN, Files(str(folder)), store)
    run = Run.of("<b>tunes</b> *of* mine", encoding, network, training, corpus)
    store.create(run, corpus, workspace.id)
    weights = random_weights(encoding, network)
    store.save_epoch(run.id, Epoch(1, 3.0, 2.5, 0.1, 2.0, 1.0), weights)
    workspace.add_run(run)
    return run


@pytest.fixture
def open_chapter() -> OpenPage:
    """Opens a chapter by its name, as an address does."""

    def run(name: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=120)
        app.session_state["workspace-token"] = TOKEN
        app.switch_page(PAGE)
        app.query_params["chapter"] = name
        return app.run()

    return run


def said(app: AppTest) -> str:
    return "\n".join(str(e.value) for e in (*app.markdown, *app.caption, *app.header))


def test_it_opens_on_all_chapters(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    assert not app.exception
    labels = [link.label for link in app.page_link]
    for number, chapter in enumerate(CHAPTERS.values(), 1):
        assert f"**{number} {chapter.title}**" in labels


def test_an_unknown_chapter_leads_to_all(open_chapter: OpenPage) -> None:
    app = open_chapter("no-such-chapter")
    assert not app.exception
    assert "no such chapter" in app.info[0].value
    assert not app.header


def test_every_chapter_has_its_neighbours() -> None:
    names = list(CHAPTERS)
    assert neighbours(names[0]) == (None, names[1])
    assert neighbours(names[1]) == (names[0], names[2])
    assert neighbours(names[-1]) == (names[-2], None)


def test_another_chapter_is_chosen_and_all_of_them_again(open_chapter: OpenPage) -> None:
    first, second = list(CHAPTERS)[:2]
    app = open_chapter(first)
    app.selectbox(key=f"learn-chapter-{first}").set_value(second).run()
    assert not app.exception
    assert app.query_params["chapter"] == second
    assert CHAPTERS[second].title in app.header[0].value
    app.selectbox(key=f"learn-chapter-{second}").set_value("").run()
    assert "chapter" not in app.query_params
    assert not app.header


@pytest.mark.parametrize("name", FIRST_HALF)
def test_every_chapter_stands_without_anything(open_chapter: OpenPage, name: str) -> None:
    app = open_chapter(name)
    assert not app.exception
    assert CHAPTERS[name].title in app.header[0].value
    assert "a network that comes with Gruve" in said(app)


@pytest.mark.parametrize("encoding", NETWORKS)
@pytest.mark.parametrize("name", FIRST_HALF)
def test_every_chapter_shows_the_visitors_network(
    open_chapter: OpenPage, own_store: Path, name: str, encoding: str
) -> None:
    run = trained(own_store, encoding)
    app = open_chapter(name)
    assert not app.exception
    assert "your network" in said(app)
    assert run.id[:4] in said(app)
    assert "<b>tunes</b>" not in said(app)


def test_what_is_remembered_is_told_for_each_network(
    open_chapter: OpenPage, own_store: Path
) -> None:
    trained(own_store, "notes")
    app = open_chapter("memory")
    assert "**50 notes back**" in said(app)
    assert "in **your network**" in said(app)
    app.slider(key="learn-memory-steps").set_value(20).run()
    assert "**20 notes back**" in said(app)
    app.segmented_control(key="learn-memory-state").set_value("Before learning").run()
    assert not app.exception
    assert "in **your network**" not in said(app)
    app.slider(key="learn-factor").set_value(1.05).run()
    assert "**explodes**" in said(app)
    app.select_slider(key="learn-memory-read").set_value(1).run()
    assert "the last note alone" in said(app)


def test_every_chapter_is_a_module() -> None:
    for name in CHAPTERS:
        assert callable(import_module(f"ui.learn.{name}").show)


def test_the_way_on_leads_from_chapter_to_chapter(open_chapter: OpenPage) -> None:
    app = open_chapter("cell")
    links = {link.label: link.proto.query_string for link in app.page_link}
    assert links[f"Before: {CHAPTERS['memory'].title}"] == "chapter=memory"
    assert links[f"Next: {CHAPTERS['lstm'].title}"] == "chapter=lstm"


def formulas(app: AppTest) -> str:
    return "\n".join(str(e.value) for e in app.latex)


def test_a_step_by_hand_follows_its_sliders(open_chapter: OpenPage) -> None:
    app = open_chapter("cell")
    app.slider(key="learn-cell-x").set_value(-1.0).run()
    app.slider(key="learn-cell-h").set_value(0.5).run()
    step = HAND.step(-1.0, 0.5)
    assert f"= {step.update:.2f}" in formulas(app)
    assert f"= {step.new:.2f}" in formulas(app)
    app.toggle(key="learn-cell-hold").set_value(True).run()
    app.slider(key="learn-cell-update").set_value(0.0).run()
    assert not app.exception
    assert "z = 0.00" in formulas(app)
    assert "(held)" in formulas(app)


def test_a_real_unit_has_the_numbers_of_the_network(
    open_chapter: OpenPage, own_store: Path
) -> None:
    run = trained(own_store, "notes")
    app = open_chapter("cell")
    app.segmented_control(key="learn-cell-way").set_value("A unit of a real network").run()
    assert not app.exception
    app.number_input(key="learn-cell-unit-0-7").set_value(3).run()
    (slider,) = [s for s in app.slider if s.label == "Note"]
    slider.set_value(5).run()

    store = Store(str(own_store))
    forward = store.forward(run, 1)
    music = run_music(store, run)
    piece = music.notes_of([*music.held_out, *music.learned][0])
    states = forward.start()
    for row, position in zip(piece.rows[:5], piece.position[:5], strict=True):
        _, states, gates = forward.step(row.tolist(), int(position), states)
    assert f"= {gates[0]['update'][2]:.2f}" in formulas(app)
    assert f"= {gates[0]['candidate'][2]:.2f}" in formulas(app)
    assert f"= {states[0][0][2]:.2f}" in formulas(app)


def test_without_a_gru_the_step_is_of_another_network(
    open_chapter: OpenPage, own_store: Path
) -> None:
    trained(own_store, "book")
    app = open_chapter("cell")
    app.segmented_control(key="learn-cell-way").set_value("A unit of a real network").run()
    assert not app.exception
    assert "has no GRU layer" in said(app)


def test_cells_are_counted_and_their_speed_measured(
    open_chapter: OpenPage, own_store: Path
) -> None:
    run = trained(own_store, "notes")
    app = open_chapter("lstm")
    (units,) = [s for s in app.slider if s.label == "Units"]
    units.set_value(64).run()
    app.slider(key="learn-lstm-inputs").set_value(128).run()
    assert "**37,248 numbers**" in said(app)  # 3 x 64 x (128 + 64 + 2)
    app.button(key="learn-lstm-measure").click().run()
    assert not app.exception
    assert "µs**" in said(app)
    (own,) = [t.value for t in app.dataframe if "Cells" in t.value]
    assert list(own["Cells"]) == ["GRU 7 + GRU 6"]
    assert run.id[:4] in own["Network"][0]
