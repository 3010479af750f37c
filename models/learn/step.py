"""One step of one unit of a GRU, taken apart in its four stages, with every number on the way.

The form is that of Keras with `reset_after` and of cuDNN, as `models.cells.gru` computes it:

    update     z = sigmoid(a_z + u_z)        a: what the input gives, W x + b
    reset      r = sigmoid(a_r + u_r)        u: what the layer's state gives, U h + c
    candidate  n = tanh(a_n + r u_n)
    new state  z h + (1 - z) n
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.cells import Array, CellWeights, gru, sigmoid


@dataclass(frozen=True)
class Sums:
    """What goes into a gate or the candidate: `given` by the input, `past` by the state."""

    given: float
    past: float


@dataclass(frozen=True)
class GruStep:
    """One step of one unit. The gates lie from 0 to 1, states and candidate from -1 to 1."""

    old: float
    to_update: Sums
    to_reset: Sums
    to_candidate: Sums
    update: float
    reset: float
    candidate: float
    new: float

    def held(self, update: float | None = None, reset: float | None = None) -> GruStep:
        """The same step with a gate held where somebody wants it; None leaves it as it is."""
        z = self.update if update is None else update
        r = self.reset if reset is None else reset
        into = self.to_candidate
        candidate = float(np.tanh(into.given + r * into.past))
        new = z * self.old + (1 - z) * candidate
        return replace(self, update=z, reset=r, candidate=candidate, new=new)


@dataclass(frozen=True)
class Hand:
    """A GRU of one unit with one input, small enough to calculate by hand: for each of update,
    reset and candidate what the input and the state are multiplied by, and a bias."""

    update: tuple[float, float, float]
    reset: tuple[float, float, float]
    candidate: tuple[float, float, float]

    def step(self, x: float, old: float) -> GruStep:
        """From the input and the old state to the new one."""
        sums = [Sums(w * x + b, u * old) for w, u, b in (self.update, self.reset, self.candidate)]
        return _step(old, *sums)


HAND = Hand(update=(-2.0, 0.5, 1.0), reset=(1.5, 1.0, 0.0), candidate=(2.0, 1.5, 0.0))
"""One that keeps what it has until a high note comes."""


def take_apart(projected: Array, h: Array, weights: CellWeights, unit: int) -> GruStep:
    """One unit of a whole layer: `projected` (3 U,) is what the input gives all of them, `h` (U,)
    the layer's old state. The numbers are those of `models.cells.gru`."""
    past = h @ weights.recurrent + weights.bias
    places = [unit + i * weights.units for i in range(3)]  # update, reset, candidate
    sums = [Sums(float(projected[i]), float(past[i])) for i in places]
    step = _step(float(h[unit]), *sums)
    (new,), gates = gru(projected, (h,), weights)
    return replace(
        step,
        update=float(gates["update"][unit]),
        reset=float(gates["reset"][unit]),
        candidate=float(gates["candidate"][unit]),
        new=float(new[unit]),
    )


def reset_before(projected: Array, h: Array, weights: CellWeights, unit: int) -> float:
    """The new state where the state is reset before the matrix product, as Cho et al. (2014) print
    it and Keras has it with `reset_after=False`, with the same weights."""
    units = weights.units
    _, gates = gru(projected, (h,), weights)
    at = 2 * units + unit
    past = (gates["reset"] * h) @ weights.recurrent[:, at] + weights.bias[at]
    candidate = np.tanh(projected[at] + past)
    update = gates["update"][unit]
    return float(update * h[unit] + (1 - update) * candidate)


def _step(old: float, to_update: Sums, to_reset: Sums, to_candidate: Sums) -> GruStep:
    update, reset = (
        float(sigmoid(np.float64(s.given + s.past)))  # type: ignore[arg-type]
        for s in (to_update, to_reset)
    )
    blank = GruStep(old, to_update, to_reset, to_candidate, update, reset, 0.0, 0.0)
    return blank.held()
