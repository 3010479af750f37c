"""A run survives its process: JSON and safetensors, whole files, nothing else."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.baselines import Baselines
from models.config import PRESETS
from models.data import Corpus
from models.store import LOCAL, Epoch, Run, Status, Store, StoreError
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes


def run_of(name: str = "notes", **training: int) -> tuple[Run, Corpus]:
    pieces = [*tunes(), band()]
    encoding = ENCODINGS[name].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    preset = PRESETS["quick"]
    chosen = replace(preset.training, **training)  # type: ignore[arg-type]
    return Run.of("tunes", encoding, preset.network, chosen, corpus, "quick"), corpus


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
    assert run_of(patience=3)[0].id == run.id


def test_two_owners_share_a_run_and_see_nothing_of_each_other(store: Store, tmp_path: Path) -> None:
    run, corpus = run_of(epochs=20, patience=4)
    mine = store.create(replace(run, title="My secret songs"), corpus, "me")
    theirs, _ = run_of(epochs=5)
    renamed = replace(corpus, names=tuple(f"other {i}" for i in range(len(corpus))))
    other = store.create(replace(theirs, title="Tunes", preset=""), renamed, "you")
    assert mine.id == other.id
    assert store.load(run.id, "me") == mine
    assert (mine.title, mine.training.epochs, mine.training.patience) == ("My secret songs", 20, 4)
    assert (other.title, other.training.epochs, other.preset) == ("Tunes", 5, "")
    assert store.corpus(run.id, "me").names == corpus.names
    assert store.corpus(run.id, "you").names == renamed.names
    stranger = store.load(run.id, "stranger")
    assert (stranger.title, stranger.preset, stranger.created) == (f"Network {run.id[:4]}", "", "")
    assert store.corpus(run.id, "stranger").names[0] == "Piece 1"
    shared = [p for p in tmp_path.rglob("*") if p.is_file() and "owners" not in p.parts]
    assert shared
    for word in (b"secret", b"tune 1", b"other 1"):
        assert not [path for path in shared if word in path.read_bytes()]


def test_a_run_goes_with_its_last_owner(store: Store) -> None:
    run, corpus = run_of()
    for owner in ("me", "you"):
        store.create(run, corpus, owner)
    assert store.owners(run.id) == ["me", "you"]
    assert not store.remove_owner(run.id, "me")
    assert run.id in store
    assert store.ownership(run.id, "me") is None
    assert store.remove_owner(run.id, "you")
    assert run.id not in store


def test_who_asks_again_keeps_the_name_and_the_pin(store: Store) -> None:
    run, corpus = run_of()
    store.create(run, corpus, "me")
    before = store.ownership(run.id, "me")
    assert before is not None
    store.add_owner(run.id, "me", replace(before, name="Best yet", pinned=True))
    store.create(replace(run, title="Again", created="2999"), corpus, "me")
    after = store.ownership(run.id, "me")
    assert after is not None
    assert (after.name, after.pinned, after.title) == ("Best yet", True, "Again")
    assert after.created == before.created


@pytest.mark.parametrize("wrong", ["", "../me", "me/you", "Me", "a" * 65])
def test_no_owner_leads_out_of_the_run(store: Store, wrong: str) -> None:
    run, corpus = run_of()
    with pytest.raises(StoreError):
        store.create(run, corpus, wrong)
    store.create(run, corpus)
    with pytest.raises(StoreError):
        store.remove_owner(run.id, wrong)


def test_a_run_kept_before_runs_were_shared_still_opens(store: Store, tmp_path: Path) -> None:
    run, corpus = run_of()
    store.create(run, corpus)
    store.disown(run.id, LOCAL)
    path = tmp_path / "store" / "runs" / run.id / "run.json"
    old = {**json.loads(path.read_text()), "title": "tunes", "preset": "quick", "created": "2026"}
    del old["training"]["patience"]
    path.write_text(json.dumps(old))
    found = store.load(run.id, "me")
    assert (found.title, found.preset, found.created) == ("tunes", "quick", "2026")
    assert store.remove_owner(run.id, "me")


def test_samples_and_baselines_stay_with_the_run(store: Store) -> None:
    run, corpus = run_of()
    store.create(run, corpus)
    assert store.samples(run.id) == {}
    assert store.baselines(run.id) is None
    rows = corpus.pieces[0].rows
    for number in (10, 2):
        store.save_sample(run.id, number, rows[:number])
    assert {n: len(found) for n, found in store.samples(run.id).items()} == {2: 2, 10: 10}
    store.save_baselines(run.id, Baselines(3, 2, {"uniform": 9.0}))
    assert store.baselines(run.id) == Baselines(3, 2, {"uniform": 9.0})


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
