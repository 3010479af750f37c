"""Overlap and divergence of distances, beside SciPy's kernel density."""

import numpy as np
import pytest
from scipy.stats import gaussian_kde  # type: ignore[import-untyped]

from musiccore.metrics.overlap import bandwidth, between, density, overlap, within


def test_distances() -> None:
    values = np.array([[0.0], [1.0], [3.0]])
    assert within(values).tolist() == [1, 3, 2]
    assert between(np.array([[1.0]]), values).tolist() == [1, 0, 2]
    rows = np.array([[0.0, 0.0], [3.0, 4.0]])
    assert within(rows).tolist() == [5]


def test_the_density_is_scipys() -> None:
    samples = np.random.default_rng(0).gamma(2, 1, 300)
    grid = np.linspace(-1, samples.max() + 1, 512)
    ours = density(samples, grid, bandwidth(samples))
    np.testing.assert_allclose(ours, gaussian_kde(samples)(grid), atol=1e-4)
    assert ours.max() > 0.2


def test_the_same_overlaps_wholly_and_other_music_less() -> None:
    rng = np.random.default_rng(1)
    corpus = rng.normal(0, 1, (60, 1))
    intra = within(corpus)
    same = overlap(intra, intra)
    assert same is not None
    assert same.area == pytest.approx(1)
    assert same.divergence == pytest.approx(0)
    near = overlap(intra, between(np.array([[0.0]]), corpus))
    far = overlap(intra, between(np.array([[9.0]]), corpus))
    assert near is not None
    assert far is not None
    assert near.area > 0.6
    assert far.area < 0.05
    assert far.divergence > near.divergence > 0


def test_two_uniform_distances_overlap_as_much_as_they_do() -> None:
    rng = np.random.default_rng(2)
    half = overlap(rng.uniform(0, 2, 20_000), rng.uniform(1, 3, 20_000))
    assert half is not None
    assert half.area == pytest.approx(0.5, abs=0.03)


def test_without_differences_there_is_nothing_to_lay_over() -> None:
    assert overlap(np.zeros(10), np.ones(10)) is None
    assert overlap(np.arange(3.0), np.ones(1)) is None
    spike = overlap(np.arange(30.0), np.full(10, 3.0))  # no spread of its own
    assert spike is not None
    assert 0 < spike.area < 0.2
