"""The engine trains in a process of its own, whose death costs nothing that was learned."""

import io
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from models.cluster import ROOT
from models.courtesy import NICENESS
from models.engine import DIED, Engine
from models.store import LOCAL, Status, Store, StoreError
from tests.models.test_training import SHALLOW, begun


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def engine(folder: Path) -> Iterator[Engine]:
    engine = Engine(Store(str(folder)))
    yield engine
    engine.close()
    assert not _workers()


def _workers() -> list[psutil.Process]:
    """The processes below this one that have TensorFlow's weight, or could get it."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "spawn_main" in _command(child)]


def _command(process: psutil.Process) -> str:
    """What a process runs; nothing where it is gone, or ended and not yet buried."""
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


def until(condition: Callable[[], object], seconds: float = 300) -> None:
    """Poll for an event of another process; the bound only ends a test that would hang."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def test_a_run_is_queued_trained_and_reported(engine: Engine, folder: Path) -> None:
    store, run = begun(folder, SHALLOW, "book")
    _, next_run = begun(folder, SHALLOW, "book", seed=1)
    engine.train(run.id, 2)
    engine.train(next_run.id, 1)
    job, waiting = engine.job(run.id), engine.job(next_run.id)
    assert job is not None
    assert waiting is not None
    assert (job.place, waiting.place) == (0, 1)
    until(lambda: (job := engine.job(run.id)) is None or job.progress)
    behind = psutil.Process().nice() + NICENESS
    assert max(worker.nice() for worker in _workers()) == min(behind, 19), "pages go first"
    until(lambda: engine.job(next_run.id) is None)
    assert engine.status(run.id) == Status("done", 2)
    assert engine.status(next_run.id) == Status("done", 1)
    assert [e.number for e in store.history(run.id)] == [1, 2]
    assert "tensorflow" not in sys.modules or "models.training" in sys.modules
    assert zipfile.is_zipfile(io.BytesIO(engine.export_keras(run.id)))
    with pytest.raises(StoreError, match="There is no epoch 9"):
        engine.export_keras(run.id, 9)


def test_stop_keeps_what_was_learned(engine: Engine, folder: Path) -> None:
    store, run = begun(folder, SHALLOW, "book", seed=2)
    engine.train(run.id, 10_000)
    until(lambda: store.history(run.id))
    engine.stop(run.id)
    until(lambda: engine.job(run.id) is None)
    status = engine.status(run.id)
    assert status.state == "stopped"
    assert status.epochs == len(store.history(run.id)) >= 1


def test_news_of_a_training_arrives_while_the_engine_is_busy(engine: Engine, folder: Path) -> None:
    """Whoever holds the engine may wait for Dask, whose one thread must not wait for the engine."""
    _, run = begun(folder, SHALLOW, "book", seed=19)
    engine.train(run.id, 10_000)
    until(lambda: (job := engine.job(run.id)) and job.progress)
    with engine._lock:
        seen = engine.job(run.id)
        until(lambda: engine.job(run.id) != seen, seconds=60)
    engine.stop(run.id)
    until(lambda: engine.job(run.id) is None)


def test_two_who_want_the_same_share_one_training(engine: Engine, folder: Path) -> None:
    store, run = begun(folder, SHALLOW, "book", seed=9)
    for owner in ("me", "you"):
        store.create(run, store.corpus(run.id), owner)
    engine.train(run.id, 2, "me")
    engine.train(run.id, 4, "you")  # wants more: goes on when the first wish has come true
    mine, yours = engine.job(run.id, "me"), engine.job(run.id, "you")
    assert mine is not None
    assert yours is not None
    assert (mine.epochs, yours.epochs) == (2, 4)
    assert engine.job(run.id, "stranger") is None
    engine.forget(run.id, "me")
    store.disown(run.id, LOCAL)
    assert engine.job(run.id, "me") is None
    until(lambda: engine.job(run.id) is None)
    assert engine.status(run.id, "you") == Status("done", 4)
    assert store.owners(run.id) == ["you"]
    engine.train(run.id, 10_000, "you")
    until(lambda: len(store.history(run.id)) > 4)
    engine.forget(run.id, "you")
    until(lambda: engine.job(run.id) is None)
    assert run.id not in store


def test_who_comes_while_it_stops_gets_what_they_want(engine: Engine, folder: Path) -> None:
    store, run = begun(folder, SHALLOW, "book", seed=10)
    engine.train(run.id, 10_000, "me")
    until(lambda: store.history(run.id))
    engine.stop(run.id, "stranger")
    engine.stop(run.id, "me")
    job = engine.job(run.id, "me")
    assert job is not None
    assert job.stopping
    far = len(store.history(run.id)) + 40
    engine.train(run.id, far, "you")
    until(lambda: engine.job(run.id) is None)
    assert engine.status(run.id, "you") == Status("done", far)


def test_one_that_waits_leaves_the_queue_at_once(engine: Engine, folder: Path) -> None:
    _, first = begun(folder, SHALLOW, "book", seed=7)
    _, second = begun(folder, SHALLOW, "book", seed=8)
    engine.train(first.id, 10_000)
    engine.train(second.id, 10_000)
    engine.stop(second.id)
    until(lambda: engine.job(second.id) is None)
    assert engine.job(first.id) is not None
    assert engine.status(second.id) == Status("stopped", 0)
    engine.stop(first.id)
    until(lambda: engine.job(first.id) is None)


def test_nobody_waits_for_all_that_somebody_else_has_queued(engine: Engine, folder: Path) -> None:
    runs = [begun(folder, SHALLOW, "book", seed=seed)[1] for seed in (20, 21, 22, 23)]
    first, second, third, other = (run.id for run in runs)
    for run_id in (first, second, third):
        engine.train(run_id, 10_000, "greedy")
    engine.train(other, 1, "modest")
    until(lambda: (job := engine.job(first)) is not None and job.progress)
    places = [job.place for r in (first, other, second, third) if (job := engine.job(r))]
    assert places == [0, 1, 2, 3]
    engine.stop(first, "greedy")
    until(lambda: engine.job(other) is None)
    assert engine.status(other) == Status("done", 1)
    assert engine.job(third) is not None
    for run_id in (second, third):
        engine.stop(run_id, "greedy")
        until(lambda run_id=run_id: engine.job(run_id) is None)


def test_a_worker_that_dies_is_said_and_continue_works(engine: Engine, folder: Path) -> None:
    store, run = begun(folder, SHALLOW, "book", seed=3)
    engine.train(run.id, 10_000)
    until(lambda: store.history(run.id))
    for worker in _workers():
        worker.kill()
    until(lambda: engine.job(run.id) is None)
    status = engine.status(run.id)
    learned = len(store.history(run.id))
    assert (status.state, status.message) == ("failed", DIED)
    assert store.weights(run.id, learned)
    engine.train(run.id, learned + 2)
    until(lambda: engine.job(run.id) is None)
    assert engine.status(run.id) == Status("done", learned + 2)


def test_a_training_lost_with_the_app_can_be_continued(engine: Engine, folder: Path) -> None:
    store, run = begun(folder, SHALLOW, "book", seed=4)
    store.set_status(run.id, Status("training", 0))
    assert engine.status(run.id).state == "stopped"
    assert "Continue" in engine.status(run.id).message


def test_an_idle_worker_goes_and_another_comes_when_it_is_needed(folder: Path) -> None:
    engine = Engine(Store(str(folder)), idle_seconds=1)
    others = len(_workers())
    try:
        engine.warm()
        until(lambda: len(_workers()) > others)
        until(lambda: len(_workers()) == others)
        _, run = begun(folder, SHALLOW, "book", seed=5)
        engine.train(run.id, 1)
        until(lambda: engine.job(run.id) is None)
        assert engine.status(run.id) == Status("done", 1)
    finally:
        engine.close()


def test_the_process_that_shows_pages_never_loads_tensorflow() -> None:
    code = "import models.engine, models.takes, models.cli, sys; print('tensorflow' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ, capture_output=True, text=True
    )
    assert found.stdout.strip() == "False", found.stderr
