"""What the heat maps receive: the very values, in time, in the order of the screen."""

import json

import numpy as np
import pytest

from models.config import RECURRENT, Layer, NetworkConfig
from models.generation import TakeSettings, generate
from models.trace import LayerTrace, trace
from tests.models.test_generation import network
from ui.understanding.gates import GATES, Moments, begins, drawn, message


def layer(kind: str) -> LayerTrace:
    forward = network(config=NetworkConfig((Layer(kind, 6),), head=5))
    return trace(forward, generate(forward, TakeSettings(notes=20)).rows).layers[0]


def test_every_kind_of_cell_has_all_its_gates_and_words_for_each() -> None:
    for kind in RECURRENT:
        found = layer(kind)
        assert set(drawn(found)) == {*found.gates, "state"}
        for name, values in drawn(found).items():
            gate = GATES[name]
            assert gate.does[kind].endswith((".", ".)"))
            assert gate.low <= values.min() <= values.max() <= gate.high


def test_a_message_holds_times_and_values_as_bytes() -> None:
    found = layer("gru")
    rows = len(found.state)
    order = np.arange(6)[::-1]
    when = Moments(np.arange(rows + 1) / 4, [f"note {i}" for i in range(rows)], 20.0)
    sent = message(found, ["update", "state"], order, when, "player")
    head = 4 + int.from_bytes(sent[:4], "little")
    header = json.loads(sent[4:head])
    assert (header["rows"], header["units"], len(header["words"])) == (rows, 6, rows)
    assert header["player"] == "player"
    assert header["order"] == [5, 4, 3, 2, 1, 0]
    assert [(m["title"], m["low"], m["high"]) for m in header["maps"]] == [
        ("Update gate", 0, 1),
        ("Hidden state", -1, 1),
    ]
    times = np.frombuffer(sent, "<f4", rows + 1, head)
    assert times.tolist() == (np.arange(rows + 1) / 4).tolist()
    values = np.frombuffer(sent, np.uint8, offset=head + 4 * (rows + 1)).reshape(2, rows, 6)
    assert values[0] / 255 == pytest.approx(found.gates["update"], abs=0.5 / 255)
    assert values[1] / 127.5 - 1 == pytest.approx(found.state, abs=1 / 255)


def test_the_same_is_the_same_message_and_another_order_of_the_same_take_another() -> None:
    found = layer("gru")
    rows = len(found.state)
    when = Moments(np.arange(rows + 1.0), ["note"] * rows, 20.0)

    def header(order: np.ndarray) -> dict[str, object]:
        sent = message(found, ["reset"], order, when, "player")
        read: dict[str, object] = json.loads(sent[4 : 4 + int.from_bytes(sent[:4], "little")])
        return read

    one, same, other = (header(o) for o in (np.arange(6), np.arange(6), np.arange(6)[::-1]))
    assert one == same
    assert one["id"] != other["id"]
    assert one["take"] == other["take"]


def test_notes_that_sound_together_share_the_time_until_the_next() -> None:
    found = begins(np.array([0.0, 0.0, 0.0, 0.0, 2.0, 3.0, 3.0]), 5.0)
    assert found == pytest.approx([0, 0.5, 1, 1.5, 2, 3, 4, 5])
    assert begins(np.array([1.0, 1.0]), 1.0).tolist() == [1.0, 1.0, 1.0]
    assert begins(np.zeros(0), 2.0).tolist() == [2.0]
