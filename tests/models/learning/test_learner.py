"""What learns: the same numbers as Keras' own training, kept whole, on one device or several."""

import os
import subprocess
import sys
import weakref
from dataclasses import replace

import numpy as np
import pytest

from models.config import ConfigError, Layer, NetworkConfig, TrainingConfig
from models.data import Batch, Corpus, Feed
from models.network import build, variables_of, weights_of
from models.optimizers import OPTIMIZERS
from models.training import prepare
from musiccore.encoding import ENCODINGS, Encoding
from tests.models.music import band, tunes
from tests.models.test_summary import MIXED

NETWORK = NetworkConfig(layers=(Layer("gru", 3), Layer("dropout", rate=0.2)), embedding=2)
PLAIN = NetworkConfig(layers=(Layer("lstm", 5), Layer("gru", 4)), embedding=3, head=3)
TRAINING = TrainingConfig(batch_size=2, sequence_length=3, learning_rate=0.01, clip=1.0)


def given(
    name: str = "book", network: NetworkConfig = NETWORK, training: TrainingConfig = TRAINING
) -> tuple[Encoding, list[Batch]]:
    pieces = [*tunes(1), band()]
    encoding = ENCODINGS[name].fit(pieces)
    feed = Feed(encoding, Corpus.of(encoding, pieces), network, training)
    return encoding, list(feed.epoch(1))[:6]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_goes_on_bit_for_bit(name: str) -> None:
    prepare()
    from models.learning.learner import learner

    training = replace(TRAINING, optimizer=name, average=0.9, warm_up=3)
    encoding, batches = given()
    at_once = learner(encoding, NETWORK, training)
    for batch in batches[:2]:
        at_once.learn(batch)
    between = dict(at_once.state)
    at_once.begin_epoch()
    for batch in batches[2:4]:
        at_once.learn(batch)
    expected = dict(at_once.state)

    later = learner(encoding, NETWORK, training)
    later.restore(between)
    later.begin_epoch()
    for batch in batches[2:4]:
        later.learn(batch)
    found = later.state
    assert list(found) == list(expected)
    for key, array in expected.items():
        np.testing.assert_array_equal(found[key], array)
    moved = [not np.array_equal(between[key], expected[key]) for key in expected]
    assert sum(moved) > len(moved) / 2
    size = between["0000"].size
    slots = sum(array.size == size for array in between.values()) - 2  # weights and their average
    assert slots == OPTIMIZERS[name].slots


def test_a_rehearsal_leaves_nothing_behind_but_the_compiled_step() -> None:
    prepare()
    from models.learning import learner as learning

    training = replace(TRAINING, average=0.9, warm_up=3)
    for name in ENCODINGS:
        encoding, batches = given(name, training=training)
        learning._latest.clear()
        alone = learning.learner(encoding, NETWORK, training)
        alone.learn(batches[0])
        expected = dict(alone.state)

        learning._latest.clear()
        learning.rehearse(encoding, NETWORK, training)
        (ready,) = learning._latest.values()
        found = learning.learner(encoding, NETWORK, training)
        assert found is ready
        found.learn(batches[0])
        assert found._compiled.experimental_get_tracing_count() == 1
        for key, array in expected.items():
            np.testing.assert_array_equal(found.state[key], array)


def test_a_network_that_may_not_fit_is_not_rehearsed(monkeypatch: pytest.MonkeyPatch) -> None:
    prepare()
    from models.learning import learner as learning

    encoding, _ = given()
    learning._latest.clear()
    monkeypatch.setattr(learning, "REHEARSED_PARAMETERS", 10)
    learning.rehearse(encoding, NETWORK, TRAINING)
    assert not learning._latest
    monkeypatch.undo()
    monkeypatch.setattr(learning, "MOST_REHEARSALS", 0)
    learning.rehearse(encoding, NETWORK, TRAINING)
    assert not learning._latest, "nor one too many"


@pytest.mark.parametrize("network", [PLAIN, MIXED], ids=["plain", "mixed"])
def test_it_learns_what_keras_learns(network: NetworkConfig) -> None:
    prepare()
    from models.learning.learner import learner

    layers = tuple(layer for layer in network.layers if layer.kind != "dropout")
    network = replace(network, layers=layers)
    training = replace(TRAINING, clip=0.0, optimizer="sgd")
    encoding, batches = given("notes", network, training)
    ours = learner(encoding, network, training)
    theirs = build(encoding, network, training)
    begun = ours.weights
    for name, variable in variables_of(theirs).items():
        variable.assign(begun[name])
    for batch in batches:
        expected = theirs.train_on_batch(batch.x, batch.y, batch.weight, return_dict=True)["loss"]
        assert ours.learn(batch) == pytest.approx(float(expected), rel=1e-4)
    for name, array in weights_of(theirs).items():
        np.testing.assert_allclose(ours.weights[name], array, atol=1e-4)
        assert not np.array_equal(begun[name], array) or name.endswith("embed_instrument/table")


def test_a_learner_used_again_begins_anew() -> None:
    prepare()
    from models.learning.learner import learner

    encoding, batches = given()
    first = learner(encoding, NETWORK, TRAINING)
    losses = [first.learn(batch) for batch in batches]
    again = learner(encoding, NETWORK, TRAINING)
    assert again is first
    assert [again.learn(batch) for batch in batches] == losses
    slower = learner(encoding, NETWORK, replace(TRAINING, learning_rate=0.001, seed=1))
    assert slower is first
    assert [slower.learn(batch) for batch in batches] != losses
    left = weakref.ref(first)
    del first, again, slower
    wider = replace(NETWORK, layers=(Layer("gru", 4),))
    learner(encoding, wider, TRAINING)
    assert left() is None, "its memory is needed"


def test_gradients_are_cut_and_the_rate_rises() -> None:
    prepare()
    from models.learning.learner import learner

    training = replace(TRAINING, optimizer="sgd", learning_rate=1.0, clip=0.1, warm_up=4)
    encoding, batches = given()
    found = learner(encoding, NETWORK, training)
    steps = []
    for batch in batches:
        before = found.state["0000"]
        found.learn(batch)
        steps.append(float(np.linalg.norm(found.state["0000"] - before)))
    np.testing.assert_allclose(steps, [0.025, 0.05, 0.075, 0.1, 0.1, 0.1], rtol=1e-3)


def test_the_average_is_what_is_kept() -> None:
    prepare()
    from models.learning.learner import learner

    training = replace(TRAINING, average=0.5)
    encoding, batches = given()
    found = learner(encoding, NETWORK, training)
    name = "layer0_gru/kernel"
    mean = found.weights[name]
    plain = learner(encoding, NETWORK, TRAINING)
    latest = []
    for batch in batches:
        plain.learn(batch)
        latest.append(plain.weights[name])
    found = learner(encoding, NETWORK, training)
    for i, batch in enumerate(batches):
        found.learn(batch)
        leaning = min(0.5, (i + 1) / (i + 11))
        mean = latest[i] + np.float32(leaning) * (mean - latest[i])
    np.testing.assert_allclose(found.weights[name], mean, atol=1e-6)


def test_what_another_version_began_is_refused_in_words() -> None:
    prepare()
    from models.learning.learner import learner

    encoding, _ = given()
    found = learner(encoding, NETWORK, TRAINING)
    with pytest.raises(ConfigError, match="another version"):
        found.restore({"0000": np.zeros(3, np.float32)})


SEVERAL = """
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
import models.learning.learner
from dataclasses import replace
from models.learning.devices import Devices
from models.training import prepare
from tests.models.learning.test_learner import MIXED, NETWORK, PLAIN, TRAINING, given
prepare()
training = replace(TRAINING, average=0.9)
one, two, half = Devices(), Devices(("/CPU:0", "/CPU:1")), Devices(half=True)
for network, ways in ((PLAIN, (one, two, half)), (NETWORK, (one, two))):
    encoding, batches = given("notes", network, training)
    for devices in ways:
        models.learning.learner.devices = lambda *_: devices
        found = models.learning.learner.learner(encoding, network, training)
        print(*[f"{found.learn(batch):.5f}" for batch in batches])
        found.restore(found.state)
"""


def test_several_devices_share_a_batch_and_half_precision_comes_close() -> None:
    """In a process of its own, since TensorFlow divides its devices before it uses any."""
    done = subprocess.run(
        [sys.executable, "-c", SEVERAL],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert done.returncode == 0, done.stderr
    one, two, half, dropped, dropped_two = (
        [float(word) for word in line.split()] for line in done.stdout.splitlines()
    )
    np.testing.assert_allclose(two, one, rtol=1e-4)
    assert half != one
    np.testing.assert_allclose(half, one, rtol=5e-3)
    assert dropped != dropped_two
    np.testing.assert_allclose(dropped_two, dropped, rtol=0.1)
