"""The three ways in which a network can be given a value: what each makes of it, and how far apart
the values lie then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.cells import Array
from models.config import NetworkConfig
from musiccore.encoding import Encoding

Floats = NDArray[np.float64]


def scaled(values: Sequence[int] | NDArray[np.integer], size: int) -> Floats:
    """Values (n,) as the one number each that the chapter gives its network (n, 1)."""
    return np.asarray(values, np.float64)[:, None] / size


def one_hot(values: Sequence[int] | NDArray[np.integer], size: int) -> Floats:
    """Values (n,) as rows (n, size) of zeros with a single one."""
    return np.eye(size)[np.asarray(values)]


def learned_table(
    encoding: Encoding, config: NetworkConfig, weights: Mapping[str, Array], field: int
) -> Floats:
    """What the network learned to make of every value of a field, (size, width).

    The field's embedding; of a one-hot network the rows of the first layer's kernel that the ones
    choose, which is the same thing; of a network that is given scaled integers the line on which
    its values lie.
    """
    fields = encoding.fields
    size = fields[field].size
    if config.input == "embedding":
        return weights[f"embed_{fields[field].name}/table"][:size].astype(np.float64)
    first = next(i for i, layer in enumerate(config.layers) if layer.kind != "dropout")
    kernel = weights[f"layer{first}_{config.layers[first].kind}/kernel"]
    if config.input == "one-hot":
        start = sum(f.size + 1 for f in fields[:field])
        return kernel[start : start + size].astype(np.float64)
    return scaled(np.arange(size), size) * kernel[field].astype(np.float64)


def distances(vectors: Floats) -> Floats:
    """Euclidean distances (n, n) between vectors (n, width)."""
    return np.linalg.norm(vectors[:, None] - vectors[None], axis=-1)


class Plane(NamedTuple):
    """Where vectors stand in the plane in which they differ most, (n, 2), and the share of all
    their differences that each axis keeps."""

    points: Floats
    kept: tuple[float, float]


def principal_plane(vectors: Floats) -> Plane:
    """Principal components (Pearson 1901) of vectors (n, width), n at least 2: the first two."""
    centred = vectors - vectors.mean(axis=0)
    left, strength, _ = np.linalg.svd(centred, full_matrices=False)
    points = np.zeros((len(vectors), 2))
    found = (left * strength)[:, :2]
    points[:, : found.shape[1]] = found
    shares = np.zeros(2)
    total = float((strength**2).sum())
    if total > 0:
        shares[: found.shape[1]] = (strength**2)[:2] / total
    return Plane(points, (float(shares[0]), float(shares[1])))


def by_interval(vectors: Floats, values: NDArray[np.integer], most: int) -> Floats:
    """The mean distance (most,) between values that differ by 1, 2 … `most`; NaN where no two do.

    `vectors` (n, width) belong to `values` (n,), of which no two are the same.
    """
    apart = np.abs(values[:, None] - values[None])
    lengths = distances(vectors)
    return np.array(
        [lengths[apart == k].mean() if (apart == k).any() else np.nan for k in range(1, most + 1)]
    )
