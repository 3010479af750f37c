"""Settings that differ stand in the table, those that do not in a sentence."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from models.config import NetworkConfig, TrainingConfig
from tests.ui.compare.runs import keep_run
from ui.compare.differences import SETTINGS, differences, same_sentence


def test_twins_differ_in_their_layers_alone(tmp_path: Path) -> None:
    runs = [keep_run(tmp_path, preset) for preset in ("quick", "lstm")]
    found = differences(runs)
    assert found.differing == {"layers": ["GRU 256 → GRU 256", "LSTM 256 → LSTM 256"]}
    assert found.same.keys() == SETTINGS.keys() - {"layers"}
    said = same_sentence(found.same)
    assert said.startswith("The same in all of them: music tunes, encoding notes,")
    assert "batch size 64" in said


OTHER: dict[str, Any] = {
    "input": "one-hot",
    "objective": "last step",
    "stateful": False,
    "embedding": 7,
    "head": 7,
    "batch_size": 7,
    "sequence_length": 7,
    "optimizer": "rmsprop",
    "learning_rate": 0.5,
    "transpose": 7,
    "held_out": 0.5,
    "clip": 7.0,
    "warm_up": 7,
    "average": 0.7,
    "seed": 7,
}
"""Setting -> another value than that of the preset Quick."""


@pytest.mark.parametrize("name", OTHER)
def test_every_setting_that_makes_another_run_is_seen(tmp_path: Path, name: str) -> None:
    run = keep_run(tmp_path)
    run = replace(run, network=replace(run.network, stateful=name == "stateful"))
    changed = {name: OTHER[name]}
    if hasattr(run.network, name):
        other = replace(run, network=replace(run.network, **changed))
    else:
        other = replace(run, training=replace(run.training, **changed))
    assert len(differences([run, other]).differing) == 1


def test_no_setting_is_forgotten() -> None:
    names = {field.name for config in (NetworkConfig, TrainingConfig) for field in fields(config)}
    assert names - {"layers", "epochs", "patience"} == set(OTHER)


def test_music_of_one_name_that_is_not_the_same_is_told_apart(tmp_path: Path) -> None:
    run = keep_run(tmp_path)
    other = replace(run, corpus="f" * 64)
    assert differences([run, other]).differing["music"] == [
        f"tunes ({run.corpus[:4]})",
        "tunes (ffff)",
    ]
