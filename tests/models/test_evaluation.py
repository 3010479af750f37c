"""Loss is what the definition says, whichever way pieces are batched."""

import math

import numpy as np
import pytest

from models.config import ConfigError, NetworkConfig
from models.data import Corpus, inputs_of
from models.evaluation import Sample, evaluate
from models.forward import Forward
from musiccore.encoding import ENCODINGS, Encoded
from tests.models.music import band, tunes
from tests.models.test_generation import SMALL, WINDOWED, random_weights


def setting(name: str, config: NetworkConfig = SMALL) -> tuple[Forward, Corpus]:
    pieces = [*tunes(), band()]
    encoding = ENCODINGS[name].fit(pieces)
    return Forward(encoding, config, random_weights(encoding, config)), Corpus.of(encoding, pieces)


@pytest.mark.parametrize("name", ENCODINGS)
def test_nats_are_summed_over_every_field_that_counts(name: str) -> None:
    forward, corpus = setting(name)
    encoding, nats = forward.encoding, 0.0
    for piece in corpus.pieces:
        given, states = inputs_of(encoding, piece), forward.start()
        counts = encoding.counts(piece.rows)
        for t, row in enumerate(piece.rows.tolist()):
            trunk, states, _ = forward.step(given.rows[t].tolist(), int(given.position[t]), states)
            hidden = forward.hidden(trunk)
            for i, value in enumerate(row):
                logits = forward.logits(i, trunk, hidden, row).astype(float)
                if counts[t, i]:
                    nats -= logits[value] - math.log(np.exp(logits).sum())
    measure = evaluate(forward, corpus, 16)
    assert measure.nats == pytest.approx(nats, rel=1e-5)
    assert measure.rows == sum(len(p.rows) for p in corpus.pieces)
    assert measure.notes == sum(encoding.notes_in(p.rows) for p in corpus.pieces)
    assert measure.perplexity == pytest.approx(math.exp(measure.nats_per_token))
    assert 0 <= measure.accuracy <= 1


def test_windows_are_asked_for_every_row_that_has_one() -> None:
    forward, corpus = setting("book", WINDOWED)
    measure = evaluate(forward, corpus, 16)
    assert measure.rows == sum(len(p.rows) - 16 for p in corpus.pieces if len(p.rows) > 16)


def test_no_piece_as_long_as_the_window_is_said() -> None:
    forward, corpus = setting("book", WINDOWED)
    with pytest.raises(ConfigError, match="longer than the window of 5000"):
        evaluate(forward, corpus, 5000)


def test_a_sample_takes_the_beginnings_of_the_first_pieces() -> None:
    forward, corpus = setting("notes")
    measure = evaluate(forward, corpus, 16, Sample(rows_a_piece=10, rows=25))
    assert measure.rows == 30


def test_a_certain_network_has_no_loss() -> None:
    pieces = tunes(1)
    encoding = ENCODINGS["book"].fit(pieces)
    weights = random_weights(encoding, SMALL)
    weights["token_logits/kernel"][:] = 0
    weights["token_logits/bias"][:] = -100
    piece = Corpus.of(encoding, pieces).pieces[0]
    rows = piece.rows[:1]
    weights["token_logits/bias"][rows[0, 0]] = 100
    corpus = Corpus(("one note",), (Encoded(rows, piece.position[:1]),))
    measure = evaluate(Forward(encoding, SMALL, weights), corpus, 16)
    assert measure.nats == pytest.approx(0, abs=1e-6)
    assert measure.accuracy == 1
