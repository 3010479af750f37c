"""The store stays within its bounds; what goes first is what was used longest ago."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.files import Files
from models.quota import make_room, megabytes, thin
from models.store import LOCAL, Store
from tests.models.test_store import epoch, run_of

KILOBYTE = np.zeros(250, np.float32)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path))


def test_thinning_keeps_the_best_and_the_last_epoch_and_every_measurement(store: Store) -> None:
    run, corpus = run_of()
    store.create(run, corpus)
    for number in range(1, 21):
        best = 0.5 if number == 7 else 1.0
        store.save_epoch(run.id, epoch(number, best), {"a": KILOBYTE})
    gone = thin(store, run.id, 8000)
    assert store.weights_size(run.id) <= 8000 or len(store.kept(run.id)) <= 2
    assert {7, 20} <= set(store.kept(run.id))
    assert sorted([*gone, *store.kept(run.id)]) == list(range(1, 21))
    assert len(store.history(run.id)) == 20
    assert thin(store, run.id, 10**9) == []


def test_room_is_made_from_the_oldest_and_never_from_what_is_busy(
    store: Store, tmp_path: Path
) -> None:
    runs = [run_of(seed=seed)[0] for seed in range(4)]
    corpus = run_of()[1]
    for age, run in enumerate(runs):
        store.create(run, corpus)
        for path in (tmp_path / "runs" / run.id).rglob("*"):
            os.utime(path, (1000 + age, 1000 + age))
    files = Files(str(tmp_path))
    one = files.size(f"runs/{runs[0].id}")
    gone = make_room(files, 2 * one + 200, busy={runs[0].id})
    assert gone == [f"runs/{runs[1].id}", f"runs/{runs[2].id}"]
    assert [run.id in store for run in runs] == [True, False, False, True]
    assert make_room(files, 10**9) == []


def test_what_somebody_pinned_goes_last(store: Store, tmp_path: Path) -> None:
    runs = [run_of(seed=seed)[0] for seed in range(3)]
    corpus = run_of()[1]
    for age, run in enumerate(runs):
        store.create(run, corpus)
        if age == 0:
            store.add_owner(run.id, "me", replace(store.ownership(run.id, LOCAL), pinned=True))
        for path in (tmp_path / "runs" / run.id).rglob("*"):
            os.utime(path, (1000 + age, 1000 + age))
    files = Files(str(tmp_path))
    kept = files.size(f"runs/{runs[0].id}") + files.size(f"runs/{runs[2].id}")
    assert make_room(files, kept) == [f"runs/{runs[1].id}"]
    assert len(make_room(files, 0)) == 2


def test_bounds_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUVE_TEST_MB", "3")
    assert megabytes("GRUVE_TEST_MB", 1) == 3_000_000
    monkeypatch.setenv("GRUVE_TEST_MB", "much")
    assert megabytes("GRUVE_TEST_MB", 1) == 1_000_000
