"""Takes made side by side are the takes made alone, number for number."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.config import Layer, NetworkConfig
from models.data import Corpus
from models.forward import Forward
from models.generation import Beginning, Length, TakeSettings, generate_takes
from models.sampling import PRESETS, Samplers, Sampling, sample
from musiccore.encoding import ENCODINGS, Rows
from tests.models.making import BOOK_SHAPED, big_network
from tests.models.music import band, tunes
from tests.models.test_generation import SMALL, network, random_weights

SAMPLINGS = (
    Sampling(),
    Sampling(0),
    Sampling(0.7, top_k=5),
    Sampling(1.3, top_p=0.9),
    Sampling(1.0, top_k=9, top_p=0.8),
)


def prompts(forward: Forward) -> list[Rows]:
    pieces = Corpus.of(forward.encoding, [*tunes(3), band()]).pieces
    return [piece.rows[: 40 - 9 * i] for i, piece in enumerate(pieces)]


def jobs(forward: Forward, count: int) -> list[tuple[TakeSettings, Beginning]]:
    """Takes that differ in all that takes of one network may differ in."""
    starts = [np.zeros((0, 0), np.int32), *prompts(forward)]
    return [
        (
            TakeSettings(
                notes=20 + 7 * i,
                sampling=SAMPLINGS[i % len(SAMPLINGS)],
                seed=i,
                length=Length(3 + i, "bars") if i % 4 == 1 else None,
            ),
            Beginning(prompt=starts[i % len(starts)], bar=3.0 if i % 3 == 2 else None),
        )
        for i in range(count)
    ]


def assert_same(together: Sequence[Rows], alone: Sequence[Rows]) -> None:
    assert len(together) == len(alone)
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kind", ["gru", "lstm", "rnn"])
@pytest.mark.parametrize("name", ENCODINGS)
def test_takes_made_together_are_those_made_alone(kind: str, name: str) -> None:
    config = NetworkConfig((Layer(kind, 24), Layer("dense", 9), Layer(kind, 17)), head=7)
    forward = network(name, config)
    wanted = jobs(forward, 7)
    pitches = forward.encoding.pitches(prompts(forward))
    together = generate_takes(forward, wanted, pitches=pitches)
    alone = [generate_takes(forward, [job], pitches=pitches)[0] for job in wanted]
    assert_same(together, alone)
    assert_same(generate_takes(forward, wanted[::-1], pitches=pitches), alone[::-1])


def test_so_are_those_of_a_network_as_large_as_the_default() -> None:
    forward = big_network()
    wanted = jobs(forward, 5)
    alone = [generate_takes(forward, [job])[0] for job in wanted]
    assert_same(generate_takes(forward, wanted), alone)


@pytest.mark.parametrize("name", ENCODINGS)
def test_so_are_those_that_see_windows(name: str) -> None:
    encoding = ENCODINGS[name].fit([*tunes(), band()])
    forward = Forward(encoding, BOOK_SHAPED, random_weights(encoding, BOOK_SHAPED))
    wanted = [
        (TakeSettings(notes=12 + i, seed=i, way="window"), Beginning(context=rows, bar=None))
        for i, rows in enumerate(prompts(forward)[:3])
    ]
    alone = [generate_takes(forward, [job], window=12)[0] for job in wanted]
    assert_same(generate_takes(forward, wanted, window=12), alone)


def test_both_ways_may_stand_side_by_side() -> None:
    forward = network(config=SMALL)
    start = prompts(forward)[0]
    wanted = [
        (TakeSettings(notes=9, seed=1, way="window"), Beginning(context=start)),
        (TakeSettings(notes=9, seed=1), Beginning()),
    ]
    alone = [generate_takes(forward, [job], window=12)[0] for job in wanted]
    assert_same(generate_takes(forward, wanted, window=12), alone)


def test_every_note_is_counted() -> None:
    counted: list[int] = []
    wanted = jobs(network(), 3)
    rows = generate_takes(network(), wanted, on_note=counted.append)
    ends = sum(network().encoding.is_end(row) for own in rows for row in own.tolist())
    assert counted[-1] == sum(map(len, rows)) - ends


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 130), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_choosing_for_many_is_choosing_for_each(size: int, takes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 4, (takes, size)).astype(np.float32)
    logits[:, : size // 3] = logits[:, :1]  # ties
    legal = rng.random((takes, size)) < 0.6
    legal[np.arange(takes), rng.integers(0, size, takes)] = True
    chance = rng.random(takes)
    samplings = [SAMPLINGS[i] for i in rng.integers(0, len(SAMPLINGS), takes)]
    for mask in (legal, None):
        chosen = Samplers(samplings)(logits, chance, mask)
        each = [
            sample(logits[i], samplings[i], chance[i], None if mask is None else mask[i])
            for i in range(takes)
        ]
        assert chosen.tolist() == each


@pytest.mark.parametrize(
    ("sampling", "kept"),
    [
        (Sampling(top_p=0.49), {0}),
        (Sampling(top_p=0.79), {0, 1}),
        (Sampling(top_p=0.81), {0, 1, 2}),
        (Sampling(top_k=2), {0, 1}),
        (Sampling(top_k=3, top_p=0.6), {0, 1}),
        (Sampling(), {0, 1, 2, 3}),
    ],
)
def test_top_k_and_top_p_keep_the_likeliest(sampling: Sampling, kept: set[int]) -> None:
    odds = np.array([0.5, 0.3, 0.15, 0.05])
    order = [2, 0, 3, 1]
    logits = np.log(odds[order]).astype(np.float32)
    chances = (np.arange(400) + 0.5) / 400
    chosen = {order[sample(logits, sampling, c, None)] for c in chances}
    assert chosen == kept


def test_presets_go_from_safe_to_wild() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (2000, 60)).astype(np.float32)
    chance = rng.random(2000)
    assert list(PRESETS) == ["safe", "balanced", "wild"]
    likeliest = [
        (Samplers([preset.sampling] * 2000)(logits, chance, None) == logits.argmax(axis=1)).mean()
        for preset in PRESETS.values()
    ]
    assert likeliest == sorted(likeliest, reverse=True)
    assert likeliest[0] > 1.5 * likeliest[-1]
