"""Counting is what Witten and Bell say, on the rows that the network is measured on."""

import math
from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest

from models.baselines import BASELINES, Baselines, baselines
from models.config import PRESETS
from models.data import Corpus, divide
from models.evaluation import evaluate
from models.forward import Forward
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes
from tests.models.test_generation import SMALL, WINDOWED, random_weights

TRAINING = replace(
    PRESETS["quick"].training, batch_size=2, sequence_length=8, transpose=0, held_out=0.3
)


def setting(name: str, **changes: object):  # type: ignore[no-untyped-def]
    pieces = [*tunes(), band()]
    encoding = ENCODINGS[name].fit(pieces)
    training = replace(TRAINING, **changes)  # type: ignore[arg-type]
    learn, held_out = divide(encoding, Corpus.of(encoding, pieces), SMALL, training)
    return encoding, learn, held_out, training


def test_one_field_is_witten_bell_step_by_step() -> None:
    encoding, learn, held_out, training = setting("book")
    found = baselines(encoding, learn, held_out, SMALL, training)
    assert found is not None
    size = encoding.fields[0].size

    def history(rows: list[int], t: int, order: int) -> tuple[int, ...]:
        return tuple(([-1] * order + rows)[t : t + order])

    for order in range(4):
        counts: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
        for piece in learn.pieces:
            rows = piece.rows[:, 0].tolist()
            for t, value in enumerate(rows):
                for k in range(order + 1):
                    counts[history(rows, t, k)][value] += 1

        def odds(value: int, context: tuple[int, ...], counts: dict = counts) -> float:
            shorter = odds(value, context[1:]) if context else 1 / size
            seen = counts.get(context)
            if not seen:
                return shorter
            return (seen[value] + len(seen) * shorter) / (seen.total() + len(seen))

        nats = 0.0
        for piece in held_out.pieces:
            rows = piece.rows[:, 0].tolist()
            nats -= sum(math.log(odds(v, history(rows, t, order))) for t, v in enumerate(rows))
        name = f"markov {order}" if order else "unigram"
        assert found.nats[name] == pytest.approx(nats)


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("network", [SMALL, WINDOWED], ids=["every step", "last step"])
def test_the_same_rows_are_measured_as_by_the_network(name: str, network: object) -> None:
    encoding, learn, held_out, training = setting(name)
    found = baselines(encoding, learn, held_out, network, training)  # type: ignore[arg-type]
    assert found is not None
    forward = Forward(encoding, network, random_weights(encoding, network))  # type: ignore[arg-type]
    measure = evaluate(forward, held_out, training.sequence_length)
    assert (found.rows, found.notes) == (measure.rows, measure.notes)
    ends = sum(encoding.is_end(row) for p in held_out.pieces for row in p.rows.tolist())
    sizes = [math.log(f.size) for f in encoding.fields]
    assert found.nats["uniform"] == pytest.approx(
        sum(sizes) * (found.rows - ends) + sizes[0] * ends
    )
    assert list(found.nats) == list(BASELINES)


def test_counting_learns_what_repeats_and_hears_every_transposition() -> None:
    encoding, learn, held_out, training = setting("notes")
    still = baselines(encoding, learn, held_out, SMALL, training)
    moved = baselines(encoding, learn, held_out, SMALL, replace(training, transpose=6))
    assert still is not None
    assert moved is not None
    assert still.nats["markov 1"] < still.nats["unigram"]
    assert moved.nats["markov 3"] < still.nats["markov 3"]


def test_probabilities_of_all_values_add_up_to_one() -> None:
    """Were it otherwise, no loss would mean anything: every value in turn as the one that came."""
    encoding, learn, held_out, training = setting("book")
    piece = held_out.pieces[0]
    first = piece.rows[:5]
    total = dict.fromkeys(BASELINES, 0.0)
    for value in range(encoding.fields[0].size):
        asked = np.concatenate([first, [[value]]]).astype(np.int32)
        whole = Corpus(("x",), (type(piece)(asked, piece.position[:6]),))
        less = Corpus(("x",), (type(piece)(first, piece.position[:5]),))
        long = baselines(encoding, learn, whole, SMALL, training)
        short = baselines(encoding, learn, less, SMALL, training)
        assert long is not None
        assert short is not None
        for name in BASELINES:
            total[name] += math.exp(short.nats[name] - long.nats[name])
    assert list(total.values()) == [pytest.approx(1.0)] * len(BASELINES)


def test_nothing_held_out_is_nothing_measured() -> None:
    encoding, learn, held_out, training = setting("notes")
    assert baselines(encoding, learn, held_out.only([]), SMALL, training) is None
    long = replace(training, sequence_length=4000)
    assert baselines(encoding, learn, held_out, WINDOWED, long) is None


def test_they_survive_json() -> None:
    given = Baselines(10, 9, {"uniform": 3.0})
    assert Baselines.from_json(given.to_json()) == given
    assert given.per_row("uniform") == pytest.approx(0.3)
