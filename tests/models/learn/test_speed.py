"""Parameters are those of the networks that are built; a step's time is that of the clock."""

from itertools import accumulate

import pytest

from models.cells import CELLS
from models.config import Layer, NetworkConfig
from models.learn.speed import parameters, step_seconds
from models.summary import weight_shapes
from musiccore.encoding import ENCODINGS
from tests.models.music import tunes


@pytest.mark.parametrize("kind", CELLS)
def test_parameters_are_those_of_the_layer(kind: str) -> None:
    encoding = ENCODINGS["notes"].fit(tunes())
    shapes = weight_shapes(encoding, NetworkConfig((Layer(kind, 24),), embedding=10))
    layer = [shape for name, shape in shapes.items() if name.startswith("layer0_")]
    counted = sum(shape[0] * (shape[1] if len(shape) > 1 else 1) for shape in layer)
    assert parameters(kind, inputs=10, units=24) == counted


@pytest.mark.parametrize("kind", CELLS)
def test_the_quickest_round_counts(kind: str) -> None:
    ticks = iter(accumulate([0.0, 4.0, 1.0, 2.0, 1.0, 3.0]))  # rounds of 4, 2 and 3 seconds
    found = step_seconds(kind, 5, 6, steps=10, rounds=3, clock=lambda: next(ticks))
    assert found == pytest.approx(0.2)
