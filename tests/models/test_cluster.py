"""The embedded cluster's bounds; that it works is tested with the engine."""

import psutil
import pytest

from models.cluster import memory_bound


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
