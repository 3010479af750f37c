"""One step of each recurrent cell in NumPy, as Keras computes it, with its gates laid open.

Works on one vector or on a batch: every shape begins with the same free axes `...`. `projected` is
what the layer's input contributes, x @ kernel + input bias, since that part needs no state and can
be computed for many steps at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
State = tuple[Array, ...]
"""What a cell carries from step to step, the output first: (h,) or, for LSTM, (h, c)."""
Gates = dict[str, Array]


@dataclass(frozen=True, eq=False)
class CellWeights:
    """`recurrent` (U, n U) and its `bias` (n U), zero where the cell has none of its own."""

    recurrent: Array
    bias: Array

    @property
    def units(self) -> int:
        return len(self.recurrent)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)) written so that nothing overflows."""
    return np.float32(0.5) * (np.tanh(np.float32(0.5) * x) + np.float32(1))


def gru(projected: Array, state: State, weights: CellWeights) -> tuple[State, Gates]:
    """Gated recurrent unit (Cho et al. 2014) with the reset gate after the matrix product, as cuDNN
    has it. `update` 1 keeps the old state, 0 takes the candidate, as Cho et al. write it; Chung et
    al. (2014) write the complement.
    """
    (h,) = state
    units = weights.units
    recurrent = h @ weights.recurrent + weights.bias
    both = sigmoid(projected[..., : 2 * units] + recurrent[..., : 2 * units])
    update, reset = both[..., :units], both[..., units:]
    candidate = np.tanh(projected[..., 2 * units :] + reset * recurrent[..., 2 * units :])
    new = candidate + update * (h - candidate)
    return (new,), {"update": update, "reset": reset, "candidate": candidate}


def lstm(projected: Array, state: State, weights: CellWeights) -> tuple[State, Gates]:
    """Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al.
    2000)."""
    h, c = state
    units = weights.units
    total = projected + (h @ weights.recurrent + weights.bias)
    both = sigmoid(total[..., : 2 * units])
    admit, forget = both[..., :units], both[..., units:]
    candidate = np.tanh(total[..., 2 * units : 3 * units])
    output = sigmoid(total[..., 3 * units :])
    memory = forget * c + admit * candidate
    gates = {"input": admit, "forget": forget, "candidate": candidate, "output": output}
    return (output * np.tanh(memory), memory), gates


def rnn(projected: Array, state: State, weights: CellWeights) -> tuple[State, Gates]:
    """The plain recurrent cell (Elman 1990): no gates."""
    (h,) = state
    return (np.tanh(projected + (h @ weights.recurrent + weights.bias)),), {}


Step = Callable[[Array, State, CellWeights], tuple[State, Gates]]


@dataclass(frozen=True)
class Cell:
    """A cell's step and how many arrays it carries."""

    step: Step
    carries: int


CELLS: Mapping[str, Cell] = {"gru": Cell(gru, 1), "lstm": Cell(lstm, 2), "rnn": Cell(rnn, 1)}
