"""A passage through a network layer by layer: what each layer is given and what it hands on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.cells import CELLS, Array, CellWeights, State, sigmoid
from models.config import RECURRENT, NetworkConfig
from musiccore.encoding import Encoded, Encoding


@dataclass(frozen=True)
class Activation:
    """A function that a layer's sums go through; `formula` is LaTeX."""

    title: str
    formula: str
    function: Callable[[Array], Array]


def _relu(x: Array) -> Array:
    return np.maximum(x, 0)


def _linear(x: Array) -> Array:
    return x


ACTIVATIONS: Mapping[str, Activation] = {
    "sigmoid": Activation("sigmoid", r"\sigma(x) = \frac{1}{1 + e^{-x}}", sigmoid),
    "tanh": Activation("tanh", r"\tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}}", np.tanh),
    "relu": Activation("ReLU", r"\mathrm{ReLU}(x) = \max(0, x)", _relu),
    "linear": Activation("linear", r"f(x) = x", _linear),
}
"""By name. Softmax looks at all sums of a layer at once: see `models.learn.foretelling`."""


class Sums(NamedTuple):
    """What goes into an activation: `values` (T, units), before the function of that name."""

    activation: str
    values: Array


@dataclass(frozen=True, eq=False)
class Passed:
    """What one layer handed on, `values` (T, width), and the `sums` inside it by what they make."""

    kind: str
    values: Array
    sums: Mapping[str, Sums]


def passed(
    encoding: Encoding, config: NetworkConfig, weights: Mapping[str, Array], inputs: Encoded
) -> tuple[Passed, ...]:
    """What the network is given, through its input and every layer, in this order.

    Dropout hands on what it is given, as it does whenever a network plays.
    """
    values = _entered(encoding, config, weights, inputs)
    found = [Passed(config.input, values, {})]
    for i, layer in enumerate(config.layers):
        name = f"layer{i}_{layer.kind}"
        sums: dict[str, Sums] = {}
        if layer.kind in RECURRENT:
            values, sums = _recurred(layer.kind, name, weights, values)
        elif layer.kind == "dense":
            values = values @ weights[f"{name}/kernel"] + weights[f"{name}/bias"]
            sums = {"output": Sums("linear", values)}
        found.append(Passed(layer.kind, values, sums))
    return tuple(found)


def _entered(
    encoding: Encoding, config: NetworkConfig, weights: Mapping[str, Array], inputs: Encoded
) -> Array:
    """What the first layer is given (T, width)."""
    columns = [(f.name, f.size, inputs.rows[:, i]) for i, f in enumerate(encoding.fields)]
    if encoding.positions > 1:
        columns.append(("position", encoding.positions, inputs.position))
    if config.input == "embedding":
        tables = [weights[f"embed_{name}/table"][value] for name, _, value in columns]
        return np.sum(tables, axis=0, dtype=np.float32)
    if config.input == "one-hot":
        ones = [np.eye(size + 1, dtype=np.float32)[value] for _, size, value in columns]
        return np.concatenate(ones, axis=1)
    return np.stack([value / size for _, size, value in columns], axis=1).astype(np.float32)


def _recurred(
    kind: str, name: str, weights: Mapping[str, Array], given: Array
) -> tuple[Array, dict[str, Sums]]:
    """A recurrent layer's outputs (T, units), and the sums before its gates."""
    bias = weights[f"{name}/bias"]
    own = bias[1] if bias.ndim == 2 else np.zeros_like(bias)
    cell = CellWeights(weights[f"{name}/recurrent"], own)
    projected = given @ weights[f"{name}/kernel"] + (bias[0] if bias.ndim == 2 else bias)
    state: State = tuple(np.zeros(cell.units, np.float32) for _ in range(CELLS[kind].carries))
    outputs, sums = [], []
    for row in projected:
        sums.append(_SUMS[kind](row, state[0], cell))
        state, _ = CELLS[kind].step(row, state, cell)
        outputs.append(state[0])
    return np.stack(outputs), {
        gate: Sums(activation, np.stack([s[gate] for s in sums]))
        for gate, activation in _GATES[kind].items()
    }


_GATES: Mapping[str, Mapping[str, str]] = {
    "gru": {"update": "sigmoid", "reset": "sigmoid", "candidate": "tanh"},
    "lstm": {"input": "sigmoid", "forget": "sigmoid", "candidate": "tanh", "output": "sigmoid"},
    "rnn": {"state": "tanh"},
}
"""Kind -> gate -> the function that its sums go through."""


def _gru_sums(projected: Array, h: Array, cell: CellWeights) -> dict[str, Array]:
    units = cell.units
    update, reset, candidate = np.split(projected, 3)
    recurrent = np.split(h @ cell.recurrent + cell.bias, 3)
    assert len(candidate) == units
    reset_sum = reset + recurrent[1]
    return {
        "update": update + recurrent[0],
        "reset": reset_sum,
        "candidate": candidate + sigmoid(reset_sum) * recurrent[2],
    }


def _lstm_sums(projected: Array, h: Array, cell: CellWeights) -> dict[str, Array]:
    total = projected + (h @ cell.recurrent + cell.bias)
    return dict(zip(("input", "forget", "candidate", "output"), np.split(total, 4), strict=True))


def _rnn_sums(projected: Array, h: Array, cell: CellWeights) -> dict[str, Array]:
    return {"state": projected + (h @ cell.recurrent + cell.bias)}


_SUMS = {"gru": _gru_sums, "lstm": _lstm_sums, "rnn": _rnn_sums}


def dropped(values: Array, rate: float, seed: int) -> tuple[Array, NDArray[np.bool_]]:
    """Inverted dropout (Srivastava et al. 2014), as Keras learns with it: each of `values` is 0
    with probability `rate`, the others are divided by 1 - rate so that the sum stays the same on
    average. Returns also which were kept."""
    kept = np.random.default_rng(seed).random(values.shape) >= rate
    return np.where(kept, values / np.float32(1 - rate), np.float32(0)), kept


def alike(values: Array) -> Array:
    """How alike the columns of time are, (T, T): the correlation of their deviations from the
    mean, from -1 to 1; 0 where a row does not deviate."""
    centred = values - values.mean(axis=0)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = np.divide(centred, length, out=np.zeros_like(centred), where=length > 1e-9)
    return unit @ unit.T


def context_share(values: Array, inputs: Encoded) -> float | None:
    """How much a layer tells equal notes apart by what came before them.

    The mean distance between equal inputs at different times, in parts of that between unequal
    ones: 0 where a layer looks at nothing but the note itself. None where no input comes twice.
    """
    rows = np.column_stack([inputs.rows, inputs.position])
    same = (rows[:, None] == rows[None]).all(axis=-1)
    lengths = np.linalg.norm(values[:, None] - values[None], axis=-1)
    np.fill_diagonal(same, False)
    other = ~same
    np.fill_diagonal(other, False)
    if not same.any() or not other.any() or lengths[other].mean() < 1e-9:
        return None
    return float(lengths[same].mean() / lengths[other].mean())
