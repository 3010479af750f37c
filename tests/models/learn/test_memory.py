"""Influence through time is the real network's: held against small changes of what it reads."""

import numpy as np
import pytest

from models.config import Layer, NetworkConfig
from models.data import Corpus
from models.forward import Forward
from models.learn.memory import influence, loss_with, passages, pulled
from models.learn.untrained import starting_weights, untrained
from musiccore.encoding import ENCODINGS, Encoding
from tests.models.music import band, tunes

NETWORK = NetworkConfig(
    layers=(Layer("gru", 5), Layer("dense", 4), Layer("lstm", 3), Layer("rnn", 4)),
    embedding=6,
    head=5,
)
SMALL = 1e-6


class Nudged(Forward):
    """A network of double precision whose input at one step is changed by `nudge` (in,)."""

    def __init__(self, encoding: Encoding, when: int, nudge: np.ndarray) -> None:
        weights = starting_weights(encoding, NETWORK, seed=2)
        doubled = {name: array.astype(np.float64) for name, array in weights.items()}
        super().__init__(encoding, NETWORK, doubled)
        self._calls, self._when, self._nudge = 0, when, nudge

    def project(self, row, position):  # type: ignore[no-untyped-def]
        projected = super().project(row, position)
        self._calls += 1
        if self._calls - 1 == self._when:
            projected = projected + self._nudge @ self.layers[0].kernel
        return projected


@pytest.fixture(scope="module")
def corpus() -> tuple[Encoding, Corpus]:
    encoding = ENCODINGS["notes"].fit([*tunes(), band()])
    return encoding, Corpus.of(encoding, [*tunes(), band()])


@pytest.mark.parametrize("back", [0, 1, 6])
def test_the_gradient_is_that_of_small_changes(corpus: tuple[Encoding, Corpus], back: int) -> None:
    encoding, pieces = corpus
    music = passages(pieces, 9, streams=2)
    asked = np.random.default_rng(5).normal(size=(2, 4))

    def said(nudge: np.ndarray) -> np.ndarray:
        network = Nudged(encoding, 8 - back, nudge)
        states = network.start(2)
        for row, place in zip(music.rows, music.position, strict=True):
            trunk, states, _ = network.step(row, place, states)
        return (asked * trunk).sum(axis=-1)

    network = Nudged(encoding, -1, np.zeros(6))
    gradient = list(pulled(network, music, asked))[back]
    for j, unit in enumerate(np.eye(6)):
        slope = (said(SMALL * unit) - said(-SMALL * unit)) / (2 * SMALL)
        assert gradient[:, j] == pytest.approx(slope, abs=1e-7)


def test_the_estimate_from_random_directions_is_the_size_of_the_jacobian(
    corpus: tuple[Encoding, Corpus],
) -> None:
    encoding, pieces = corpus
    music = passages(pieces, 12, streams=3)
    forward = untrained(encoding, NETWORK, seed=1)
    every = np.eye(4, dtype=np.float32)[:, None, :].repeat(3, axis=1)
    exact = [np.sqrt((g**2).sum(axis=(0, 2)).mean()) for g in pulled(forward, music, every)]
    found = influence(forward, music, steps=8, probes=3000)
    assert found == pytest.approx(exact[:9], rel=0.1)


def test_passages_begin_again_where_there_is_too_little(
    corpus: tuple[Encoding, Corpus],
) -> None:
    _, pieces = corpus
    rows = np.concatenate([piece.rows for piece in pieces.pieces])
    music = passages(pieces, len(rows) + 10, streams=2)
    assert (music.rows[: len(rows), :, 1] == rows).all()
    assert (music.rows[len(rows) :, :, 0] == rows[:10]).all()


def test_the_loss_is_that_of_a_network_that_begins_late(
    corpus: tuple[Encoding, Corpus],
) -> None:
    encoding, pieces = corpus
    forward = untrained(encoding, NETWORK, seed=1)
    one = pieces.only([0])
    rows, position = one.pieces[0]
    last = len(rows) - 1
    states = forward.start()
    for row, place in zip(rows[last - 3 : last], position[last - 3 : last], strict=True):
        trunk, states, _ = forward.step(row.tolist(), int(place), states)
    hidden, came = forward.hidden(trunk), rows[last].tolist()
    odds = [np.exp(forward.logits(i, trunk, hidden, came)) for i in range(len(came))]
    counts = encoding.counts(rows[last][None])[0]
    nats = [
        -np.log(of[value] / of.sum()) if counted else 0
        for of, value, counted in zip(odds, came, counts, strict=True)
    ]
    found = loss_with(forward, one, 3, longest=last, answers=1)
    assert found == pytest.approx(sum(nats), rel=1e-5)
    assert np.isnan(loss_with(forward, one, 1, longest=last + 1))
