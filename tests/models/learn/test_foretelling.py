"""Softmax, cross-entropy and perplexity by hand; predictions as training measures them."""

import math

import numpy as np
import pytest

from models.data import Corpus
from models.evaluation import evaluate
from models.forward import Forward
from models.learn.foretelling import carried, cross_entropy, foretold, perplexity, softmax
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes
from tests.models.test_generation import SMALL, WINDOWED, random_weights


def test_softmax_by_hand() -> None:
    logits = np.log([1.0, 2.0, 5.0])
    assert softmax(logits) == pytest.approx([0.125, 0.25, 0.625])
    squared = np.array([1, 4, 25]) / 30
    assert softmax(logits, 0.5) == pytest.approx(squared)
    assert softmax(np.array([1e4, 0.0])) == pytest.approx([1, 0])


def test_loss_and_perplexity_by_hand() -> None:
    assert cross_entropy(np.array([0.5, 0.25, 0.25]), 1) == pytest.approx(math.log(4))
    assert perplexity(math.log(4)) == pytest.approx(4)
    uniform = np.full(128, 1 / 128)
    assert perplexity(cross_entropy(uniform, 60)) == pytest.approx(128)


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("window", [None, 20])
def test_the_losses_add_up_to_what_training_shows(name: str, window: int | None) -> None:
    pieces = [*tunes(1), band()]
    encoding = ENCODINGS[name].fit(pieces)
    config = SMALL if window is None else WINDOWED
    forward = Forward(encoding, config, random_weights(encoding, config))
    corpus = Corpus.of(encoding, pieces)
    measured = evaluate(forward, corpus, window or 1)
    found = [foretold(forward, piece, window) for piece in corpus.pieces]
    assert sum(f.nats.sum() for f in found) == pytest.approx(measured.nats, rel=1e-5)
    assert sum(len(f.rows) for f in found) == measured.rows


def test_what_is_forgotten_begins_like_a_state_of_zeros() -> None:
    encoding = ENCODINGS["notes"].fit([band()])
    forward = Forward(encoding, SMALL, random_weights(encoding, SMALL))
    piece = encoding.encode(band())
    kept, lost = carried(forward, piece), carried(forward, piece, 10)
    assert lost[:10] == pytest.approx(kept[:10])
    assert not np.allclose(lost[10], kept[10])
    row, position = piece.rows[9], int(piece.position[9])
    assert lost[10] == pytest.approx(forward.step(row, position, forward.start())[0])
