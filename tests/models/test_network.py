"""What training needs to go on is kept whole, whichever optimizer it is."""

from dataclasses import replace

import numpy as np
import pytest

from models.config import Layer, NetworkConfig, TrainingConfig
from models.data import Corpus, Feed
from models.network import build, restore_state, state_of
from models.optimizers import OPTIMIZERS
from models.training import prepare
from musiccore.encoding import ENCODINGS
from tests.models.music import tunes

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
