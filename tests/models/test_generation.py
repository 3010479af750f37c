"""Takes: legal, repeatable, of the length asked for; windows computed side by side equal windows
computed afresh."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.config import PRESETS, ConfigError, Layer, NetworkConfig
from models.data import Corpus
from models.forward import Forward
from models.generation import Sampling, TakeSettings, generate, sample
from models.network import ROLES, Weights
from musiccore.encoding import ENCODINGS, Encoded, Encoding
from musiccore.encoding.notes import INSTRUMENT, PITCH, WAIT
from tests.models.music import band, tunes

SMALL = NetworkConfig(layers=(Layer("gru", 12), Layer("lstm", 10)), embedding=8, head=9)
WINDOWED = replace(SMALL, objective="last step", stateful=False, input="scaled integer")


def random_weights(encoding: Encoding, config: NetworkConfig, seed: int = 0) -> Weights:
    """Weights as a network of this shape has them, drawn at random: no TensorFlow needed."""
    rng = np.random.default_rng(seed)

    def draw(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.7, shape).astype(np.float32)

    columns = [(f.name, f.size) for f in encoding.fields]
    if encoding.positions > 1:
        columns.append(("position", encoding.positions))
    weights: Weights = {}
    width = len(columns)
    if config.input == "embedding":
        width = config.embedding
        weights |= {f"embed_{name}/table": draw(size + 1, width) for name, size in columns}
    elif config.input == "one-hot":
        width = sum(size + 1 for _, size in columns)
    for i, layer in enumerate(config.layers):
        if layer.kind == "dropout":
            continue
        name, units = f"layer{i}_{layer.kind}", layer.units
        gates = {"gru": 3, "lstm": 4, "rnn": 1, "dense": 1}[layer.kind]
        shapes = {
            "kernel": (width, gates * units),
            "recurrent": (units, gates * units),
            "bias": (2, gates * units) if layer.kind == "gru" else (gates * units,),
        }
        weights |= {f"{name}/{role}": draw(*shapes[role]) for role in ROLES[layer.kind]}
        width = units
    for i, field in enumerate(encoding.fields):
        hidden = width
        if i:
            hidden = config.head
            weights[f"{field.name}_from_trunk/kernel"] = draw(width, hidden)
            weights[f"{field.name}_from_trunk/bias"] = draw(hidden)
            for other in encoding.fields[:i]:
                weights[f"{field.name}_from_{other.name}/table"] = draw(other.size, hidden)
        weights[f"{field.name}_logits/kernel"] = draw(hidden, field.size)
        weights[f"{field.name}_logits/bias"] = draw(field.size)
    return weights


def network(name: str = "notes", config: NetworkConfig = SMALL) -> Forward:
    encoding = ENCODINGS[name].fit([*tunes(), band()])
    return Forward(encoding, config, random_weights(encoding, config))


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_take_has_the_notes_asked_for_and_is_the_same_again(name: str) -> None:
    forward = network(name)
    settings = TakeSettings(notes=80, seed=5)
    take = generate(forward, settings)
    ends = sum(forward.encoding.is_end(row) for row in take.rows.tolist())
    assert len(take.rows) - ends == 80
    assert (generate(forward, settings).rows == take.rows).all()
    other = generate(forward, replace(settings, seed=6)).rows
    assert other.shape != take.rows.shape or (other != take.rows).any()


def test_only_what_the_grammar_allows_comes() -> None:
    forward = network()
    rows = generate(forward, TakeSettings(notes=400, sampling=Sampling(2.0))).rows
    assert not forward.encoding.is_end(rows[0].tolist())
    for before, row in pairwise(rows):
        ended = forward.encoding.is_end(before.tolist())
        if not ended and row[WAIT] == 0:
            assert (row[INSTRUMENT], row[PITCH]) > (before[INSTRUMENT], before[PITCH])
    encoding = forward.encoding
    whole = encoding.decode(rows)
    assert len(whole) == 400


def test_windows_side_by_side_equal_windows_afresh() -> None:
    forward = network(config=WINDOWED)
    encoding, window = forward.encoding, 16
    whole = Corpus.of(encoding, tunes(1)).pieces[0]
    primer = Encoded(whole.rows[:window], whole.position[:window])
    settings = TakeSettings(notes=40, sampling=Sampling(0), way="window")
    take = generate(forward, settings, primer, window=window)

    rows = primer.rows[:window].tolist()
    grammar = encoding.grammar()
    positions = [grammar.accept(row) for row in rows]
    for made in take.rows.tolist():
        states = forward.start()
        for row, position in zip(rows[-window:], positions[-window:], strict=True):
            trunk, states, _ = forward.step(row, position, states)
        decided: list[int] = []
        for field in range(len(encoding.fields)):
            logits = forward.logits(field, trunk, forward.hidden(trunk), decided)
            legal = grammar.legal(field, decided)
            decided.append(
                int(np.where(legal if legal is not None else True, logits, -np.inf).argmax())
            )
        assert decided == made
        rows.append(made)
        positions.append(grammar.accept(made))


def test_the_books_way_needs_a_window_of_music() -> None:
    forward = network(config=WINDOWED)
    primer = Corpus.of(forward.encoding, tunes(1)).pieces[0]
    settings = TakeSettings(notes=5, way="window")
    for too_short in (None, primer):
        with pytest.raises(ConfigError, match="primer of 500 notes"):
            generate(forward, settings, too_short, window=500)


def test_a_primer_is_gone_on_from() -> None:
    forward = network()
    primer = Corpus.of(forward.encoding, tunes(1)).pieces[0]
    settings = TakeSettings(notes=30, sampling=Sampling(0))
    assert (generate(forward, settings, primer).rows != generate(forward, settings).rows).any()


LOGITS = st.lists(st.floats(-20, 20, width=32), min_size=2, max_size=40)


@given(LOGITS, st.floats(0, 1, exclude_max=True), st.data())
def test_an_illegal_value_never_comes(
    logits: list[float], chance: float, data: st.DataObject
) -> None:
    legal = np.array(data.draw(st.lists(st.booleans(), min_size=len(logits), max_size=len(logits))))
    legal[data.draw(st.integers(0, len(logits) - 1))] = True
    for sampling in (Sampling(), Sampling(0), Sampling(0.3, top_k=2), Sampling(2.0, top_p=0.5)):
        assert legal[sample(np.array(logits, np.float32), sampling, chance, legal)]


@given(LOGITS, st.floats(0, 1, exclude_max=True))
def test_one_candidate_leaves_no_choice(logits: list[float], chance: float) -> None:
    given_logits = np.array(logits, np.float32)
    for sampling in (Sampling(0), Sampling(5.0, top_p=1e-9)):
        chosen = sample(given_logits, sampling, chance, None)
        assert given_logits[chosen] == pytest.approx(given_logits.max(), abs=1e-6)


def test_temperature_divides_the_logits() -> None:
    logits = np.array([0.0, np.log(3.0)], np.float32)
    chances = (np.arange(1000) + 0.5) / 1000
    at_1 = np.mean([sample(logits, Sampling(1.0), c, None) for c in chances])
    at_half = np.mean([sample(logits, Sampling(0.5), c, None) for c in chances])
    assert at_1 == pytest.approx(3 / 4, abs=0.002)
    assert at_half == pytest.approx(9 / 10, abs=0.002)


@pytest.mark.parametrize(
    "wrong", [{"temperature": -1}, {"top_k": -1}, {"top_p": 0}, {"top_p": 1.5}]
)
def test_impossible_sampling_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError):
        Sampling(**wrong)  # type: ignore[arg-type]


def test_presets_generate_in_the_way_they_were_trained_for() -> None:
    ways = {name: p.network.objective for name, p in PRESETS.items()}
    assert ways.pop("book") == "last step"
    assert set(ways.values()) == {"every step"}
