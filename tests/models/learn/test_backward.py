"""Backwards through every cell: what the chain rule says is what small changes do."""

import numpy as np
import pytest

from models.cells import CELLS, CellWeights
from models.learn.backward import BACKWARD
from models.summary import GATES

UNITS, BATCH, SMALL = 4, 3, 1e-6


@pytest.mark.parametrize("kind", BACKWARD)
def test_gradients_are_those_of_small_changes(kind: str) -> None:
    rng = np.random.default_rng(3)
    wide = GATES[kind] * UNITS
    weights = CellWeights(rng.normal(size=(UNITS, wide)), rng.normal(size=wide))
    projected = rng.normal(size=(BATCH, wide))
    state = tuple(rng.normal(size=(BATCH, UNITS)) for _ in range(CELLS[kind].carries))
    asked = tuple(rng.normal(size=(BATCH, UNITS)) for _ in state)

    def said() -> float:
        new, _ = CELLS[kind].step(projected, state, weights)
        return sum(float((a * n).sum()) for a, n in zip(asked, new, strict=True))

    of_input, of_state = BACKWARD[kind](asked, projected, state, weights)
    for array, gradient in [(projected, of_input), *zip(state, of_state, strict=True)]:
        assert gradient.shape == array.shape
        for place in np.ndindex(array.shape):
            array[place] += SMALL
            more = said()
            array[place] -= 2 * SMALL
            less = said()
            array[place] += SMALL
            assert gradient[place] == pytest.approx((more - less) / (2 * SMALL), abs=1e-6)


@pytest.mark.parametrize("kind", BACKWARD)
def test_several_questions_at_once(kind: str) -> None:
    rng = np.random.default_rng(4)
    wide = GATES[kind] * UNITS
    weights = CellWeights(rng.normal(size=(UNITS, wide)), rng.normal(size=wide))
    projected = rng.normal(size=(BATCH, wide))
    state = tuple(rng.normal(size=(BATCH, UNITS)) for _ in range(CELLS[kind].carries))
    asked = tuple(rng.normal(size=(5, BATCH, UNITS)) for _ in state)
    together, states = BACKWARD[kind](asked, projected, state, weights)
    alone, one = BACKWARD[kind](tuple(a[2] for a in asked), projected, state, weights)
    np.testing.assert_allclose(together[2], alone)
    np.testing.assert_allclose(states[0][2], one[0])
