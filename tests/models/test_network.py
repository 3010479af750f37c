"""The network as Keras has it."""

from pathlib import Path

import numpy as np
import pytest

from models.config import Layer, NetworkConfig, TrainingConfig
from models.data import Corpus, Feed
from models.forward import Forward
from models.network import build, build_carrying, initial_weights, keras_file, weights_of
from models.training import prepare
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes
from tests.models.test_summary import MIXED

NETWORK = NetworkConfig(layers=(Layer("gru", 3), Layer("dropout", rate=0.2)), embedding=2)
TRAINING = TrainingConfig(batch_size=2, sequence_length=3, learning_rate=0.01, clip=1.0)


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


def test_the_network_that_learns_is_the_network_that_is_kept() -> None:
    prepare()
    encoding = ENCODINGS["notes"].fit([*tunes(1), band()])
    kept = weights_of(build(encoding, MIXED, TRAINING))
    learning = weights_of(build_carrying(encoding, MIXED, TRAINING))
    assert {n: a.shape for n, a in learning.items()} == {n: a.shape for n, a in kept.items()}


def test_it_begins_where_its_seed_says() -> None:
    prepare()
    encoding = ENCODINGS["notes"].fit([*tunes(1), band()])
    model = build_carrying(encoding, MIXED, TRAINING)
    once, again, other = (initial_weights(model, seed) for seed in (0, 0, 1))
    for name, array in once.items():
        np.testing.assert_array_equal(array, again[name])
        if name.endswith("/bias"):
            units = array.shape[-1] // 4
            opened = np.arange(array.shape[-1]) // units == 1 if "lstm" in name else 0
            np.testing.assert_array_equal(array, np.broadcast_to(opened, array.shape))
        else:
            assert not np.array_equal(array, other[name])
        if name.endswith("/recurrent"):
            gates = np.split(array, array.shape[1] // len(array), axis=1)
            square = np.concatenate(gates, axis=1)
            np.testing.assert_allclose(square @ square.T, np.eye(len(array)), atol=1e-5)
