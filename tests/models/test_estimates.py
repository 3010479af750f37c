"""Times are foretold from times that were measured here, near them, or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest

from models.config import PRESETS, NetworkConfig, TrainingConfig
from models.estimates import MOST, estimate, machine, remember, work_of
from models.files import Files
from musiccore.encoding import ENCODINGS
from tests.models.music import tunes

ENCODING = ENCODINGS["notes"].fit(tunes())
NETWORK, TRAINING = PRESETS["quick"].network, PRESETS["quick"].training


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(str(tmp_path))


def seconds(
    files: Files, training: TrainingConfig = TRAINING, network: NetworkConfig = NETWORK
) -> float | None:
    found = estimate(files, ENCODING, network, training, 10)
    return found and found.seconds


def measure(files: Files, training: TrainingConfig, *epochs: float) -> None:
    remember(files, ENCODING, NETWORK, training, 20, epochs)


def test_nothing_measured_is_nothing_foretold(files: Files) -> None:
    assert seconds(files) is None
    measure(files, TRAINING, 9.0)  # one epoch alone, which also had the network to build
    assert seconds(files) is None


def test_the_same_again_takes_what_it_took(files: Files) -> None:
    measure(files, TRAINING, 9.0, 2.0, 2.2, 2.1)
    assert seconds(files) == pytest.approx(2.1 / 20 * 10)
    assert seconds(files, replace(TRAINING, epochs=7, seed=3)) == seconds(files)


def test_near_by_it_is_a_line_through_what_was_measured(files: Files) -> None:
    measure(files, TRAINING, 9.0, 2.0)
    double = replace(TRAINING, batch_size=128)
    assert seconds(files, double) == pytest.approx(2 * 1.0)
    measure(files, double, 9.0, 3.0)
    half = replace(TRAINING, batch_size=96)
    assert seconds(files, half) == pytest.approx((0.1 + 0.15) / 2 * 10)


def test_far_off_or_of_another_kind_nothing_is_said(files: Files) -> None:
    measure(files, TRAINING, 9.0, 2.0)
    assert seconds(files, replace(TRAINING, batch_size=64 * 5)) is None
    assert seconds(files, replace(TRAINING, batch_size=8)) is None
    assert seconds(files, TRAINING, PRESETS["lstm"].network) is None
    assert seconds(files, TRAINING, replace(NETWORK, input="one-hot")) is None


def test_only_the_newest_are_remembered_and_only_of_this_machine(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(MOST + 5):
        measure(files, TRAINING, 9.0, float(i + 1))
    found = estimate(files, ENCODING, NETWORK, TRAINING, 20)
    assert found is not None
    assert (found.seconds, found.trainings) == (MOST + 5, MOST)
    assert [p.stem for p in (tmp_path / "machines").iterdir()] == [machine()]
    monkeypatch.setattr("platform.node", lambda: "another")
    assert seconds(files) is None


def test_work_grows_with_the_batch_the_steps_and_the_weights() -> None:
    work = work_of(ENCODING, NETWORK, TRAINING)
    assert work_of(ENCODING, NETWORK, replace(TRAINING, batch_size=128)) == 2 * work
    assert work_of(ENCODING, NETWORK, replace(TRAINING, sequence_length=32)) == 2 * work
    assert work_of(ENCODING, PRESETS["deep"].network, TRAINING) > 3 * work
