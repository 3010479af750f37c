"""The embedded cluster's bounds; that it works is tested with the engine."""

from pathlib import Path

import psutil
import pytest

from models.cluster import memory_bound, refusal
from models.connection import ClusterError
from models.engine import Engine
from models.store import Status, Store
from tests.models.test_training import begun


def test_the_worker_gets_what_is_asked_and_no_more_than_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GRUVE_WORKER_MEMORY", "300 MB")
    assert memory_bound() == 300_000_000
    monkeypatch.setenv("GRUVE_WORKER_MEMORY", "999 TB")
    assert 0 < memory_bound() <= psutil.virtual_memory().total
    monkeypatch.delenv("GRUVE_WORKER_MEMORY")
    assert memory_bound() <= 4 * 2**30


def test_what_is_left_for_the_app_is_not_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRUVE_WORKER_MEMORY", raising=False)
    for limit, left in ((1800, 500), (600, 300)):
        monkeypatch.setenv("GRUVE_MEMORY_MB", str(limit))
        assert memory_bound() == (limit - left) * 2**20
    monkeypatch.setenv("GRUVE_WORKER_MEMORY", "100 MiB")
    assert memory_bound() == 100 * 2**20


def test_where_tensorflow_has_no_room_nothing_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRUVE_WORKER_MEMORY", raising=False)
    monkeypatch.setenv("GRUVE_MEMORY_MB", "1400")
    assert refusal() == ""
    monkeypatch.setenv("GRUVE_MEMORY_MB", "1000")
    said = refusal()
    assert said.startswith("Training takes at least 0.8 GiB of memory, and 0.5 GiB are left for it")
    _, run = begun(tmp_path)
    engine = Engine(Store(str(tmp_path)))
    engine.warm(run)
    assert not engine.warming
    engine.train(run.id, 1)
    assert engine.job(run.id) is None
    assert engine.status(run.id) == Status("failed", 0, said)
    with pytest.raises(ClusterError) as refused:
        engine.export_keras(run.id)
    assert str(refused.value) == said
    assert not psutil.Process().children()
    monkeypatch.setenv("GRUVE_SCHEDULER", "tcp://127.0.0.1:1")
    assert Engine(Store(str(tmp_path))).refusal == "", "a cluster has memory of its own"
