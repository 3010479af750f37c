"""A map of a corpus: pieces as points in the plane, alike pieces near each other.

scikit-learn takes a second and 80 MB to import, so that is done where a map is made and not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST = 2
"""Pieces below which there is no map."""

FEWEST_NEIGHBOURS = 10
"""Pieces below which `t-SNE` has too few neighbours to tell near from far."""

MOST_NEIGHBOURS = 2_000
"""Pieces above which `t-SNE` takes longer than anybody waits for a figure."""

METHODS = ("PCA", "t-SNE")

_PERPLEXITY = 20.0
_ITERATIONS = 400  # of t-SNE; more move 400 points by little and take longer than a second
_SEED = 0


class ProjectionError(ValueError):
    """No map can be made; the message is a sentence for the visitor."""


@dataclass(frozen=True, eq=False)
class Projection:
    """Where each piece stands, (pieces, 2).

    For `PCA` also the share of all differences that each axis keeps, and by how much each statistic
    pulls along it, (axis) -> statistic -> loading, the strongest first. `t-SNE` has neither.
    """

    points: NDArray[np.float64]
    kept: tuple[float, ...] = ()
    loadings: tuple[dict[str, float], ...] = ()


def project(described: Mapping[str, NDArray[np.float64]], method: str = "PCA") -> Projection:
    """Place pieces by their statistics, statistic -> (pieces,), each of them equally important.

    Raises `ProjectionError` where there are too few pieces or no differences between them.
    """
    names, rows = _standardized(described)
    if rows.shape[0] < FEWEST:
        raise ProjectionError("A map compares pieces, and here is one only. Choose more music.")
    if len(names) < 2:
        raise ProjectionError("These pieces do not differ in what is counted of them: no map.")
    if method == "PCA":
        return _pca(names, rows)
    if not FEWEST_NEIGHBOURS <= rows.shape[0] <= MOST_NEIGHBOURS:
        raise ProjectionError(
            f"t-SNE is for {FEWEST_NEIGHBOURS} to {MOST_NEIGHBOURS:,} pieces. Choose PCA."
        )
    return _tsne(rows)


def _pca(names: list[str], rows: NDArray[np.float64]) -> Projection:
    from sklearn.decomposition import PCA

    pca = PCA(n_components=2, svd_solver="full", random_state=_SEED)
    points = pca.fit_transform(rows)
    loadings = tuple(
        dict(sorted(zip(names, axis.tolist(), strict=True), key=lambda pair: -abs(pair[1])))
        for axis in pca.components_
    )
    return Projection(points, tuple(pca.explained_variance_ratio_.tolist()), loadings)


def _tsne(rows: NDArray[np.float64]) -> Projection:
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    perplexity = min(_PERPLEXITY, (rows.shape[0] - 1) / 3)
    tsne = TSNE(perplexity=perplexity, init="pca", max_iter=_ITERATIONS, random_state=_SEED)
    # Its threads wait for each other by spinning: on a busy machine two take 20 times one's time.
    with threadpool_limits(1, user_api="openmp"):
        return Projection(tsne.fit_transform(rows).astype(np.float64))


def _standardized(
    described: Mapping[str, NDArray[np.float64]],
) -> tuple[list[str], NDArray[np.float64]]:
    """The statistics that differ, (pieces, statistics), each with mean 0 and deviation 1."""
    rows = np.stack(list(described.values()), axis=1)
    spread = rows.std(axis=0)
    differ = spread > 1e-9 * np.maximum(1, np.abs(rows).max(axis=0, initial=0))
    names = [name for name, kept in zip(described, differ, strict=True) if kept]
    return names, (rows[:, differ] - rows[:, differ].mean(axis=0)) / spread[differ]
