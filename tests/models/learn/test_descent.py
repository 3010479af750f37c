"""The loss over two weights, its gradient, and the ways down."""

import numpy as np
import pytest

from models.learn.descent import CLASSES, FEATURES, WAYS, Landscape, walk
from models.learn.foretelling import softmax
from models.training import prepare

STEPS = np.array([0, 0, 2, 2, -2, 1, -1, 7, -12, 4])


def test_at_zero_every_step_is_as_likely() -> None:
    assert Landscape.of(STEPS).loss(np.zeros(2)) == pytest.approx(np.log(25))


def test_the_loss_is_the_mean_of_minus_log_p() -> None:
    weights = np.array([-0.3, 0.7])
    p = softmax(FEATURES @ weights)
    by_hand = -np.mean([np.log(p[list(CLASSES).index(step)]) for step in STEPS])
    assert Landscape.of(STEPS).loss(weights) == pytest.approx(by_hand)


@pytest.mark.parametrize("at", [(0.0, 0.0), (-0.4, 1.0), (0.5, -2.0)])
def test_the_gradient_is_that_of_finite_differences(at: tuple[float, float]) -> None:
    land, weights, tiny = Landscape.of(STEPS), np.array(at), 1e-6
    found = [
        (land.loss(weights + tiny * e) - land.loss(weights - tiny * e)) / (2 * tiny)
        for e in np.eye(2)
    ]
    assert land.gradient(weights) == pytest.approx(found, abs=1e-6)


def test_the_curvature_is_how_the_gradient_changes() -> None:
    land, weights, tiny = Landscape.of(STEPS), np.array([-0.3, 0.8]), 1e-6
    found = [
        (land.gradient(weights + tiny * e) - land.gradient(weights - tiny * e)) / (2 * tiny)
        for e in np.eye(2)
    ]
    assert land.curvature(weights) == pytest.approx(np.array(found), abs=1e-6)


def test_the_lowest_point_is_flat_and_every_way_comes_near() -> None:
    land = Landscape.of(STEPS)
    lowest = land.lowest()
    assert land.gradient(lowest) == pytest.approx([0, 0], abs=1e-6)
    for name in WAYS:
        end = walk(STEPS, name, 0.03, 1500)[-1]
        assert land.loss(end) == pytest.approx(land.loss(lowest), abs=0.01)


def test_a_rate_too_large_for_plain_descent_does_not_settle() -> None:
    land = Landscape.of(STEPS)
    path = walk(STEPS, "plain", 0.5, 60)
    assert land.loss(path[-5:]).max() > land.loss(land.lowest()) + 0.3


def test_batches_are_drawn_anew_and_the_same_for_the_same_seed() -> None:
    noisy = walk(STEPS, "plain", 0.05, 20, batch=2, seed=3)
    assert (noisy == walk(STEPS, "plain", 0.05, 20, batch=2, seed=3)).all()
    assert not np.allclose(noisy, walk(STEPS, "plain", 0.05, 20))


@pytest.mark.parametrize(
    ("way", "keras_name"), [("plain", "SGD"), ("rmsprop", "RMSprop"), ("adam", "Adam")]
)
def test_each_way_is_that_of_keras(way: str, keras_name: str) -> None:
    prepare()
    import keras

    land, path = Landscape.of(STEPS), walk(STEPS, way, 0.05, 8)
    variable = keras.Variable(np.zeros(2, np.float32))
    optimizer = getattr(keras.optimizers, keras_name)(learning_rate=0.05)
    for step in path[1:]:
        gradient = land.gradient(np.asarray(variable.numpy(), np.float64))
        optimizer.apply([gradient.astype(np.float32)], [variable])
        assert np.asarray(variable.numpy()) == pytest.approx(step, abs=1e-4)
