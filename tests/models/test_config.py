"""Settings refuse what cannot be built, and survive JSON; the presets are what design says."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from models.config import PRESETS, ConfigError, Layer, NetworkConfig, TrainingConfig


@pytest.mark.parametrize(
    "make",
    [
        lambda: Layer("transformer", 8),
        lambda: Layer("gru", 0),
        lambda: Layer("dropout", rate=1.0),
        lambda: Layer("gru", 2049),
        lambda: Layer("gru", 1.5),  # type: ignore[arg-type]
        lambda: Layer("gru", True),
        lambda: Layer("dropout", rate=float("nan")),
        lambda: Layer("dropout", rate=-0.1),
        lambda: NetworkConfig(layers=()),
        lambda: NetworkConfig(layers=(Layer("dense", 8),)),
        lambda: NetworkConfig(layers=(Layer("gru", 8),), embedding=0),
        lambda: NetworkConfig(layers=(Layer("gru", 8),), head=5000),
        lambda: NetworkConfig(layers=(Layer("gru", 8),), stateful="yes"),  # type: ignore[arg-type]
        lambda: NetworkConfig(layers=(Layer("gru", 8),) * 13),
        lambda: NetworkConfig(layers=(Layer("gru", 8),), objective="last step", stateful=True),
        lambda: TrainingConfig(epochs=0),
        lambda: TrainingConfig(batch_size=0),
        lambda: TrainingConfig(learning_rate=0),
        lambda: TrainingConfig(learning_rate=float("inf")),
        lambda: TrainingConfig(optimizer="magic"),
        lambda: TrainingConfig(clip=-1),
        lambda: TrainingConfig(patience=-1),
        lambda: TrainingConfig(seed=2**32),
        lambda: TrainingConfig(held_out=1),
    ],
)
def test_what_cannot_be_built_is_refused_in_a_sentence(make: Callable[[], object]) -> None:
    with pytest.raises(ConfigError, match=r"^[A-Z].*\.$"):
        make()


@pytest.mark.parametrize("name", PRESETS)
def test_settings_survive_json(name: str) -> None:
    preset = PRESETS[name]
    assert NetworkConfig.from_json(preset.network.to_json()) == preset.network
    assert TrainingConfig.from_json(preset.training.to_json()) == preset.training


def test_defaults_are_30_epochs_in_batches_of_64() -> None:
    assert next(iter(PRESETS)) == "quick"
    for preset in PRESETS.values():
        assert (preset.training.epochs, preset.training.batch_size) == (30, 64)


def test_the_book_preset_is_the_chapters_network() -> None:
    book = PRESETS["book"]
    words = [(y.kind, y.rate if y.kind == "dropout" else y.units) for y in book.network.layers]
    assert words == [
        ("gru", 16),
        ("dropout", 0.3),
        ("gru", 64),
        ("dropout", 0.3),
        ("gru", 64),
        ("dense", 16),
        ("dropout", 0.3),
    ]
    assert (book.network.input, book.network.objective) == ("scaled integer", "last step")
    assert (book.training.optimizer, book.training.learning_rate) == ("rmsprop", 0.001)
    assert (book.training.sequence_length, book.training.transpose) == (100, 0)


def test_twins_differ_from_quick_in_the_cell_alone() -> None:
    quick = PRESETS["quick"]
    for kind in ("lstm", "rnn"):
        twin = PRESETS[kind]
        assert twin.training == quick.training
        cells = tuple(replace(layer, kind="gru") for layer in twin.network.layers)
        assert replace(twin.network, layers=cells) == quick.network
