"""What a choice has in common with the presets."""

from dataclasses import replace

from models.config import PRESETS, Layer, NetworkConfig
from ui.training.presets import changes, preset_of


def test_a_preset_is_known_by_its_network() -> None:
    assert [preset_of(preset.network) for preset in PRESETS.values()] == list(PRESETS)
    assert preset_of(NetworkConfig(layers=(Layer("gru", 7),))) == ""
    assert preset_of(None) == ""


def test_changes_are_said_with_what_is_usual() -> None:
    quick = PRESETS["quick"]
    other = replace(
        quick.training, epochs=99, batch_size=16, learning_rate=0.0005, optimizer="rmsprop"
    )
    assert changes(quick, other) == [
        "batch size 16 (64)",
        "optimizer RMSprop (Adam)",
        "learning rate 0.0005 (0.003)",
    ]
    assert changes(quick, quick.training) == []
