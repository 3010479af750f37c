"""A network on paper is the one that Keras builds; remarks say what is wrong with it."""

from dataclasses import replace

import pytest

from models.config import INPUTS, PRESETS, Layer, NetworkConfig, TrainingConfig
from models.network import build, weights_of
from models.summary import remarks, summarize, weight_shapes
from models.training import prepare
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes

PIECES = [*tunes(2), band()]
NOTES = ENCODINGS["notes"].fit(PIECES)
MIXED = NetworkConfig(
    layers=(
        Layer("dense", 12),
        Layer("lstm", 10),
        Layer("dense", 9),
        Layer("dropout", rate=0.1),
        Layer("rnn", 8),
        Layer("dense", 7),
    ),
    embedding=6,
    head=5,
)
QUICK = PRESETS["quick"]


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("given", INPUTS)
@pytest.mark.parametrize("base", [MIXED, PRESETS["book"].network], ids=["mixed", "book"])
def test_layers_shapes_and_parameters_are_what_keras_counts(
    base: NetworkConfig, given: str, name: str
) -> None:
    prepare()
    encoding = ENCODINGS[name].fit(PIECES)
    network = replace(base, input=given)
    training = TrainingConfig(batch_size=3, sequence_length=4)
    model, summary = build(encoding, network, training), summarize(encoding, network, training)
    assert summary.parameters == model.count_params()
    listed = {layer.name: layer for layer in summary.layers}
    for layer in model.layers:
        if layer.name in listed:
            assert listed[layer.name].shape == tuple(layer.output.shape), layer.name
            assert listed[layer.name].parameters == layer.count_params(), layer.name
        else:
            assert not layer.count_params(), layer.name
    shapes = {name: array.shape for name, array in weights_of(model).items()}
    assert weight_shapes(encoding, network) == shapes


def test_a_field_without_a_choice_has_no_head() -> None:
    prepare()
    encoding = ENCODINGS["notes"].fit(tunes(1))  # one instrument
    training = TrainingConfig(batch_size=3, sequence_length=4)
    model, summary = build(encoding, MIXED, training), summarize(encoding, MIXED, training)
    assert summary.parameters == model.count_params()
    shapes = {name: array.shape for name, array in weights_of(model).items()}
    assert weight_shapes(encoding, MIXED) == shapes


def test_the_text_names_every_layer_and_the_total() -> None:
    text = summarize(NOTES, QUICK.network, QUICK.training).text()
    lines = text.splitlines()
    assert len({len(line) for line in lines[:-1]}) == 1
    assert "layer1_gru" in text
    assert lines[-1].startswith("Parameters in all: 1,189,")


def test_memory_grows_with_everything_that_takes_some() -> None:
    def taken(network: NetworkConfig = QUICK.network, **changes: object) -> int:
        training = replace(QUICK.training, **changes)  # type: ignore[arg-type]
        return summarize(NOTES, network, training).bytes

    assert taken(batch_size=128) > taken()
    assert taken(sequence_length=64) > taken()
    assert taken(optimizer="adam") > taken(optimizer="rmsprop") > taken(optimizer="sgd")
    assert taken(PRESETS["deep"].network) > taken()


@pytest.mark.parametrize(
    ("network", "training", "tokens", "bound", "names"),
    [
        (QUICK.network, QUICK.training, 86_000, 2**32, []),
        (QUICK.network, QUICK.training, 86_000, 2**20, ["memory"]),
        (QUICK.network, QUICK.training, 2_000, None, ["overfit"]),
        (replace(QUICK.network, layers=(Layer("gru", 8),)), QUICK.training, 86_000, None, ["u"]),
        (
            replace(QUICK.network, layers=(Layer("gru", 2), Layer("gru", 64))),
            QUICK.training,
            86_000,
            None,
            ["narrow"],
        ),
        (
            replace(QUICK.network, layers=(Layer("gru", 64), Layer("dropout", rate=0.9))),
            replace(QUICK.training, held_out=0, learning_rate=0.5),
            86_000,
            None,
            ["dropout", "unheld", "rate"],
        ),
    ],
)
def test_remarks_say_what_is_remarkable(
    network: NetworkConfig, training: TrainingConfig, tokens: int, bound: int | None, names: list
) -> None:
    said = remarks(summarize(NOTES, network, training), network, training, tokens, bound)
    assert [name.replace("underfit", "u") for name in said] == names
    assert all(sentence[0].isalnum() and sentence.endswith(".") for sentence in said.values())


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_unremarkable_on_the_chorales(name: str) -> None:
    preset = PRESETS[name]
    summary = summarize(NOTES, preset.network, preset.training)
    assert not remarks(summary, preset.network, preset.training, 86_000, 4 * 2**30)
