"""What training needs to go on is kept whole, whichever optimizer it is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.config import Layer, NetworkConfig, TrainingConfig
from models.data import Corpus, Feed
from models.forward import Forward
from models.network import build, keras_file, restore_state, state_of, weights_of
from models.optimizers import OPTIMIZERS
from models.training import prepare
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes
from tests.models.test_summary import MIXED

NETWORK = NetworkConfig(layers=(Layer("gru", 3), Layer("dropout", rate=0.2)), embedding=2)
TRAINING = TrainingConfig(batch_size=2, sequence_length=3, learning_rate=0.01, clip=1.0)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_goes_on_bit_for_bit(name: str) -> None:
    prepare()
    encoding = ENCODINGS["book"].fit(tunes(1))
    training = replace(TRAINING, optimizer=name)
    corpus = Corpus.of(encoding, tunes(1))
    batches = list(Feed(encoding, corpus, NETWORK, training).epoch(1))

    def fresh():  # type: ignore[no-untyped-def]
        model = build(encoding, NETWORK, training)
        model.run_eagerly = True  # the same arithmetic without seconds of building a graph
        return model

    def learn(model, some) -> None:  # type: ignore[no-untyped-def]
        for layer in model.layers:
            if getattr(layer, "stateful", False):
                layer.reset_state()
        for batch in some:
            model.train_on_batch(batch.x, batch.y, batch.weight)

    at_once = fresh()
    learn(at_once, batches[:2])
    between = dict(state_of(at_once))
    learn(at_once, batches[2:4])
    later = fresh()
    restore_state(later, between)
    learn(later, batches[2:4])
    found, expected = state_of(later), state_of(at_once)
    assert list(found) == list(expected)
    for key, array in expected.items():
        np.testing.assert_array_equal(found[key], array)
    moved = [not np.array_equal(between[key], expected[key]) for key in expected]
    assert sum(moved) > len(moved) / 2
    slots = len(at_once.optimizer.variables) - 2  # the step count and the learning rate
    trained = len(at_once.trainable_variables)
    assert slots // trained == OPTIMIZERS[name].slots


# Keras 3.15 asks TensorFlow's variables for their values in a way that NumPy 2 is leaving behind.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("network", [NETWORK, MIXED], ids=["small", "mixed"])
def test_a_keras_file_is_the_network_and_needs_nothing_of_ours(
    network: NetworkConfig, tmp_path: Path
) -> None:
    prepare()
    import keras

    name = "book" if network is NETWORK else "notes"
    encoding = ENCODINGS[name].fit([*tunes(1), band()])
    weights = weights_of(build(encoding, network, TRAINING))
    weights = {name: array + np.float32(0.1) for name, array in weights.items()}
    path = tmp_path / "run.keras"
    path.write_bytes(keras_file(encoding, network, TRAINING, weights))
    loaded = keras.models.load_model(path)
    for name, array in weights_of(loaded).items():
        np.testing.assert_array_equal(array, weights[name])
    assert type(loaded.optimizer).__name__ == "Adam"
    batch = next(iter(Feed(encoding, Corpus.of(encoding, tunes(3)), network, TRAINING).epoch(1)))
    forward = Forward(encoding, network, weights)
    trunk, _, _ = forward.step(
        batch.x["rows"][:, 0].T,
        batch.x.get("position", np.zeros((2, 1), int))[:, 0],
        forward.start(2),
    )
    logits = forward.logits(0, trunk, {}, [])
    odds = np.exp(logits - logits.max(-1, keepdims=True))
    first = np.asarray(loaded(batch.x, training=False)[encoding.fields[0].name])[:, 0]
    np.testing.assert_allclose(odds / odds.sum(-1, keepdims=True), first, atol=1e-5)
