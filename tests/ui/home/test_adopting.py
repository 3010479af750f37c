"""A network that ships becomes the visitor's own: whole, ready to play, one copy for all."""

from pathlib import Path

import numpy as np
import pytest
import streamlit as st

from models.files import Files
from models.run_music import run_music
from models.shipped import LEARNED, SHIPPED, shipped_store
from models.store import Store
from ui.home.adopting import adopt
from ui.workspace import Workspace

NAME = "bach-chorales"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("GRUVE_STORE", str(tmp_path))
    st.cache_resource.clear()
    return Store(str(tmp_path))


def visitor(store: Store, letter: str = "a") -> Workspace:
    return Workspace(letter * 32, Files(store.url), store)


def test_the_visitor_has_all_of_it(store: Store) -> None:
    workspace, learned, shipped = visitor(store), LEARNED[NAME], shipped_store()
    run = adopt(workspace, NAME)
    assert run.id == SHIPPED[NAME]
    assert run.title == "Bach chorales"
    assert workspace.run == run
    assert store.best(run.id) == learned.epoch
    assert store.kept(run.id) == [learned.epoch]
    assert store.history(run.id) == shipped.history(run.id)
    assert store.status(run.id) == shipped.status(run.id)
    assert store.baselines(run.id) == shipped.baselines(run.id)
    assert store.samples(run.id).keys() == shipped.samples(run.id).keys()
    own = store.corpus(run.id, workspace.id)
    assert own.digest == shipped.corpus(run.id).digest == run.corpus
    assert own.names == shipped.corpus(run.id).names
    weights = store.weights(run.id, learned.epoch)
    for name, array in shipped.weights(run.id, learned.epoch).items():
        assert np.array_equal(weights[name], array)
    assert len(run_music(store, run).learned) == learned.pieces


def test_those_who_have_it_share_it_and_each_may_let_it_go(store: Store) -> None:
    first, second = visitor(store, "a"), visitor(store, "b")
    for workspace in (first, second, second):
        run = adopt(workspace, NAME)
    assert second.run_ids == (run.id,)
    assert set(store.owners(run.id)) == {first.id, second.id}
    assert not store.remove_owner(run.id, first.id)
    assert store.kept(run.id)
    assert store.remove_owner(run.id, second.id)
    assert shipped_store().kept(run.id), "the shipped one stays"
