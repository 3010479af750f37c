"""A network before it has learned anything, drawn in NumPy as training draws it.

The same distributions as `models.network.initial_weights`, not the same numbers: Glorot and Bengio
(2010) for what comes from outside a layer, Saxe et al. (2014) for what comes from its past.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from models.cells import Array
from models.config import RECURRENT, Layer, NetworkConfig
from models.forward import Forward
from musiccore.encoding import Encoding

GATES: Mapping[str, int] = {"gru": 3, "lstm": 4, "rnn": 1, "dense": 1}
"""Layer kind -> how many matrices of the size of a plain layer it holds."""

_TABLE_DEVIATION = 0.5  # `models.network.EMBEDDING_START`


def untrained(encoding: Encoding, config: NetworkConfig, seed: int = 0) -> Forward:
    """A network that knows nothing, ready to run."""
    return Forward(encoding, config, starting_weights(encoding, config, seed))


def with_cells(config: NetworkConfig, kind: str) -> NetworkConfig:
    """The same network with all its recurrent layers of one kind: gru, lstm or rnn."""
    layers = tuple(
        Layer(kind, layer.units) if layer.kind in RECURRENT else layer for layer in config.layers
    )
    return replace(config, layers=layers)


def starting_weights(encoding: Encoding, config: NetworkConfig, seed: int) -> dict[str, Array]:
    """All weights by the names of `models.network`."""
    rng = np.random.default_rng([seed, 12])
    columns = [(f.name, f.size) for f in encoding.fields]
    if encoding.positions > 1:
        columns.append(("position", encoding.positions))
    weights: dict[str, Array] = {}
    width = len(columns)
    if config.input == "one-hot":
        width = sum(size + 1 for _, size in columns)
    elif config.input == "embedding":
        width = config.embedding
        for name, size in columns:
            weights[f"embed_{name}/table"] = _table(rng, size + 1, width)
    for i, layer in enumerate(config.layers):
        if layer.kind == "dropout":
            continue
        name, out = f"layer{i}_{layer.kind}", GATES[layer.kind] * layer.units
        weights[f"{name}/kernel"] = _glorot(rng, width, out)
        weights[f"{name}/bias"] = _bias(layer.kind, layer.units)
        if layer.kind in RECURRENT:
            weights[f"{name}/recurrent"] = _orthogonal(rng, layer.units, out)
        width = layer.units
    for i, field in enumerate(encoding.fields):
        if not field.is_choice:
            continue
        hidden = width
        if i:
            hidden = config.head
            weights[f"{field.name}_from_trunk/kernel"] = _glorot(rng, width, hidden)
            weights[f"{field.name}_from_trunk/bias"] = np.zeros(hidden, np.float32)
            for other in encoding.fields[:i]:
                table = _table(rng, other.size, hidden)
                weights[f"{field.name}_from_{other.name}/table"] = table
        weights[f"{field.name}_logits/kernel"] = _glorot(rng, hidden, field.size)
        weights[f"{field.name}_logits/bias"] = np.zeros(field.size, np.float32)
    return weights


def _table(rng: np.random.Generator, size: int, width: int) -> Array:
    return rng.normal(0, _TABLE_DEVIATION, (size, width)).astype(np.float32)


def _glorot(rng: np.random.Generator, given: int, made: int) -> Array:
    limit = np.sqrt(6 / (given + made))
    return rng.uniform(-limit, limit, (given, made)).astype(np.float32)


def _orthogonal(rng: np.random.Generator, units: int, out: int) -> Array:
    """(units, out) with orthonormal rows; `out` is no smaller than `units`."""
    q, r = np.linalg.qr(rng.normal(size=(out, units)))
    return (q * np.sign(np.diag(r))).T.astype(np.float32)


def _bias(kind: str, units: int) -> Array:
    bias = np.zeros(GATES[kind] * units, np.float32)
    if kind == "lstm":
        bias[units : 2 * units] = 1  # a forget gate open at first (Jozefowicz et al. 2015)
    return np.stack([bias, bias]) if kind == "gru" else bias
