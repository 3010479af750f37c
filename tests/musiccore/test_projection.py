"""Maps put pieces where their numbers say, the same way every time."""

import numpy as np
import pytest

from musiccore.projection import FEWEST_NEIGHBOURS, ProjectionError, project

RANDOM = np.random.default_rng(5)


def test_the_first_axis_is_what_differs_most() -> None:
    x = np.arange(8.0)
    wobble = np.array([1.0, -1, -1, 1, 1, -1, -1, 1])
    found = project({"speed": x, "tempo": 3 * x + 1, "colour": wobble, "constant": np.ones(8)})
    assert found.points.shape == (8, 2)
    assert found.kept == pytest.approx((2 / 3, 1 / 3))
    assert list(found.loadings[0]) == ["speed", "tempo", "colour"]
    assert abs(found.loadings[0]["speed"]) == pytest.approx(2**-0.5)
    assert abs(found.loadings[1]["colour"]) == pytest.approx(1)
    assert abs(np.corrcoef(found.points[:, 0], x)[0, 1]) == pytest.approx(1)


@pytest.mark.parametrize("method", ["PCA", "t-SNE"])
def test_the_same_music_gives_the_same_map(method: str) -> None:
    described = {name: RANDOM.normal(size=FEWEST_NEIGHBOURS) for name in "abc"}
    first, second = (project(described, method) for _ in range(2))
    assert np.array_equal(first.points, second.points)
    assert np.isfinite(first.points).all()


def test_neighbours_stay_neighbours() -> None:
    groups = np.repeat([0.0, 50.0], 8)
    described = {name: groups + RANDOM.normal(size=16) for name in "abc"}
    points = project(described, "t-SNE").points
    near = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(near, np.inf)
    assert (groups[near.argmin(axis=1)] == groups).all()


def test_too_little_is_refused_in_a_sentence() -> None:
    with pytest.raises(ProjectionError, match="one only"):
        project({"a": np.ones(1), "b": np.ones(1)})
    with pytest.raises(ProjectionError, match="do not differ"):
        project({"a": np.ones(3), "b": np.ones(3)})
    with pytest.raises(ProjectionError, match="10 to 2,000 pieces"):
        project({"a": np.arange(3.0), "b": np.arange(3.0)}, "t-SNE")


def test_two_pieces_make_a_map() -> None:
    assert project({"a": np.array([1.0, 2]), "b": np.array([0.0, 5])}).points.shape == (2, 2)
