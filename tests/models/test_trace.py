"""A take read again shows the very numbers of its making."""

import math
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.cells import Array, Gates
from models.config import Layer, NetworkConfig
from models.data import Corpus
from models.evaluation import evaluate
from models.forward import Forward, States
from models.generation import Beginning, Sampling, TakeSettings, generate
from models.trace import rows_that_fit, trace
from musiccore.encoding import ENCODINGS, Encoded
from musiccore.encoding.notes import PITCH, WAIT
from tests.models.music import tunes
from tests.models.test_generation import WINDOWED, network

KINDS = {kind: NetworkConfig((Layer(kind, 12), Layer(kind, 9)), head=7) for kind in ("gru", "lstm")}
KINDS["rnn"] = NetworkConfig((Layer("rnn", 12), Layer("dense", 6), Layer("rnn", 5)), head=7)
GATES = {
    "gru": {"update", "reset", "candidate"},
    "lstm": {"input", "forget", "candidate", "output"},
    "rnn": set(),
}


class Noted(Forward):
    """A network that writes down its gates at every step."""

    steps: list[tuple[Gates, ...]]

    def step(self, *given: Any) -> tuple[Array, States, tuple[Gates, ...]]:
        trunk, states, gates = super().step(*given)
        self.steps.append(gates)
        return trunk, states, gates


def noted(forward: Forward) -> Noted:
    copied = copy(forward)
    copied.__class__ = Noted
    assert isinstance(copied, Noted)
    copied.steps = []
    return copied


def primer(forward: Forward, rows: int) -> Encoded:
    """The beginning of a tune, without its end."""
    whole = Corpus.of(forward.encoding, tunes(1)).pieces[0]
    return Encoded(whole.rows[:rows], whole.position[:rows])


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_gates_are_those_of_the_making_bit_for_bit(kind: str, name: str) -> None:
    forward = noted(network(name, KINDS[kind]))
    prompt = primer(forward, 10)
    take = generate(forward, TakeSettings(notes=60, seed=3), prompt)
    steps = forward.steps[:]
    found = trace(forward, np.concatenate([prompt.rows, take.rows]))
    assert [layer.kind for layer in found.layers] == [kind, kind]
    assert len(steps) == len(found.rows), "the start, and all rows but the last"
    for number, layer in enumerate(found.layers):
        assert set(layer.gates) == GATES[kind]
        for gate, values in layer.gates.items():
            made = np.stack([step[number][gate].ravel() for step in steps])
            assert (values == made).all()
        assert layer.state.shape[0] == len(found.rows)


def test_the_state_is_what_the_network_had_read_before_each_row() -> None:
    forward = network()
    rows = primer(forward, 12).rows
    found = trace(forward, rows)
    grammar = forward.encoding.grammar()
    _, states, _ = forward.step([f.size for f in forward.encoding.fields], 0, forward.start())
    for number, row in enumerate(rows.tolist()):
        for layer, state in zip(found.layers, states, strict=True):
            assert layer.state[number] == pytest.approx(state[0], abs=1e-6)
        _, states, _ = forward.step(row, grammar.accept(row), states)


def test_the_likeliest_values_by_its_odds_are_those_that_greedy_sampling_took() -> None:
    forward = network()
    take = generate(forward, TakeSettings(notes=80, sampling=Sampling(0)))
    found = trace(forward, take.rows)
    for field, odds in enumerate(found.odds):
        assert odds.sum(axis=1) == pytest.approx(np.ones(len(take.rows)), abs=1e-5)
        assert (odds.argmax(axis=1) == take.rows[:, field]).all()
        came = odds[np.arange(len(odds)), take.rows[:, field]]
        notes = take.rows[:, WAIT] != forward.encoding.fields[WAIT].size - 1
        counted = notes if field else np.ones(len(odds), bool)
        assert found.nats[counted, field] == pytest.approx(-np.log(came[counted]), abs=1e-4)


def test_what_the_grammar_forbids_has_no_odds() -> None:
    forward = network()
    rows = generate(forward, TakeSettings(notes=200, sampling=Sampling(2.0))).rows
    found = trace(forward, rows)
    same = np.flatnonzero((rows[1:, WAIT] == 0) & (rows[1:, 1] == rows[:-1, 1])) + 1
    assert len(same)
    for row in same.tolist():
        assert not found.odds[PITCH][row, : rows[row - 1, PITCH] + 1].any()
        assert found.odds[PITCH][row].sum() == pytest.approx(1, abs=1e-5)
    assert np.isfinite(found.nats).all()


def test_surprise_is_the_held_out_measure_where_everything_is_legal() -> None:
    forward = network("book")
    corpus = Corpus.of(forward.encoding, tunes(3))
    nats = sum(float(trace(forward, piece.rows).surprise.sum()) for piece in corpus.pieces)
    assert nats == pytest.approx(evaluate(forward, corpus, 16).nats, rel=1e-5)


def test_a_prompt_may_do_what_sampling_may_not() -> None:
    forward = network()
    rows = primer(forward, 6).rows.copy()
    rows[0, WAIT] = 40  # begins after bars of silence
    assert not forward.encoding.grammar().legal(WAIT, [])[40]  # type: ignore[index]
    assert np.isfinite(trace(forward, rows).nats).all()


def test_after_the_end_of_a_piece_a_new_one_begins() -> None:
    forward = network()
    rows = Corpus.of(forward.encoding, tunes(2)).pieces[0].rows
    twice = trace(forward, np.concatenate([rows, rows]))
    assert (twice.nats[len(rows) - 1, 1:] == 0).all(), "an end is a wait and nothing else"
    # It carries on what it knows of the piece before, but is told that a new one begins.
    (_, states, gates) = forward.step(
        [f.size for f in forward.encoding.fields], 0, _states_after(forward, rows)
    )
    update = twice.layers[0].gates["update"][len(rows)]
    assert update == pytest.approx(gates[0]["update"], abs=1e-6)
    assert twice.layers[1].state[len(rows)] == pytest.approx(states[1][0], abs=1e-6)


def _states_after(forward: Forward, rows: np.ndarray) -> tuple:  # type: ignore[type-arg]
    """The states after a piece, its end not read."""
    grammar = forward.encoding.grammar()
    _, states, _ = forward.step([f.size for f in forward.encoding.fields], 0, forward.start())
    for row in rows[:-1].tolist():
        _, states, _ = forward.step(row, grammar.accept(row), states)
    return states


@pytest.mark.parametrize("heard", [True, False])
def test_windows_are_read_as_they_were_made(heard: bool) -> None:
    forward = noted(network(config=WINDOWED))
    prompt = primer(forward, 16)
    settings = TakeSettings(notes=40, sampling=Sampling(0), way="window")
    take = generate(forward, settings, prompt, window=16)
    steps = forward.steps[15:]
    if heard:
        rows = np.concatenate([prompt.rows, take.rows])
        found = trace(forward, rows, way="window", window=16)
        assert found.unasked == 16
        assert np.isnan(found.surprise[:16]).all()
    else:
        found = trace(
            forward, take.rows, way="window", window=16, beginning=Beginning(context=prompt.rows)
        )
        assert found.unasked == 0
    made = slice(found.unasked, None)
    assert (found.odds[PITCH].argmax(axis=1)[made] == take.rows[:, PITCH]).all()
    assert np.isfinite(found.surprise[made]).all()
    for number, layer in enumerate(found.layers):
        for gate, values in layer.gates.items():
            answered = [s[number][gate][0, (i + 16) % 16] for i, s in enumerate(steps)]
            assert (values[made] == np.stack(answered)).all()


def test_of_a_long_take_a_passage_is_kept_and_all_surprise() -> None:
    forward = network(config=KINDS["lstm"])
    rows = generate(forward, TakeSettings(notes=300)).rows
    whole, part = trace(forward, rows), trace(forward, rows, keep=range(280, 10_000))
    assert part.kept == range(280, len(rows))
    assert (part.nats == whole.nats).all()
    assert (part.layers[1].gates["forget"] == whole.layers[1].gates["forget"][280:]).all()
    assert part.odds[PITCH].shape == (len(part.kept), 128)
    assert trace(forward, rows, keep=range(0)).layers == ()
    assert trace(forward, rows[:0]).surprise.shape == (0,)


def test_a_network_of_any_size_keeps_no_more_than_fits() -> None:
    wide = NetworkConfig((Layer("gru", 512), Layer("dropout", rate=0.1), Layer("lstm", 512)))
    floats = 512 * (4 + 5)
    assert rows_that_fit(wide) == 12 * 2**20 // (4 * floats)
    assert rows_that_fit(replace(wide, layers=(Layer("gru", 1),))) > 100_000


def test_surprise_is_in_nats() -> None:
    """A field with equal odds for each of its values surprises by the logarithm of their number."""
    forward = network("book")
    head = forward._heads[0]
    assert head is not None
    head.kernel[:] = head.bias[:] = 0
    rows = primer(forward, 8).rows
    size = forward.encoding.fields[0].size
    assert trace(forward, rows).surprise == pytest.approx(np.full(8, math.log(size)), abs=1e-5)
