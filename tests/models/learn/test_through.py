"""A passage through the layers: the same numbers as the network that plays."""

import numpy as np
import pytest

from models.config import Layer, NetworkConfig
from models.data import inputs_of
from models.forward import Forward
from models.learn.through import ACTIVATIONS, alike, context_share, dropped, passed
from musiccore.encoding import ENCODINGS, Encoded
from tests.models.music import band, tunes
from tests.models.test_generation import random_weights

MIXED = NetworkConfig(
    layers=(
        Layer("gru", 5),
        Layer("dropout", rate=0.3),
        Layer("lstm", 4),
        Layer("rnn", 6),
        Layer("dense", 3),
    ),
    embedding=7,
)


@pytest.mark.parametrize("given", ["embedding", "one-hot", "scaled integer"])
def test_the_last_layer_hands_on_what_the_network_decides_by(given: str) -> None:
    encoding = ENCODINGS["notes"].fit([*tunes(2), band()])
    config = NetworkConfig(layers=MIXED.layers, input=given, embedding=7)  # type: ignore[arg-type]
    weights = random_weights(encoding, config)
    forward, piece = Forward(encoding, config, weights), encoding.encode(band())
    inputs, states = inputs_of(encoding, piece), forward.start()
    found = passed(encoding, config, weights, inputs)
    assert [layer.kind for layer in found] == [given, "gru", "dropout", "lstm", "rnn", "dense"]
    for i, (row, position) in enumerate(zip(inputs.rows, inputs.position, strict=True)):
        trunk, states, gates = forward.step(row, int(position), states)
        assert found[-1].values[i] == pytest.approx(trunk, abs=1e-5)
        assert found[1].values[i] == pytest.approx(states[0][0], abs=1e-5)
        for layer, opened in zip((found[1], found[3]), gates, strict=False):
            for name, gate in opened.items():
                sums = layer.sums[name]
                made = ACTIVATIONS[sums.activation].function(sums.values[i])
                assert made == pytest.approx(gate, abs=1e-5)
    plain = found[4]
    assert np.tanh(plain.sums["state"].values) == pytest.approx(plain.values, abs=1e-6)


def test_dropout_silences_its_share_and_keeps_the_mean() -> None:
    values = np.full((200, 50), 2, np.float32)
    out, kept = dropped(values, 0.3, seed=1)
    assert set(np.unique(out).round(5)) == {0.0, np.float32(2 / 0.7).round(5)}
    assert (out == 0).mean() == pytest.approx(0.3, abs=0.02)
    assert out.mean() == pytest.approx(2, abs=0.05)
    assert ((out > 0) == kept).all()
    assert (dropped(values, 0.3, seed=1)[0] == out).all()
    assert (dropped(values, 0, seed=1)[0] == values).all()


def test_alike_is_the_correlation_of_moments() -> None:
    values = np.array([[1, 0], [-1, 0], [0, 2], [0, -2]], np.float32)
    assert alike(values) == pytest.approx(
        np.array([[1, -1, 0, 0], [-1, 1, 0, 0], [0, 0, 1, -1], [0, 0, -1, 1]])
    )
    assert alike(np.ones((3, 2), np.float32)) == pytest.approx(np.zeros((3, 3)))


def test_only_what_remembers_tells_equal_notes_apart() -> None:
    encoding = ENCODINGS["book"].fit(tunes(2))
    weights = random_weights(encoding, MIXED)
    piece = encoding.encode(tunes(1)[0])
    found = passed(encoding, MIXED, weights, inputs_of(encoding, piece))
    assert context_share(found[0].values, inputs_of(encoding, piece)) == 0
    share = context_share(found[1].values, inputs_of(encoding, piece))
    assert share is not None
    assert 0 < share < 1
    once = Encoded(piece.rows[:4], piece.position[:4])
    assert context_share(found[0].values[:4], once) is None
