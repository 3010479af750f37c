"""A run survives its process: JSON and safetensors, whole files, nothing else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.config import PRESETS
from models.data import Corpus
from models.store import Epoch, Run, Status, Store, StoreError
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes


def run_of(name: str = "notes", owner: str = "", **training: int) -> tuple[Run, Corpus]:
    pieces = [*tunes(), band()]
    encoding = ENCODINGS[name].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    preset = PRESETS["quick"]
    chosen = replace(preset.training, **training)  # type: ignore[arg-type]
    return Run.of("tunes", encoding, preset.network, chosen, corpus, "quick", owner), corpus


def epoch(number: int, held_out: float | None = 1.0) -> Epoch:
    return Epoch(number, 2.0, held_out, 0.5, 1.0, 3.0)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_run_and_its_music_come_back_equal(store: Store, name: str) -> None:
    run, corpus = run_of(name)
    store.create(run, corpus)
    assert store.load(run.id) == run
    back = store.corpus(run.id)
    assert back.names == corpus.names
    assert back.digest == corpus.digest == run.corpus


def test_the_same_choices_are_the_same_run_whatever_the_epochs(store: Store) -> None:
    run, _ = run_of()
    assert run_of(epochs=5)[0].id == run.id
    assert run_of(seed=1)[0].id != run.id
    assert run_of(batch_size=8)[0].id != run.id
    assert run_of(owner="somebody")[0].id != run.id


def test_a_run_that_is_there_is_not_begun_anew(store: Store) -> None:
    run, corpus = run_of()
    store.create(run, corpus)
    store.save_epoch(run.id, epoch(1), {"a": np.ones(2, np.float32)})
    store.create(run, corpus)
    assert [e.number for e in store.history(run.id)] == [1]


def test_epochs_come_back_in_order_and_the_best_is_the_lowest_held_out(store: Store) -> None:
    run, corpus = run_of()
    store.create(run, corpus)
    for number, loss in ((2, 1.0), (1, 3.0), (10, 2.0)):
        store.save_epoch(run.id, epoch(number, loss), {"a": np.full(2, number, np.float32)})
    assert [e.number for e in store.history(run.id)] == [1, 2, 10]
    assert store.best(run.id) == 2
    assert store.weights(run.id, 10)["a"].tolist() == [10, 10]


def test_without_a_held_out_loss_the_last_epoch_is_the_best(store: Store) -> None:
    run, corpus = run_of()
    store.create(run, corpus)
    for number in (1, 2):
        store.save_epoch(run.id, epoch(number, None), {"a": np.ones(1, np.float32)})
    assert store.best(run.id) == 2


def test_what_is_not_there_is_said_in_a_sentence(store: Store) -> None:
    run, corpus = run_of()
    with pytest.raises(StoreError, match=f"There is no run {run.id}"):
        store.load(run.id)
    store.create(run, corpus)
    with pytest.raises(StoreError, match="There is no epoch 3"):
        store.weights(run.id, 3)
    with pytest.raises(StoreError, match="has not learned an epoch yet"):
        store.best(run.id)


@pytest.mark.parametrize("wrong", ["", "../../etc", "0" * 15, "Z" * 16, "0" * 16 + "/.."])
def test_no_id_leads_out_of_the_store(store: Store, wrong: str) -> None:
    with pytest.raises(StoreError):
        store.load(wrong)


def test_stop_is_asked_for_and_taken_back(store: Store) -> None:
    run, corpus = run_of()
    store.create(run, corpus)
    assert not store.stop_requested(run.id)
    store.request_stop(run.id)
    assert store.stop_requested(run.id)
    store.clear_stop(run.id)
    assert not store.stop_requested(run.id)


def test_status_waits_until_somebody_says_otherwise(store: Store) -> None:
    run, corpus = run_of()
    store.create(run, corpus)
    assert store.status(run.id) == Status("waiting")
    store.set_status(run.id, Status("failed", 2, "Memory ran out."))
    assert store.status(run.id) == Status("failed", 2, "Memory ran out.")


def test_runs_are_listed_newest_first_and_can_be_deleted(store: Store) -> None:
    assert list(store.runs()) == []
    first, corpus = run_of()
    second = replace(run_of(seed=1)[0], created="2999-01-01T00:00:00+00:00")
    store.create(first, corpus)
    store.create(second, corpus)
    assert [run.id for run in store.runs()] == [second.id, first.id]
    store.delete(second.id)
    assert [run.id for run in store.runs()] == [first.id]


def test_nothing_half_written_is_left(store: Store, tmp_path: Path) -> None:
    run, corpus = run_of()
    store.create(run, corpus)
    store.save_epoch(run.id, epoch(1), {"a": np.ones(1, np.float32)})
    assert not list(tmp_path.rglob("*.part"))
    assert {p.suffix for p in tmp_path.rglob("*") if p.is_file()} == {".json", ".safetensors"}
