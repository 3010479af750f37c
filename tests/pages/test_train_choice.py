"""The Train page as a place to design a network: presets, layers, links, sentences. Nothing is
trained here; what is learned already was put into the store."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from models.config import PRESETS, Layer, NetworkConfig, TrainingConfig
from models.recipe import Recipe, from_query, to_query
from models.store import Epoch, Run, Status, Store
from models.summary import summarize
from musiccore.encoding import ENCODINGS
from tests.models.music import tunes
from tests.pages.conftest import APP, TOKEN
from tests.ui.music import bring_pieces, workspace_in
from ui.runs import engine, keep

OpenPage = Callable[..., AppTest]
PAGE = "pages/3_Train.py"
SMALL = Recipe(
    "notes",
    NetworkConfig(layers=(Layer("gru", 8),), embedding=4, head=4),
    TrainingConfig(epochs=2, batch_size=4, sequence_length=16),
)


@pytest.fixture(autouse=True)
def no_worker_is_left() -> Iterator[None]:
    yield
    engine().close()


def open_link(query: dict[str, str]) -> AppTest:
    """The Train page by an address with this query, as the visitor with the usual token."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.session_state["workspace-token"] = TOKEN
    app.switch_page(PAGE)
    app.query_params.update(query)
    return app.run()


def address(app: AppTest) -> Recipe:
    return from_query(app.query_params)


def parameters(app: AppTest) -> int:
    return int(app.metric[0].value.replace(",", ""))


def learned(folder: Path, recipe: Recipe, epochs: int) -> Run:
    """A run of this recipe on the visitor's tunes, as if it had learned so many epochs."""
    run = keep(workspace_in(folder), recipe.encoding, recipe.network, recipe.training, preset="")
    store = Store(str(folder))
    for number in range(1, epochs + 1):
        epoch = Epoch(number, 3.0 - number / 10, 3.0, 0.2, 2.0, 1.0)
        store.save_epoch(run.id, epoch, {"nothing": np.zeros(1, np.float32)})
    store.set_status(run.id, Status("done", epochs))
    return run


def layer_keys(app: AppTest, what: str) -> list[str]:
    return [f"layer-{what}-{number}" for number in app.session_state["layers"]]


def test_a_preset_fills_the_editor_and_changes_are_named(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    app.radio(key="preset").set_value("book").run()
    assert not app.exception
    book = PRESETS["book"]
    assert address(app) == Recipe("notes", book.network, book.training)
    assert [app.selectbox(key=key).value for key in layer_keys(app, "kind")] == [
        layer.kind for layer in book.network.layers
    ]
    assert "The network: Book" in [h.value for h in app.header]
    app.selectbox(key="optimizer").set_value("adam").run()
    assert any("Book with changes: optimizer Adam (RMSprop)" in c.value for c in app.caption)
    app.button(key="preset-back").click().run()
    assert address(app).training == book.training
    app.number_input(key=layer_keys(app, "units")[0]).set_value(32).run()
    assert app.radio(key="preset").value == "own"
    assert "The network: Own network" in [h.value for h in app.header]


def test_layers_are_added_moved_sized_and_removed(open_page: OpenPage, own_store: Path) -> None:
    bring_pieces(own_store, tunes())
    app = open_link(to_query(SMALL))
    encoding = ENCODINGS["notes"].fit(tunes())

    def is_now(*layers: Layer) -> None:
        assert not app.exception
        network = NetworkConfig(layers=layers, embedding=4, head=4)
        assert address(app) == Recipe("notes", network, SMALL.training)
        assert parameters(app) == summarize(encoding, network, SMALL.training).parameters

    is_now(Layer("gru", 8))
    app.button(key="layer-add").click().run()
    is_now(Layer("gru", 8), Layer("gru", 128))
    added = app.session_state["layers"][1]
    app.selectbox(key=f"layer-kind-{added}").set_value("lstm").run()
    app.number_input(key=f"layer-units-{added}").set_value(5).run()
    app.button(key=f"layer-up-{added}").click().run()
    is_now(Layer("lstm", 5), Layer("gru", 8))
    app.button(key="layer-add").click().run()
    dropped = app.session_state["layers"][2]
    app.selectbox(key=f"layer-kind-{dropped}").set_value("dropout").run()
    app.number_input(key=f"layer-rate-{dropped}").set_value(0.25).run()
    app.button(key=f"layer-down-{added}").click().run()
    is_now(Layer("gru", 8), Layer("lstm", 5), Layer("dropout", rate=0.25))
    app.button(key=f"layer-remove-{added}").click().run()
    is_now(Layer("gru", 8), Layer("dropout", rate=0.25))


def test_what_cannot_be_is_said_and_nothing_can_be_trained(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    for key in layer_keys(app, "remove"):
        app.button(key=key).click().run()
    assert not app.exception
    assert "no layers yet" in app.error[0].value
    assert app.button(key="train-start").disabled
    app.button(key="layer-add").click().run()
    assert not app.error
    app.selectbox(key="objective").set_value("last step").run()
    assert "carry no state" in app.error[0].value
    assert app.button(key="train-start").disabled
    app.checkbox(key="stateful").set_value(False).run()
    app.number_input(key="learning-rate").set_value(0.0).run()
    assert "learning rate of 0" in app.error[0].value
    app.number_input(key="learning-rate").set_value(0.001).run()
    assert not app.error
    assert not app.button(key="train-start").disabled


def test_a_doubtful_choice_is_warned_of(own_store: Path) -> None:
    bring_pieces(own_store, tunes())
    app = open_link({"layers": "gru512-gru4", "batch_size": "4", "sequence_length": "16"})
    assert any("by heart (overfit)" in w.value for w in app.warning)
    assert not app.button(key="train-start").disabled


def test_a_link_brings_the_whole_choice_and_a_page_left_comes_back(open_page: OpenPage) -> None:
    recipe = Recipe(
        "book",
        NetworkConfig(
            layers=(Layer("rnn", 33), Layer("dropout", rate=0.35), Layer("dense", 9)),
            input="one-hot",
            stateful=False,
            embedding=17,
            head=9,
        ),
        TrainingConfig(7, 24, 12, "nadam", 0.00025, 5, 0.15, 0.5, 60, 0.9, 4_000_000_000, 3),
    )
    app = open_link(to_query(recipe))
    assert not app.exception
    assert not app.error
    assert address(app) == recipe
    assert address(open_page(PAGE)) == recipe  # without a link: as it was left


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"layers": "gru128-foo3"}, "names a layer that does not exist"),
        ({"layers": "gru99999"}, "must be a whole number from 1 to 2,048"),
        ({"layers": "gru8", "epochs": "<b>"}, "epochs is no whole number"),
    ],
)
def test_a_bad_link_is_a_sentence_and_the_usual_choices(query: dict[str, str], said: str) -> None:
    app = open_link(query)
    assert not app.exception
    assert said in app.error[0].value.replace("\\", "")
    quick = PRESETS["quick"]
    assert address(app) == Recipe("notes", quick.network, quick.training)


def test_what_is_learned_already_is_answered_at_once(own_store: Path) -> None:
    bring_pieces(own_store, tunes())
    run = learned(own_store, SMALL, 2)
    app = open_link(to_query(SMALL))
    assert any("Already trained: 2 epochs" in c.value for c in app.caption)
    app.button(key="train-start").click().run()
    assert not app.exception
    assert engine().job(run.id) is None
    assert any("Already trained: 2 epochs, from cache in" in s.value for s in app.success)

    app.number_input(key="epochs").set_value(1).run()
    app.button(key="train-start").click().run()
    assert any("Already trained: 1 epoch, from cache in" in s.value for s in app.success)
    assert any("2 epochs are there; you asked for 1" in c.value for c in app.caption)
    assert next(m.value for m in app.metric if m.label == "Best epoch") == "1"

    app.number_input(key="epochs").set_value(60).run()
    assert any("it is trained again from epoch 1" in c.value for c in app.caption)
    assert any("Continue trains it again from epoch 1" in c.value for c in app.caption)
    Store(str(own_store)).save_state(run.id, 2, {"0000": np.zeros(1, np.float32)})
    app.run()
    assert any("only epochs 3 to 60 to train" in c.value for c in app.caption)
    assert not any("again from epoch 1" in c.value for c in app.caption)


def test_samples_are_played_at_a_press(own_store: Path) -> None:
    bring_pieces(own_store, tunes())
    run = learned(own_store, SMALL, 2)
    store = Store(str(own_store))
    rows = store.corpus(run.id).pieces[0].rows
    for epoch in (1, 2):
        store.save_sample(run.id, epoch, rows[: 10 * epoch])
    app = open_link(to_query(SMALL))
    app.button(key=f"sample-{run.id}-2").click().run()
    assert not app.exception
    assert any(c.value == "Epoch 2: 20 notes" for c in app.caption)


def test_another_visitors_choice_and_runs_are_not_seen(
    open_page: OpenPage, own_store: Path
) -> None:
    bring_pieces(own_store, tunes())
    learned(own_store, SMALL, 2)
    open_link(to_query(SMALL))
    app = open_page(PAGE, token="c" * 32)
    assert address(app).network == PRESETS["quick"].network
    assert "Your networks" not in [h.value for h in app.header]
