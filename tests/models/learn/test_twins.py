"""The three networks that come with Gruve are what is said of them, and show what they are for."""

import pytest

from models.evaluation import evaluate
from models.learn.memory import LEAD, influence, passages
from models.learn.twins import KINDS, twins
from models.summary import weight_shapes


@pytest.mark.parametrize("kind", KINDS)
def test_they_foretell_as_well_as_is_said(kind: str) -> None:
    whole = twins()
    twin = whole.by_kind[kind]
    found = evaluate(whole.forward(kind), whole.held_out, whole.training.sequence_length)
    assert found.nats_per_note == pytest.approx(twin.nats_per_note, abs=2e-3)
    assert 1 <= twin.epoch <= whole.training.epochs


def test_they_differ_in_their_cells_alone() -> None:
    whole = twins()
    shapes = [
        {
            name: shape
            for name, shape in weight_shapes(whole.encoding, twin.network).items()
            if not name.startswith("layer0_")
        }
        for twin in whole.by_kind.values()
    ]
    assert shapes[0] == shapes[1] == shapes[2]
    assert [twin.network.layers[0].kind for twin in whole.by_kind.values()] == list(KINDS)


def test_the_plain_one_forgets_and_those_with_gates_do_not() -> None:
    whole = twins()
    music = passages(whole.held_out, LEAD + 81)
    left = {}
    for kind in KINDS:
        found = influence(whole.forward(kind), music, 80)
        left[kind] = found[80] / found[0]
    assert left["gru"] > 100 * left["rnn"]
    assert left["lstm"] > 100 * left["rnn"]
