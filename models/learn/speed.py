"""How long one step of a cell takes here and now, in NumPy, on one stream of notes."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from models.cells import CELLS, CellWeights, State
from models.summary import GATES

STEPS, ROUNDS = 200, 7


def step_seconds(
    kind: str,
    inputs: int,
    units: int,
    *,
    steps: int = STEPS,
    rounds: int = ROUNDS,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Seconds a note: the product of `inputs` numbers with the kernel, and the step itself.

    The quickest of several rounds: whatever else the machine does can only make one slower.
    """
    rng = np.random.default_rng(0)
    wide = GATES[kind] * units
    kernel = rng.normal(0, inputs**-0.5, (inputs, wide)).astype(np.float32)
    recurrent = rng.normal(0, units**-0.5, (units, wide)).astype(np.float32)
    weights = CellWeights(recurrent, np.zeros(wide, np.float32))
    notes = rng.normal(size=(steps, inputs)).astype(np.float32)
    cell = CELLS[kind]
    took = []
    for _ in range(rounds):
        state: State = tuple(np.zeros(units, np.float32) for _ in range(cell.carries))
        begun = clock()
        for note in notes:
            state, _ = cell.step(note @ kernel, state, weights)
        took.append(clock() - begun)
    return min(took) / steps


def parameters(kind: str, inputs: int, units: int) -> int:
    """Numbers that a recurrent layer learns: for each block of `units` a kernel, a recurrent matrix
    and a bias; a GRU has a second bias, for its past (Keras' `reset_after`)."""
    biases = 2 if kind == "gru" else 1
    return GATES[kind] * units * (inputs + units + biases)
