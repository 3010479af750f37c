"""A network before it has learned anything, drawn in NumPy as training draws it.

The same distributions as `models.network.initial_weights`, not the same numbers: Glorot and Bengio
(2010) for what comes from outside a layer, Saxe et al. (2014) for what comes from its past.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from models.cells import Array
from models.config import NetworkConfig
from models.forward import Forward
from models.summary import weight_shapes
from musiccore.encoding import Encoding

_Drawn = NDArray[np.float64]
_TABLE_DEVIATION = 0.5  # `models.network.EMBEDDING_START`


def untrained(encoding: Encoding, config: NetworkConfig, seed: int = 0) -> Forward:
    """A network that knows nothing, ready to run."""
    return Forward(encoding, config, starting_weights(encoding, config, seed))


def starting_weights(encoding: Encoding, config: NetworkConfig, seed: int) -> dict[str, Array]:
    """All weights by the names of `models.network`."""
    rng = np.random.default_rng([seed, 12])
    weights = {
        name: _DRAWN[name.rpartition("/")[2]](rng, shape).astype(np.float32)
        for name, shape in weight_shapes(encoding, config).items()
    }
    for name, bias in weights.items():
        if name.endswith("_lstm/bias"):
            units = len(bias) // 4
            bias[units : 2 * units] = 1  # a forget gate open at first (Jozefowicz et al. 2015)
    return weights


def _table(rng: np.random.Generator, shape: tuple[int, ...]) -> _Drawn:
    return rng.normal(0, _TABLE_DEVIATION, shape)


def _glorot(rng: np.random.Generator, shape: tuple[int, ...]) -> _Drawn:
    limit = np.sqrt(6 / sum(shape))
    return rng.uniform(-limit, limit, shape)


def _orthogonal(rng: np.random.Generator, shape: tuple[int, ...]) -> _Drawn:
    """Orthonormal rows; there are no fewer columns than rows."""
    q, r = np.linalg.qr(rng.normal(size=shape[::-1]))
    return (q * np.sign(np.diag(r))).T


def _zeros(rng: np.random.Generator, shape: tuple[int, ...]) -> _Drawn:
    return np.zeros(shape)


_DRAWN: Mapping[str, Callable[[np.random.Generator, tuple[int, ...]], _Drawn]] = {
    "table": _table,
    "kernel": _glorot,
    "recurrent": _orthogonal,
    "bias": _zeros,
}
