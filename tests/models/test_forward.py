"""The NumPy forward pass gives Keras' numbers within 1e-4, for every preset and both encodings."""

from dataclasses import replace

import numpy as np
import pytest

from models.config import INPUTS, PRESETS, Layer, NetworkConfig, TrainingConfig
from models.data import Corpus, Feed
from models.forward import Forward
from models.network import build, weights_of
from models.training import prepare
from musiccore.encoding import ENCODINGS, Encoding
from tests.models.music import band, tunes

SHORT = {"batch_size": 4, "sequence_length": 12}


def keras_and_numpy(
    encoding: Encoding, network: NetworkConfig, training: TrainingConfig
) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each field the probabilities of one batch by Keras and by NumPy."""
    prepare()
    pieces = [*tunes(6), band()]
    feed = Feed(encoding, Corpus.of(encoding, pieces), network, training)
    batch = next(iter(feed.epoch(1)))
    model = build(encoding, network, training)
    expected = model(batch.x, training=False)

    forward = Forward(encoding, network, weights_of(model))
    rows = np.moveaxis(batch.x["rows"], -1, 0)  # (fields, B, T)
    position = batch.x.get("position", np.zeros(rows.shape[1:], np.int32))
    states, trunks = forward.start(rows.shape[1]), []
    for t in range(rows.shape[2]):
        trunk, states, _ = forward.step(rows[:, :, t], position[:, t], states)
        trunks.append(trunk)
    every = network.objective == "every step"
    trunk = np.stack(trunks, axis=1) if every else trunks[-1]
    decided = np.moveaxis(batch.x["decided"], -1, 0) if "decided" in batch.x else rows
    pairs = []
    for i, field in enumerate(encoding.fields):
        if field.is_choice:
            logits = forward.logits(i, trunk, forward.hidden(trunk), decided)
            odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
            found = odds / odds.sum(axis=-1, keepdims=True)
            pairs.append((np.asarray(expected[field.name]), found))
    return pairs


@pytest.mark.parametrize("encoding_name", ENCODINGS)
@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_agrees_with_keras(preset: str, encoding_name: str) -> None:
    encoding = ENCODINGS[encoding_name].fit([*tunes(6), band()])
    training = replace(PRESETS[preset].training, **SHORT)
    pairs = keras_and_numpy(encoding, PRESETS[preset].network, training)
    assert len(pairs) == sum(f.is_choice for f in encoding.fields)
    for expected, found in pairs:
        np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("given", INPUTS)
def test_every_kind_of_input_agrees_with_keras(given: str) -> None:
    encoding = ENCODINGS["notes"].fit([*tunes(6), band()])
    network = replace(PRESETS["quick"].network, input=given)
    training = replace(PRESETS["quick"].training, **SHORT)
    for expected, found in keras_and_numpy(encoding, network, training):
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_dense_layers_may_stand_anywhere() -> None:
    encoding = ENCODINGS["notes"].fit([*tunes(6), band()])
    kinds = ("dense", "lstm", "dense", "dropout", "rnn", "dense")
    layers = tuple(Layer(kind, 7 + i, rate=0.1) for i, kind in enumerate(kinds))
    network = NetworkConfig(layers=layers, embedding=6, head=5)
    for expected, found in keras_and_numpy(encoding, network, TrainingConfig(**SHORT)):
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_book_model_is_the_chapters_layer_by_layer() -> None:
    prepare()
    encoding = ENCODINGS["book"].fit(tunes())
    preset = PRESETS["book"]
    model = build(encoding, preset.network, preset.training)
    layers = [
        (type(y).__name__, getattr(y, "units", getattr(y, "rate", None))) for y in model.layers
    ]
    size = encoding.fields[0].size
    assert [y for y in layers if y[1] is not None or y[0] == "Activation"] == [
        ("GRU", 16),
        ("Dropout", 0.3),
        ("GRU", 64),
        ("Dropout", 0.3),
        ("GRU", 64),
        ("Dense", 16),
        ("Dropout", 0.3),
        ("Dense", size),
        ("Activation", None),
    ]
    assert model.input["rows"].shape == (None, 100, 1)
    assert model.output["token"].shape == (None, size)
    assert type(model.optimizer).__name__ == "RMSprop"
    assert float(model.optimizer.learning_rate.numpy()) == pytest.approx(0.001)
    assert type(model.loss["token"]).__name__ == "CategoricalCrossentropy"
