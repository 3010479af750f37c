"""What a network is given: one-hot, scaled, learned; distances and the plane."""

import numpy as np
import pytest

from models.config import Layer, NetworkConfig
from models.learn.inputs import (
    by_interval,
    distances,
    learned_table,
    one_hot,
    principal_plane,
    scaled,
)
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes
from tests.models.test_generation import random_weights


def test_one_hot_values_are_all_equally_far_apart() -> None:
    apart = distances(one_hot([0, 3, 4, 9], 10))
    assert apart == pytest.approx(np.sqrt(2) * (1 - np.eye(4)))


def test_scaled_values_lie_on_a_line() -> None:
    assert scaled([60, 64, 72], 128)[:, 0].tolist() == [60 / 128, 64 / 128, 72 / 128]
    assert distances(scaled([60, 64, 72], 128))[0].tolist() == pytest.approx([0, 4 / 128, 12 / 128])


@pytest.mark.parametrize("given", ["embedding", "one-hot", "scaled integer"])
def test_the_learned_table_is_what_a_value_adds_to_the_first_layer(given: str) -> None:
    """Two rows that differ in the pitch alone: their difference below the first layer is that of
    the table's rows."""
    encoding = ENCODINGS["notes"].fit([*tunes(2), band()])
    config = NetworkConfig(layers=(Layer("gru", 4),), input=given, embedding=6)  # type: ignore[arg-type]
    weights = random_weights(encoding, config)
    from models.forward import Forward

    tables = Forward(encoding, config, weights)._tables
    learned = learned_table(encoding, config, weights, encoding.pitch_field)
    if given == "embedding":
        learned = learned @ weights["layer0_gru/kernel"]
    assert learned == pytest.approx(tables[encoding.pitch_field][:128], abs=1e-5)


def test_the_plane_is_that_of_most_difference() -> None:
    rng = np.random.default_rng(3)
    along = np.column_stack([rng.normal(0, 9, 40), rng.normal(0, 3, 40), rng.normal(0, 0.1, 40)])
    turned = along @ np.linalg.qr(rng.normal(size=(3, 3)))[0]
    plane = principal_plane(turned)
    assert distances(plane.points) == pytest.approx(distances(along[:, :2]), abs=1)
    share = np.linalg.svd(turned - turned.mean(axis=0))[1] ** 2
    assert plane.kept == pytest.approx(tuple(share[:2] / share.sum()))


def test_values_that_do_not_differ_stand_on_one_point() -> None:
    plane = principal_plane(np.ones((3, 1)))
    assert plane.points == pytest.approx(np.zeros((3, 2)))
    assert plane.kept == (0, 0)


def test_distance_by_interval() -> None:
    vectors = np.array([[0.0], [1.0], [5.0]])
    found = by_interval(vectors, np.array([60, 61, 63]), 4)
    assert found[[0, 1, 2]].tolist() == [1, 4, 5]
    assert np.isnan(found[3])
