"""Streams as training deals them, and what a carried state is worth."""

import numpy as np
import pytest

from models.config import TrainingConfig
from models.data import Corpus, Feed, start_row
from models.forward import Forward
from models.learn.streams import deal, worth_of_state
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes
from tests.models.test_generation import SMALL, random_weights


def test_pieces_are_dealt_as_training_deals_them() -> None:
    pieces = [*tunes(3), band()]
    encoding = ENCODINGS["notes"].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    training = TrainingConfig(batch_size=3, sequence_length=10)
    batches = list(Feed(encoding, corpus, SMALL, training).epoch(1))
    rows = np.concatenate([batch.x["rows"] for batch in batches], axis=1)
    starts = (rows == start_row(encoding)).all(axis=-1)
    order = np.random.default_rng([training.seed, 2, 1]).permutation(len(corpus))
    dealt = deal([len(corpus.pieces[i].rows) for i in order], 3)
    assert (starts[:, : dealt.begins.shape[1]] == dealt.begins).all()
    counted = np.bincount(dealt.piece[dealt.piece >= 0])
    assert counted.tolist() == [len(corpus.pieces[i].rows) for i in order]


def test_the_last_stream_may_be_over_early() -> None:
    dealt = deal([4, 3], 2)
    assert dealt.piece.tolist() == [[0, 0, 0, 0], [1, 1, 1, -1]]
    assert dealt.begins.tolist() == [[True, False, False, False], [True, False, False, False]]


def test_carried_state_is_measured_on_the_same_rows() -> None:
    pieces = [*tunes(2), band()]
    encoding = ENCODINGS["notes"].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    forward = Forward(encoding, SMALL, random_weights(encoding, SMALL))
    found = worth_of_state(forward, corpus.pieces, 16)
    assert found.rows == sum((len(p.rows) // 16 - 1) * 16 for p in corpus.pieces)
    assert found.carried.shape == found.forgotten.shape == (16,)
    apart = np.abs(found.carried - found.forgotten)
    assert apart[0] > apart[-1] > 0  # what was forgotten matters less and less


def test_pieces_shorter_than_two_batches_measure_nothing() -> None:
    encoding = ENCODINGS["notes"].fit([band()])
    forward = Forward(encoding, SMALL, random_weights(encoding, SMALL))
    found = worth_of_state(forward, [encoding.encode(band())], 1000)
    assert found.rows == 0
    assert np.isnan(found.carried).all()
    assert found.carried.shape == pytest.approx((1000,))
