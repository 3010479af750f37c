"""An untrained network is drawn as training draws it: same names, same shapes, same spread."""

import numpy as np
import pytest

from models.config import Layer, NetworkConfig, TrainingConfig
from models.learn.untrained import starting_weights
from models.network import build, initial_weights
from models.training import prepare
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes

NETWORK = NetworkConfig(
    layers=(Layer("gru", 24), Layer("dropout", rate=0.1), Layer("lstm", 20), Layer("rnn", 16)),
    embedding=16,
    head=12,
)


def test_it_has_the_weights_that_training_begins_with() -> None:
    prepare()
    encoding = ENCODINGS["notes"].fit([*tunes(), band()])
    expected = initial_weights(build(encoding, NETWORK, TrainingConfig()), seed=0)
    found = starting_weights(encoding, NETWORK, seed=0)
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        assert found[name].shape == array.shape
        assert found[name].dtype == array.dtype
        if name.endswith("/bias"):
            assert (found[name] == array).all()
        elif name.endswith("/recurrent"):
            own = np.eye(len(array))
            np.testing.assert_allclose(found[name] @ found[name].T, own, atol=1e-5)
            np.testing.assert_allclose(array @ array.T, own, atol=1e-5)
        elif array.size > 500:
            assert found[name].std() == pytest.approx(array.std(), rel=0.15)
