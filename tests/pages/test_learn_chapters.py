"""Chapters on what a network is given, does and learns: for a visitor without anything, and for one
with a tiny network of random weights. What they say is computed here once more."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from models.config import NetworkConfig, TrainingConfig
from models.data import Corpus
from models.learn.foretelling import foretold
from models.store import Epoch, Run, Store
from musiccore.encoding import ENCODINGS
from musiccore.piece import DRUMS, Piece, Track
from tests.models.making import BOOK_SHAPED
from tests.models.music import band, tunes
from tests.models.test_generation import SMALL, random_weights
from tests.pages.conftest import APP
from tests.ui.music import TOKEN, bring_pieces, workspace_in
from ui.glossary import TERMS
from ui.learn import PAGE

Chapter = Callable[..., AppTest]
ON_EXAMPLES = ("tokens", "layers", "loss", "descent", "fitting", "stateful", "temperature")


@pytest.fixture
def chapter() -> Chapter:
    def run(name: str, **more: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        app.session_state["workspace-token"] = TOKEN
        app.switch_page(PAGE)
        app.query_params.update({"chapter": name, **more})
        app.run()
        assert not app.exception
        return app

    return run


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.latex, app.subheader)
    return "\n".join(text.value for kind in kinds for text in kind)


def own_network(
    folder: Path, encoding: str = "notes", network: NetworkConfig = SMALL, notes: int = 16
) -> tuple[Store, Run]:
    """The visitor's only run, of two epochs; its sequences have so many `notes`."""
    store, workspace = Store(str(folder)), workspace_in(folder)
    pieces = [*tunes(), band()]
    fitted = ENCODINGS[encoding].fit(pieces)
    corpus = Corpus.of(fitted, pieces)
    training = TrainingConfig(batch_size=4, sequence_length=notes)
    run = store.create(Run.of("mine", fitted, network, training, corpus), corpus, workspace.id)
    for number in (1, 2):
        weights = random_weights(fitted, network, number)
        store.save_epoch(run.id, Epoch(number, 3.0, 3.0 - number, 0.1, 2.0, 1.0), weights)
    workspace.add_run(run)
    return store, run


@pytest.mark.parametrize("name", ON_EXAMPLES)
def test_who_has_nothing_sees_a_network_that_comes_with_gruve(chapter: Chapter, name: str) -> None:
    app = chapter(name)
    assert "a network that comes with Gruve" in said(app)
    assert app.get("plotly_chart")
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))


@pytest.mark.parametrize("name", ["tokens", "descent", "fitting"])  # the others below
def test_who_has_a_network_sees_their_own(chapter: Chapter, own_store: Path, name: str) -> None:
    own_network(own_store)
    assert "your network **" in said(chapter(name))


@pytest.mark.parametrize("name", ["tokens", "layers", "loss", "stateful", "temperature"])
def test_the_books_network_has_its_chapters_too(
    chapter: Chapter, own_store: Path, name: str
) -> None:
    own_network(own_store, "book", BOOK_SHAPED, notes=12)
    told = said(chapter(name))
    if name == "stateful":
        assert "is not stateful" in told
    if name == "loss":
        assert "of the piece" not in told.partition("What came")[0]


def test_the_loss_is_that_of_the_network(chapter: Chapter, own_store: Path) -> None:
    store, run = own_network(own_store)
    app = chapter("loss")
    (piece,) = [box for box in app.selectbox if box.label == "Piece"]
    rows = store.corpus(run.id).pieces[piece.value]
    found = foretold(store.forward(run, 2), rows)
    note, pitch = app.slider[0].value - 1, run.encoding.pitch_field
    nats = found.nats[note]
    assert f"= {nats[pitch]:.3f}" in said(app)
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["Loss of this note"] == f"{nats.sum():.2f} nats"
    uniform = sum(math.log(f.size) for f in run.encoding.fields)
    figures = [chart.proto.spec for chart in app.get("plotly_chart")]
    assert any(f"knowing nothing: {uniform:.2f} nats" in figure for figure in figures)
    app.slider[0].set_value(1).run()
    assert not app.exception
    assert f"= {found.nats[0][pitch]:.3f}" in said(app)


def test_a_piece_shorter_than_the_window_is_no_dead_end(chapter: Chapter, own_store: Path) -> None:
    own_network(own_store, "book", BOOK_SHAPED, notes=1000)
    for name in ("loss", "temperature"):
        assert "wants 1000 notes" in said(chapter(name))


def test_dropout_really_drops(chapter: Chapter, own_store: Path) -> None:
    own_network(own_store)
    app = chapter("layers")
    before = [text.value for text in app.markdown if text.value.startswith("Drop 1:")]
    assert before
    app.button(key="layers-drop").click().run()
    assert any(text.value.startswith("Drop 2:") for text in app.markdown)
    app.slider(key="layers-rate").set_value(0.0).run()
    assert "Drop 2: 0 of 12 units are silent" in said(app)
    for layer in range(3):
        app.segmented_control[0].set_value(layer).run()
        assert not app.exception


def test_the_state_is_worth_what_is_measured(chapter: Chapter, own_store: Path) -> None:
    own_network(own_store)
    app = chapter("stateful")
    metrics = {metric.label: float(metric.value.split()[0]) for metric in app.metric}
    worth = metrics["Wiped"] - metrics["Carried on"]
    assert metrics["The state is worth"] == pytest.approx(worth, abs=0.011)
    app.select_slider(key="stateful-width").set_value(16).run()
    assert not app.exception


def test_every_way_down_is_drawn(chapter: Chapter) -> None:
    app = chapter("descent")
    app.pills(key="descent-ways").set_value(["plain", "rmsprop", "adam"]).run()
    app.segmented_control(key="descent-batch").set_value("4").run()
    app.slider(key="descent-at").set_value(0).run()
    assert not app.exception
    assert said(app).count("update 0: weights (0.000, 0.000)") == 3
    app.pills(key="descent-ways").set_value([]).run()
    assert not app.exception


def test_a_training_can_be_scrubbed_from_too_little_to_too_much(chapter: Chapter) -> None:
    app = chapter("fitting")
    (at,) = [s for s in app.slider if s.label == "After epoch"]
    at.set_value(0).run()
    assert "it knows nothing yet" in said(app)
    (at,) = [s for s in app.slider if s.label == "After epoch"]
    at.set_value(at.max).run()
    assert "**overfitting**" in said(app)


def test_music_without_a_melody_leads_to_other_music(chapter: Chapter, own_store: Path) -> None:
    kit = Track.of([(i, 1, 36, 90) for i in range(8)], DRUMS)
    bring_pieces(own_store, [Piece("kit", (kit,))])
    for name in ("descent", "fitting"):
        app = chapter(name)
        assert "needs" in app.info[0].value
        assert "Choose music" in [link.label for link in app.page_link]


def test_three_takes_from_one_seed(chapter: Chapter, own_store: Path) -> None:
    own_network(own_store)
    app = chapter("temperature")
    assert "from seed 1:" in said(app)
    assert sum("different pitches" in text.value for text in app.markdown) == 3
    app.button(key="temperature-other").click().run()
    assert "from seed 2:" in said(app)


def test_a_link_opens_the_glossary_at_its_word(chapter: Chapter) -> None:
    app = chapter("glossary", term="epoch")
    assert app.subheader[0].value == "Epoch"
    assert "Batch" in said(app)
    app.text_input(key="glossary-search").set_value("temperature").run()
    assert "**Temperature**" in said(app)
    assert "**Chord**" not in said(app)
    app.text_input(key="glossary-search").set_value("zebra").run()
    assert "No word like this" in said(app)
    assert "no such word" in said(chapter("glossary", term="zebra"))
    everything = said(chapter("glossary"))
    assert all(term.means in everything for term in TERMS.values())


def test_troubles_are_found_by_what_one_sees(chapter: Chapter) -> None:
    app = chapter("troubles")
    every = len(app.expander)
    app.text_input(key="troubles-search").set_value("iphone").run()
    assert [box.label for box in app.expander] == ["There is no sound at all."]
    app.text_input(key="troubles-search").set_value("zebra").run()
    assert "Nothing like this" in said(app)
    assert every > 15


def test_the_books_steps_lead_to_their_pages(chapter: Chapter) -> None:
    app = chapter("reading")
    assert "Long Short-Term Memory" in said(app)
    assert "examples are from" not in said(app)
    assert [link.label for link in app.page_link].count("Train") >= 3
