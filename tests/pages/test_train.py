"""The Train page in each of its states, with the real engine where something is learned."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from models.listeners import Listeners
from models.store import Epoch, Status, Store
from tests.models.music import tunes
from tests.pages.conftest import TOKEN
from tests.pages.test_generate import trained
from tests.ui.music import bring_pieces
from ui.runs import engine
from ui.workspace import id_of

OpenPage = Callable[..., AppTest]
PAGE = "pages/3_Train.py"


@pytest.fixture(autouse=True)
def no_worker_is_left() -> Iterator[None]:
    yield
    engine().close()


def with_own_music(folder: Path) -> None:
    bring_pieces(folder, tunes())


def until_done(run_id: str) -> None:
    end = time.monotonic() + 180
    while engine().job(run_id) is not None:
        assert time.monotonic() < end, "the training never ended"
        time.sleep(0.05)


def test_it_opens_with_the_defaults(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    assert not app.exception
    assert app.radio(key="preset").value == "quick"
    assert app.number_input(key="epochs").value == 30
    assert app.number_input(key="batch-size").value == 64
    assert app.metric[0].value == "1,108,842"


def test_too_little_music_is_told_what_would_work(open_page: OpenPage, own_store: Path) -> None:
    with_own_music(own_store)
    app = open_page(PAGE)
    said = re.search(r"longest sequence length that would work is (\d+)", app.error[0].value)
    assert said is not None
    assert int(said[1]) < app.number_input(key="sequence-length").value
    assert app.button(key="train-start").disabled
    app.number_input(key="sequence-length").set_value(int(said[1])).run()
    assert not app.error
    assert not app.button(key="train-start").disabled


def test_where_tensorflow_has_no_room_nothing_can_be_begun(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRUVE_WORKER_MEMORY", "500 MiB")
    app = open_page(PAGE)
    assert not app.exception
    assert app.button(key="train-start").disabled
    assert any("Training takes at least 0.8 GiB of memory" in said.value for said in app.caption)


def test_what_the_blind_test_came_to_stands_with_the_run(
    open_page: OpenPage, own_store: Path
) -> None:
    run = trained(own_store)
    app = open_page(PAGE)
    assert not any("Original or generated" in said.value for said in app.caption)
    listeners, owner = Listeners(Store(str(own_store))), id_of(TOKEN)
    listeners.start(run.id, owner, seed=1, epoch=1)
    listeners.answer(run.id, owner, turn=0, right=True)
    app.run()
    assert not app.exception
    (said,) = [c.value for c in app.caption if "Original or generated" in c.value]
    assert "right in 100% of 1 answer" in said


def test_it_learns_shows_the_curve_and_goes_on(open_page: OpenPage, own_store: Path) -> None:
    with_own_music(own_store)
    app = open_page(PAGE)
    app.number_input(key="epochs").set_value(1)
    app.number_input(key="batch-size").set_value(4).run()
    app.button(key="train-start").click().run()
    assert not app.exception
    assert not app.error
    run_id = app.selectbox(key="run").value
    assert app.button(key="train-start").disabled
    assert app.button(key="train-stop")
    until_done(run_id)
    app = open_page(PAGE)
    assert [s.value for s in app.success] == ["Learned 1 epoch."]
    assert app.number_input(key="batch-size").value == 4
    app.number_input(key="more-epochs").set_value(1)
    app.button(key="train-continue").click().run()
    until_done(run_id)
    assert [s.value for s in open_page(PAGE).success] == ["Learned 2 epochs."]
    assert len(Store(str(own_store)).history(run_id)) == 2

    app = open_page(PAGE)
    app.number_input(key="training-seed").set_value(1).run()
    app.button(key="train-start").click().run()
    assert app.selectbox(key="run").value != run_id  # the new one, not the one looked at before
    app.number_input(key="training-seed").set_value(2).run()
    assert any("waits for 1 other training of yours" in c.value for c in app.caption)
    assert not app.button(key="train-start").disabled


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Status("failed", 2, "Memory ran out."), "Memory ran out"),
        (Status("training", 2), "interrupted"),
    ],
)
def test_a_training_that_came_to_grief_says_so_and_can_go_on(
    open_page: OpenPage, own_store: Path, status: Status, sentence: str
) -> None:
    run = trained(own_store)
    Store(str(own_store)).set_status(run.id, status)
    app = open_page(PAGE)
    assert not app.exception
    assert any(sentence in said.value for said in [*app.error, *app.info])
    assert app.button(key="train-continue")
    assert not any("being counted" in said.value for said in [*app.markdown, *app.caption])


def test_what_was_never_held_out_is_not_shown_as_a_number(
    open_page: OpenPage, own_store: Path
) -> None:
    run = trained(own_store)
    store = Store(str(own_store))
    for number in (1, 2):
        weights = store.weights(run.id, number)
        store.save_epoch(run.id, Epoch(number, 3.0, None, None, None, 1.0), weights)
    store.set_status(run.id, Status("done", 2))
    app = open_page(PAGE)
    assert not app.exception
    assert any("one piece only" in c.value for c in app.caption)
