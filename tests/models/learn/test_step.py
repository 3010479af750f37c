"""A step taken apart is the step of `models.cells.gru`, and of the papers where they agree."""

import numpy as np
import pytest

from models.cells import CellWeights, gru
from models.learn.step import HAND, reset_before, take_apart

UNITS = 5


def layer() -> tuple[np.ndarray, np.ndarray, CellWeights]:
    rng = np.random.default_rng(8)
    draw = lambda *shape: rng.normal(size=shape).astype(np.float32)  # noqa: E731
    weights = CellWeights(draw(UNITS, 3 * UNITS), draw(3 * UNITS))
    return draw(3 * UNITS), np.tanh(draw(UNITS)), weights


@pytest.mark.parametrize("unit", range(UNITS))
def test_every_unit_is_that_of_the_layer(unit: int) -> None:
    projected, h, weights = layer()
    (new,), gates = gru(projected, (h,), weights)
    step = take_apart(projected, h, weights, unit)
    assert step.new == pytest.approx(new[unit])
    assert step.old == pytest.approx(h[unit])
    again = step.held()  # by the formulas, from the sums alone
    assert again.new == pytest.approx(step.new, abs=1e-6)
    for name, sums in (("update", step.to_update), ("reset", step.to_reset)):
        total = sums.given + sums.past
        assert 1 / (1 + np.exp(-total)) == pytest.approx(gates[name][unit], abs=1e-6)
    inside = step.to_candidate.given + step.reset * step.to_candidate.past
    assert np.tanh(inside) == pytest.approx(gates["candidate"][unit], abs=1e-6)


def test_one_unit_by_hand_is_a_layer_of_one() -> None:
    matrix = np.array([HAND.update, HAND.reset, HAND.candidate], np.float32)  # (3, w u b)
    weights = CellWeights(matrix[None, :, 1], np.zeros(3, np.float32))
    x, old = 0.3, -0.6
    (new,), _ = gru(x * matrix[:, 0] + matrix[:, 2], (np.array([old], np.float32),), weights)
    assert HAND.step(x, old).new == pytest.approx(float(new[0]), abs=1e-6)


def test_gates_held_do_what_they_are_said_to() -> None:
    step = HAND.step(0.4, 0.7)
    assert step.held(update=1).new == pytest.approx(0.7)
    assert step.held(update=0).new == pytest.approx(step.candidate)
    from_the_note_alone = np.tanh(step.to_candidate.given)
    assert step.held(update=0, reset=0).new == pytest.approx(from_the_note_alone)
    assert step.held() == step


def test_the_hand_sized_unit_keeps_until_a_high_note_comes() -> None:
    assert HAND.step(-1, 0.5).update > 0.9
    assert HAND.step(1, 0.5).update < 0.4


def test_where_the_reset_applies_matters_with_several_units_only() -> None:
    projected, h, weights = layer()
    plain = CellWeights(weights.recurrent, 0 * weights.bias)
    before = [reset_before(projected, h, plain, unit) for unit in range(UNITS)]
    after = [take_apart(projected, h, plain, unit).new for unit in range(UNITS)]
    assert not np.allclose(before, after, atol=1e-3)

    alone = CellWeights(weights.recurrent[:1, :3], np.zeros(3, np.float32))
    one = take_apart(projected[:3], h[:1], alone, 0)
    assert reset_before(projected[:3], h[:1], alone, 0) == pytest.approx(one.new, abs=1e-6)
