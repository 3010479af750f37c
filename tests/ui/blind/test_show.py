"""The blind test on a page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from models.blind import make_round
from models.listeners import Listeners, Score
from models.store import Run, Store
from tests.ui.compare.runs import SMALL, keep_run, workspace_in

ROUNDS = 3


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GRUVE_STORE", str(tmp_path))
    monkeypatch.setattr("ui.listening.missing", lambda: "No audio here.")
    for module in ("models.listeners", "ui.blind.show"):
        monkeypatch.setattr(f"{module}.ROUNDS", ROUNDS)
    st.cache_resource.clear()
    yield tmp_path
    st.cache_resource.clear()


def page() -> None:
    from pathlib import Path

    from tests.ui.compare.runs import workspace_in
    from ui.blind.show import show_blind_test
    from ui.workspace import store

    workspace = workspace_in(Path(store().url))
    run = workspace.run
    assert run is not None
    assert show_blind_test(workspace, run) == []


def opened() -> AppTest:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    parts = [*app.markdown, *app.info, *app.caption, *app.success, *app.warning]
    return "\n".join(part.value for part in parts)


def generated(folder: Path, run: Run) -> str:
    """The name of the excerpt that the network made, in the round on the screen."""
    store = Store(str(folder))
    game = Listeners(store).game(run.id, workspace_in(folder).id)
    return "AB"[make_round(store, run, game.epoch, game.seed, game.turn).generated]


def test_a_game_from_the_first_round_to_the_score(own_store: Path) -> None:
    run = keep_run(own_store, network=SMALL)
    app = opened()
    assert "3 rounds" in texts(app)
    app.button(key="blind-start-0").click().run()
    for turn in range(ROUNDS):
        assert f"Round {turn + 1} of {ROUNDS}" in texts(app)
        assert "The network made" not in texts(app)
        right = generated(own_store, run)
        wrong = "B" if right == "A" else "A"
        app.button(key=f"blind-{wrong if turn == 1 else right}-{turn}").click().run()
        assert not app.exception
        assert f"The network made {right}. {wrong} is from bar" in texts(app)
        assert app.button(key=f"blind-A-{turn}").disabled
        app.button(key=f"blind-on-{turn}").click().run()
    assert "You were right in **2 of 3**" in texts(app)
    score = Listeners(Store(str(own_store))).heard(run.id, workspace_in(own_store).id)
    assert score == Score(2, 3)
    assert app.button(key="blind-start-3").label == "Play again"


def test_a_refresh_goes_on_where_it_was(own_store: Path) -> None:
    run = keep_run(own_store, network=SMALL)
    app = opened()
    app.button(key="blind-start-0").click().run()
    app.button(key="blind-A-0").click().run()
    again = opened()
    assert "The network made" in texts(again)
    again.button(key="blind-on-0").click().run()
    assert "Round 2 of 3" in texts(opened())
    # The first tab still shows the round before: its click counts for nothing.
    app.button(key="blind-on-0").click().run()
    assert "Round 2 of 3" in texts(app)
    assert Listeners(Store(str(own_store))).game(run.id, workspace_in(own_store).id).turn == 1


def test_pieces_that_are_too_short_are_said_to_be(own_store: Path) -> None:
    keep_run(own_store, network=SMALL, encoding_name="book")
    app = opened()
    app.button(key="blind-start-0").click().run()
    assert not app.exception
    assert "Round 1 of 3" in texts(app)
    opened_epoch = Store(str(own_store))
    (run,) = workspace_in(own_store).runs()
    opened_epoch.forget_weights(run.id, opened_epoch.best(run.id))
    st.cache_resource.clear()
    assert "There is no epoch" in texts(opened()).replace("\\", "")
