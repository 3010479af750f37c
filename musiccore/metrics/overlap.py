"""How alike two sets of music are in one feature, by the distances within one and between both.

L.-C. Yang and A. Lerch: On the evaluation of generative models in music. Neural Computing and
Applications 32, 2020, doi 10.1007/s00521-018-3849-7. Their own program lays the two densities on
two different grids when it computes the divergence; here both stand on one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

POINTS = 512
"""Points of the grid on which two densities are laid over each other."""

_REACH = 3.0  # bandwidths beyond the outermost distances: there a density has come down to nothing
_TAIL = 5.0  # bandwidths from its middle at which a kernel ends
_LEAST = 1e-12  # of a density, where its logarithm is taken


class Overlap(NamedTuple):
    """`area` under both densities, 1 for the same and 0 for nothing in common; `divergence` of
    Kullback and Leibler in nats, 0 for the same."""

    area: float
    divergence: float


def within(values: Samples) -> Samples:
    """The Euclidean distances of all pairs of rows (n, m): (n (n - 1) / 2,)."""
    first, second = np.triu_indices(len(values), 1)
    return _distance(values[first], values[second])


def between(ours: Samples, theirs: Samples) -> Samples:
    """The Euclidean distances of each of our rows (n, m) from each of theirs (k, m): (n k,)."""
    return _distance(ours[:, None], theirs[None]).ravel()


def overlap(corpus: Samples, other: Samples) -> Overlap | None:
    """The distances `within` a corpus laid over those `between` it and other music.

    None where the corpus has no differences, or where there are not two distances of each.
    """
    if min(len(corpus), len(other)) < 2 or np.ptp(corpus) == 0:
        return None
    widths = bandwidth(corpus), bandwidth(other)
    low = min(corpus.min(), other.min()) - _REACH * max(widths)
    high = max(corpus.max(), other.max()) + _REACH * max(widths)
    grid = np.linspace(low, high, POINTS)
    step = (high - low) / (POINTS - 1)
    # A peak between two points of the grid would be lost.
    p, q = (
        density(samples, grid, max(width, step))
        for samples, width in zip((corpus, other), widths, strict=True)
    )
    p, q = p / (p.sum() * step), q / (q.sum() * step)
    ratio = np.log(np.maximum(p, _LEAST) / np.maximum(q, _LEAST))
    return Overlap(float(np.minimum(p, q).sum() * step), float((p * ratio).sum() * step))


def bandwidth(samples: Samples) -> float:
    """Scott's rule: the standard deviation times n to the power of -1/5."""
    return float(samples.std(ddof=1)) * len(samples) ** -0.2


def density(samples: Samples, grid: Samples, width: float) -> Samples:
    """The density (points,) of samples (n,) on an even grid around them, by Gaussian kernels.

    The samples are dealt to the two points of the grid beside them before the kernels are laid on
    (M. P. Wand: Fast computation of multivariate kernel estimators, 1994): for thousands of
    distances that takes a thousandth of the time.
    """
    step = float(grid[1] - grid[0])
    place = (samples - grid[0]) / step
    left = np.minimum(place.astype(np.int64), len(grid) - 2)
    right_part = place - left
    counts = np.bincount(left, 1 - right_part, len(grid))
    counts += np.bincount(left + 1, right_part, len(grid))
    reach = int(np.ceil(_TAIL * width / step))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / width) ** 2)
    kernel /= len(samples) * width * np.sqrt(2 * np.pi)
    return np.convolve(counts, kernel)[reach : reach + len(grid)]


def _distance(ours: Samples, theirs: Samples) -> Samples:
    return np.sqrt(((ours - theirs) ** 2).sum(axis=-1))
