"""The small network: true gradients, and fitting too much that is really too much."""

import numpy as np
import pytest

from models.learn.overfitting import (
    CONTEXT,
    Examples,
    TooLittleError,
    first_weights,
    gradients,
    learn,
    loss,
    probabilities,
)


def melodies(seed: int, count: int = 3, length: int = 60) -> list[np.ndarray]:
    """Steps that are mostly chance: there is little to learn and much to learn by heart."""
    rng = np.random.default_rng(seed)
    return [rng.choice([-2, -1, 0, 1, 2], length) for _ in range(count)]


def test_examples_stay_within_their_melody() -> None:
    found = Examples.of([np.arange(-3, 3), np.array([1, 2]), np.full(CONTEXT + 1, 5)])
    assert len(found) == 3
    assert (found.answers - 12).tolist() == [1, 2, 5]
    first = found.given[0].reshape(CONTEXT, 25).argmax(axis=1) - 12
    assert first.tolist() == [-3, -2, -1, 0]


@pytest.mark.parametrize("dropped", [False, True])
def test_gradients_are_those_of_finite_differences(dropped: bool) -> None:
    rng = np.random.default_rng(5)
    examples = Examples.of(melodies(1, 1, 12))
    weights = {name: rng.normal(0, 0.3, w.shape) for name, w in first_weights(3, 0).items()}
    mask = (rng.random((len(examples), 3)) > 0.4) / 0.6 if dropped else None

    def measured() -> float:
        hidden = np.tanh(examples.given @ weights["in"] + weights["hidden"])
        logits = hidden * (1 if mask is None else mask) @ weights["out"] + weights["last"]
        logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return float(-logits[np.arange(len(examples)), examples.answers].mean())

    if mask is None:
        assert measured() == pytest.approx(loss(weights, examples))
    found = gradients(weights, examples.given, examples.answers, mask)
    for name, gradient in found.items():
        for place in rng.choice(gradient.size, 4):
            flat = weights[name].reshape(-1)
            before, tiny = flat[place], 1e-6
            flat[place] = before + tiny
            above = measured()
            flat[place] = before - tiny
            below = measured()
            flat[place] = before
            assert gradient.flat[place] == pytest.approx((above - below) / (2 * tiny), abs=1e-6)


def test_a_large_network_learns_little_music_by_heart() -> None:
    few, others = Examples.of(melodies(1)), Examples.of(melodies(2))
    found = learn(few, others, units=64, epochs=60, batch_size=8)
    assert found.training[0] == pytest.approx(np.log(25), rel=0.1)
    assert found.training[-1] < 0.5
    assert found.held_out[-1] > found.held_out[found.best] + 1
    assert 0 < found.best < 15
    assert found.right[0, -1] > 0.8
    assert found.right[1, -1] < 0.4
    again = learn(few, others, units=64, epochs=60, batch_size=8)
    assert (again.held_out == found.held_out).all()


def test_a_network_of_one_unit_cannot() -> None:
    few, others = Examples.of(melodies(1)), Examples.of(melodies(2))
    found = learn(few, others, units=1, epochs=40, batch_size=8)
    assert found.training[-1] > 1.3


def test_dropout_holds_learning_by_heart_back() -> None:
    few, others = Examples.of(melodies(1)), Examples.of(melodies(2))
    free = learn(few, others, units=64, epochs=40, batch_size=8)
    held = learn(few, others, units=64, epochs=40, batch_size=8, dropout=0.5)
    assert held.held_out[-1] < free.held_out[-1] - 0.3


def test_nothing_to_learn_from_is_said() -> None:
    with pytest.raises(TooLittleError, match="two melodies"):
        learn(Examples.of([]), Examples.of(melodies(1)), units=2, epochs=1, batch_size=2)


def test_probabilities_sum_to_one() -> None:
    examples = Examples.of(melodies(4, 1))
    assert probabilities(first_weights(5, 2), examples.given).sum(axis=1) == pytest.approx(
        np.ones(len(examples))
    )
