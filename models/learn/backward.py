"""One step of each recurrent cell backwards: from the gradient of what it made to that of what it
was given, by the chain rule (back-propagation through time: Werbos 1990).

The counterpart of `models.cells`, with the same arguments and the same free axes `...`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from models.cells import Array, CellWeights, State, gru, lstm, rnn

Backward = Callable[[State, Array, State, CellWeights], tuple[Array, State]]
"""(gradient of the new state, projected, old state, weights) -> (gradient of projected, gradient of
the old state). The gradient may have axes in front of the others: one for each thing asked."""


def gru_back(
    grad: State, projected: Array, state: State, weights: CellWeights
) -> tuple[Array, State]:
    """Backwards through `models.cells.gru`."""
    (g,), (h,) = grad, state
    _, gates = gru(projected, state, weights)
    update, reset, candidate = gates["update"], gates["reset"], gates["candidate"]
    recurrent = h @ weights.recurrent[:, 2 * weights.units :] + weights.bias[2 * weights.units :]
    to_candidate = g * (1 - update) * (1 - candidate**2)
    to_update = g * (h - candidate) * update * (1 - update)
    to_reset = to_candidate * recurrent * reset * (1 - reset)
    of_input: Array = np.concatenate([to_update, to_reset, to_candidate], axis=-1)
    of_past: Array = np.concatenate([to_update, to_reset, to_candidate * reset], axis=-1)
    return of_input, (g * update + of_past @ weights.recurrent.T,)


def lstm_back(
    grad: State, projected: Array, state: State, weights: CellWeights
) -> tuple[Array, State]:
    """Backwards through `models.cells.lstm`."""
    (g, of_memory), (_, c) = grad, state
    (_, memory), gates = lstm(projected, state, weights)
    admit, forget, candidate, output = (
        gates[name] for name in ("input", "forget", "candidate", "output")
    )
    shown = np.tanh(memory)
    of_memory = of_memory + g * output * (1 - shown**2)
    total: Array = np.concatenate(
        [
            of_memory * candidate * admit * (1 - admit),
            of_memory * c * forget * (1 - forget),
            of_memory * admit * (1 - candidate**2),
            g * shown * output * (1 - output),
        ],
        axis=-1,
    )
    return total, (total @ weights.recurrent.T, of_memory * forget)


def rnn_back(
    grad: State, projected: Array, state: State, weights: CellWeights
) -> tuple[Array, State]:
    """Backwards through `models.cells.rnn`."""
    (h,), _ = rnn(projected, state, weights)
    total: Array = grad[0] * (1 - h**2)
    return total, (total @ weights.recurrent.T,)


BACKWARD: Mapping[str, Backward] = {"gru": gru_back, "lstm": lstm_back, "rnn": rnn_back}
"""Cell kind -> its step backwards."""
