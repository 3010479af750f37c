"""What trainings run on, asked of a driver that is there, broken or missing."""

from pathlib import Path

import pytest

from ui.training.machine import gpus, memory_bound, runs_on


@pytest.fixture(autouse=True)
def nothing_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.delenv("GRUVE_SCHEDULER", raising=False)
    gpus.clear()


def driver(folder: Path, script: str) -> None:
    path = folder / "nvidia-smi"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)


def test_cards_are_named_as_the_driver_names_them(tmp_path: Path) -> None:
    driver(tmp_path, "echo 'NVIDIA H200'; echo 'NVIDIA H200'")
    assert gpus() == ("NVIDIA H200", "NVIDIA H200")
    assert "GPU (NVIDIA H200)" in runs_on()


def test_a_driver_that_fails_is_none(tmp_path: Path) -> None:
    driver(tmp_path, "echo 'no devices were found'; exit 9")
    assert gpus() == ()
    assert "no NVIDIA GPU" in runs_on()


def test_a_cluster_decides_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUVE_WORKER_MEMORY", "2 GiB")
    assert memory_bound() == 2 * 2**30
    monkeypatch.setenv("GRUVE_SCHEDULER", "tcp://127.0.0.1:8786")
    assert memory_bound() is None
    assert "cluster" in runs_on()
