"""The Generate page in each of its states. Networks have random weights: what is tested is the way
from the controls to music."""

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from models.config import PRESETS
from models.data import Corpus
from models.files import Files
from models.store import Epoch, Run, Store
from models.take_settings import TakeSettings
from models.takes import TakeRecipe
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes
from tests.models.test_generation import random_weights
from tests.pages.conftest import TOKEN
from ui.generating.sections import SECTIONS
from ui.shelf import Entry
from ui.workspace import Workspace

OpenPage = Callable[..., AppTest]
PAGE = "pages/4_Generate.py"


def trained(
    folder: Path, preset: str = "quick", encoding_name: str = "notes", token: str = TOKEN
) -> Run:
    """A run of two epochs in the visitor's workspace; the second is the better."""
    store = Store(str(folder))
    pieces = [*tunes(), band(bars=20)]
    encoding = ENCODINGS[encoding_name].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    chosen = PRESETS[preset]
    workspace = Workspace(token, Files(str(folder)), store)
    run = Run.of("tunes", encoding, chosen.network, chosen.training, corpus, preset)
    store.create(run, corpus, workspace.id)
    for number in (1, 2):
        weights = random_weights(encoding, chosen.network, seed=number)
        store.save_epoch(run.id, Epoch(number, 3.0, 3.0 - number, 0.1, 2.0, 1.0), weights)
    workspace.add_run(run)
    return run


def with_take(folder: Path, run: Run, notes: int, section: str = "", token: str = TOKEN) -> None:
    """A take of so many notes by the run's first epoch lies open, with this section of the page."""
    workspace = Workspace(token, Files(str(folder)), Store(str(folder)))
    recipe = TakeRecipe(run.id, 1, TakeSettings(notes=notes)).to_json()
    entry = Entry(workspace.keep_recipe(recipe), run.id, notes=notes)
    workspace.change_takes(lambda takes: takes.opened([entry]))
    if section:
        (title,) = (title for title in SECTIONS if title.endswith(section))
        workspace.choose(**{"generate-section": title})


def test_without_a_network_it_leads_to_training(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    assert not app.exception
    assert "no trained network yet" in app.info[0].value


def test_one_that_comes_with_gruve_plays_at_once(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    app.button(key="adopt-fiddle-tunes").click().run()
    assert not app.exception
    assert "Fiddle tunes · Comes with Gruve" in app.selectbox(key="run").options[0]
    generate(app, length=30)
    assert "**30 notes**" in said(app)


def said(app: AppTest) -> str:
    """The sentence about the take that is shown."""
    (sentence,) = [m.value for m in app.markdown if m.value.startswith("**")]
    return str(sentence)


def generate(app: AppTest, **numbers: float) -> AppTest:
    """Set these numbers, press Generate; no page may fail."""
    for key, value in numbers.items():
        app.number_input(key=key.replace("_", "-")).set_value(value)
    app.button(key="generate-start").click().run()
    assert not app.exception
    return app


def choose(app: AppTest, key: str, value: str) -> AppTest:
    """Press one of the buttons that stand side by side."""
    app.segmented_control(key=key).set_value(value).run()
    assert not app.exception
    return app


def test_it_offers_the_best_epoch_and_500_notes(open_page: OpenPage, own_store: Path) -> None:
    run = trained(own_store)
    app = open_page(PAGE)
    assert not app.exception
    assert app.selectbox(key="run").value == run.id
    assert app.selectbox(key=f"epoch-{run.id}-2").value == 2
    assert app.number_input(key="length").value == 500
    assert app.segmented_control(key="character").value == "balanced"
    assert any("Press Generate" in c.value for c in app.caption)


def test_it_makes_what_was_asked_for_and_still_has_it_after_a_refresh(
    open_page: OpenPage, own_store: Path
) -> None:
    run = trained(own_store)
    app = open_page(PAGE)
    app.selectbox(key=f"epoch-{run.id}-2").set_value(1).run()
    generate(app, length=60, seed=7, temperature=0.9, top_k=12)
    before = said(app)
    assert before.startswith("**60 notes**")
    assert before.endswith(
        "epoch 1, temperature 0.9, top-k 12, top-p 0.97, seed 7, from the beginning"
    )

    again = open_page(PAGE)
    assert said(again) == before
    assert again.selectbox(key=f"epoch-{run.id}-2").value == 1
    for key, value in {"length": 60, "seed": 7, "temperature": 0.9, "top-k": 12}.items():
        assert again.number_input(key=key).value == value
    assert again.segmented_control(key="character").value == "own"


def test_a_character_is_a_word_for_settings(open_page: OpenPage, own_store: Path) -> None:
    trained(own_store)
    app = choose(open_page(PAGE), "character", "wild")
    assert app.number_input(key="temperature").value == 1.25
    choose(app, "character", "safe")
    assert (app.number_input(key="temperature").value, app.number_input(key="top-p").value) == (
        0.8,
        0.9,
    )
    app.number_input(key="top-p").set_value(0.8).run()
    assert app.segmented_control(key="character").value == "own"
    app.number_input(key="takes").set_value(3)
    app.toggle(key="greedy").set_value(True).run()
    assert app.number_input(key="takes").disabled
    generate(app, length=20)
    assert "always the likeliest note" in said(app)
    generate(app)
    assert "seed 0" in said(app)
    assert not [c for c in app.segmented_control if c.label == "Your takes"], "there is but one"


def test_several_takes_and_the_next_press_makes_others(
    open_page: OpenPage, own_store: Path
) -> None:
    trained(own_store)
    app = generate(open_page(PAGE), length=20, takes=3)
    assert "seed 0" in said(app)
    generate(app)
    assert "seed 3" in said(app)
    assert app.number_input(key="seed").value == 3
    (takes,) = [c for c in app.segmented_control if c.label == "Your takes"]
    assert len(takes.options) == 6
    takes.set_value(takes.options[1]).run()


def test_lengths_in_bars_and_seconds(open_page: OpenPage, own_store: Path) -> None:
    trained(own_store)
    app = open_page(PAGE)
    app.selectbox(key="length-unit").set_value("seconds").run()
    assert app.number_input(key="length").value == 60
    generate(app, length=9)
    seconds = int(said(app).split(", ")[1].split()[0])
    assert 4 <= seconds <= 14
    app.selectbox(key="length-unit").set_value("bars").run()
    generate(app, length=2)


def test_another_visitor_has_no_network(open_page: OpenPage, own_store: Path) -> None:
    trained(own_store)
    app = open_page(PAGE, token="c" * 32)
    assert "no trained network yet" in app.info[0].value
