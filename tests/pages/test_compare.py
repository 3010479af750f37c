"""The Compare page in each of its states. Runs are measurements and random weights; in a browser
the real engine learns."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from models.bundle import pack
from models.listeners import Listeners
from models.store import Store
from tests.models.music import tunes
from tests.ui.compare.runs import COUNTED, keep_run, learn_by_chance, workspace_in
from tests.ui.compare.runs import SMALL as SMALL_NETWORK
from tests.ui.music import bring_pieces
from ui.compare.experiments import EXPERIMENTS, training_of
from ui.own_runs import RunNote
from ui.runs import engine, keep

OpenPage = Callable[..., AppTest]
PAGE = "pages/5_Compare.py"
SMALL = "encoding=notes&layers=gru4&batch_size=2&sequence_length=8&transpose=0&held_out=0.3"


@pytest.fixture(autouse=True)
def no_worker_is_left() -> Iterator[None]:
    yield
    engine().close()


def said(app: AppTest) -> str:
    return "\n".join(part.value for part in [*app.markdown, *app.info, *app.caption, *app.error])


def columns(app: AppTest) -> list[str]:
    """The runs side by side."""
    return list(app.table[0].value.columns)[1:]


def test_without_a_run_it_offers_experiments_and_leads_to_training(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    assert not app.exception
    assert "There is no network yet" in app.info[0].value
    assert "Train a network" in [link.label for link in app.page_link]
    assert not app.button(key="experiment-cells").disabled
    assert "**Bach chorales**" in said(app)
    assert not app.table


def test_one_run_is_shown_alone(open_page: OpenPage, own_store: Path) -> None:
    keep_run(own_store)
    app = open_page(PAGE)
    assert not app.exception
    assert "There is one network." in app.info[0].value
    assert columns(app) == ["2 × GRU 256"]
    assert "The same in all" not in said(app)


def test_a_run_that_has_learned_nothing_yet_is_no_trouble(
    open_page: OpenPage, own_store: Path
) -> None:
    keep_run(own_store, losses=[])
    app = open_page(PAGE)
    assert not app.exception
    assert said(app).count("None of these networks has learned an epoch yet.") == 2
    assert "nothing to export" in said(app)


def test_several_runs_stand_side_by_side(open_page: OpenPage, own_store: Path) -> None:
    for preset, best in (("quick", 2.0), ("lstm", 2.5), ("rnn", 3.0)):
        run = keep_run(own_store, preset, [4.0, best])
        Store(str(own_store)).save_baselines(run.id, COUNTED)
    app = open_page(PAGE)
    assert not app.exception
    assert columns(app) == ["2 × GRU 256", "2 × LSTM 256", "2 × Plain RNN 256"]
    assert "**2 × GRU 256** predicts held-out music best: 0.500 nats per note" in said(app)
    assert "batch size 64" in said(app)
    assert "counting alone" in said(app)
    takes = [m.value for m in app.markdown if m.value.endswith(", epoch 2")]
    assert takes == [f"**{name}**, epoch 2" for name in columns(app)]


def test_what_is_ticked_is_remembered(open_page: OpenPage, own_store: Path) -> None:
    runs = [keep_run(own_store, preset, [2.0]) for preset in ("quick", "lstm", "rnn")]
    workspace = workspace_in(own_store)
    open_page(PAGE)
    workspace.reload()
    workspace.choose(compared=[runs[0].id, runs[2].id])
    assert columns(open_page(PAGE)) == ["2 × GRU 256", "2 × Plain RNN 256"]
    keep_run(own_store, "quick", [2.0], seed=1)  # a new one is ticked by itself
    assert len(columns(open_page(PAGE))) == 3


def test_epochs_of_one_run_are_heard_with_their_losses(
    open_page: OpenPage, own_store: Path
) -> None:
    keep_run(own_store, losses=[3.0, 2.0, 2.5])
    app = open_page(PAGE)
    app.number_input(key="compare-notes").set_value(20)
    app.toggle(key="hear-epochs").set_value(True).run()
    assert not app.exception
    assert [m.value for m in app.markdown if m.value.startswith("**Epoch")] == [
        "**Epoch 1**, held-out loss 3.000 nats a token",
        "**Epoch 2**, held-out loss 2.000 nats a token, the best",
        "**Epoch 3**, held-out loss 2.500 nats a token",
    ]
    assert workspace_in(own_store).choice("compare-notes", 0) == 20


def test_a_run_is_renamed_and_pinned(open_page: OpenPage, own_store: Path) -> None:
    run = keep_run(own_store)
    app = open_page(PAGE)
    app.text_input(key=f"run-name-{run.id}").set_value("My **best**")
    app.button(key="run-rename").click().run()
    assert not app.exception
    app.button(key="run-pin").click().run()
    assert app.button(key="run-pin").label == "Unpin"
    assert columns(app) == [r"My \*\*best\*\*"]
    assert workspace_in(own_store).run_note(run.id) == RunNote("My **best**", True)
    app.button(key="run-pin").click().run()
    assert workspace_in(own_store).run_note(run.id).pinned is False


def test_a_run_is_deleted(open_page: OpenPage, own_store: Path) -> None:
    kept, gone = keep_run(own_store, "quick"), keep_run(own_store, "lstm")
    app = open_page(PAGE)
    app.button(key="run-delete").click().run()  # the newest stands first
    assert not app.exception
    assert columns(app) == ["2 × GRU 256"]
    assert workspace_in(own_store).run_ids == (kept.id,)
    assert gone.id not in Store(str(own_store))


def test_a_run_comes_back_from_its_file(open_page: OpenPage, own_store: Path) -> None:
    run = keep_run(own_store, losses=[3.0, 2.0])
    workspace = workspace_in(own_store)
    data = pack(Store(str(own_store)), run.id, owner=workspace.id)
    app = open_page(PAGE, token="c" * 32)
    app.file_uploader(key="import-run-0").upload("run.gruve", data, "application/zip").run()
    assert not app.exception
    assert not app.error
    assert columns(app) == ["2 × GRU 256"]
    assert (
        len(list(Store(str(own_store)).runs())) == 2
    )  # what a file says was learned is never mixed with the original


@pytest.mark.parametrize("data", [b"MThd, no run at all", b""])
def test_a_foreign_file_gets_a_sentence(open_page: OpenPage, own_store: Path, data: bytes) -> None:
    app = open_page(PAGE)
    app.file_uploader(key="import-run-0").upload("run.gruve", data, "application/zip").run()
    assert not app.exception
    assert "not a run that Gruve exported" in app.error[0].value.replace("\\", "")
    assert not list(Store(str(own_store)).runs())


def test_a_tampered_file_gets_a_sentence(open_page: OpenPage, own_store: Path) -> None:
    run = keep_run(own_store, losses=[3.0])
    data = bytearray(pack(Store(str(own_store)), run.id, owner=workspace_in(own_store).id))
    data[len(data) // 2] ^= 255
    app = open_page(PAGE)
    app.file_uploader(key="import-run-0").upload("x.gruve", bytes(data), "application/zip").run()
    assert not app.exception
    assert "damaged" in app.error[0].value
    assert workspace_in(own_store).run_ids == (run.id,)


def test_another_visitor_has_nothing_to_compare(open_page: OpenPage, own_store: Path) -> None:
    keep_run(own_store)
    app = open_page(PAGE, token="c" * 32)
    assert "There is no network yet" in app.info[0].value


def test_music_that_does_not_suffice_starts_nothing(open_page: OpenPage, own_store: Path) -> None:
    bring_pieces(own_store, tunes(2))
    app = open_page(PAGE)
    app.button(key="experiment-layers").click().run()
    assert "too little music" in app.error[0].value
    assert not workspace_in(own_store).run_ids


def test_an_experiment_queues_its_runs(open_page: OpenPage, own_store: Path) -> None:
    workspace = bring_pieces(own_store, tunes())
    workspace.choose(recipe=SMALL)
    app = open_page(PAGE)
    app.number_input(key="compare-epochs").set_value(1)
    app.button(key="experiment-cells").click().run()
    assert not app.exception
    assert not app.error
    assert columns(app) == ["2 × GRU 256", "2 × LSTM 256", "2 × Plain RNN 256"]
    assert app.button(key="experiment-cells").disabled
    assert app.button(key="compare-stop")
    assert "Stop it first" in said(app)  # nothing under way is deleted
    assert "can be exported when that has ended" in said(app)


def test_what_an_experiment_has_learned_before_is_answered_at_once(
    open_page: OpenPage, own_store: Path
) -> None:
    workspace = bring_pieces(own_store, tunes())
    workspace.choose(recipe=SMALL)
    encoding, training = training_of(workspace, epochs=2)
    store = Store(str(own_store))
    for preset, network in EXPERIMENTS["layers"].networks:
        run = keep(workspace, encoding, network, training, preset)
        learn_by_chance(store, run, [3.0, 2.0])
    app = open_page(PAGE)
    app.number_input(key="compare-epochs").set_value(2)
    app.button(key="experiment-layers").click().run()
    assert not app.exception
    assert not app.error
    assert columns(app) == ["GRU 256", "2 × GRU 256", "3 × GRU 256"]
    workspace.reload()
    assert len(workspace.run_ids) == 3
    assert all(engine().job(run_id) is None for run_id in workspace.run_ids)


def test_the_takes_are_measured_where_one_asks(open_page: OpenPage, own_store: Path) -> None:
    keep_run(own_store, "quick", [2.0], network=SMALL_NETWORK)
    run = keep_run(own_store, "quick", [2.0], network=SMALL_NETWORK, seed=1)
    listeners = Listeners(Store(str(own_store)))
    listeners.start(run.id, workspace_in(own_store).id, seed=0, epoch=1)
    listeners.answer(run.id, workspace_in(own_store).id, 0, True)
    app = open_page(PAGE)
    assert len(app.table) == 1
    heard = dict(zip(app.table[0].value[""], app.table[0].value.iloc[:, -1], strict=True))
    assert heard["Blind test: listeners right"] == "100% of 1 answer"
    app.toggle(key="measure-takes").set_value(True).run()
    assert not app.exception
    assert next(iter(app.table[1].value[""])) == "Typical measures"
    assert len(app.table[1].value.columns) == 3
    assert "too few pieces to say what is typical" in said(app)  # eight tunes
