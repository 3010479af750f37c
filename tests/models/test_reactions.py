"""What a unit reacts to is found where it was planted, and not where there is nothing."""

from dataclasses import replace

import numpy as np
import pytest

from models.config import Layer, NetworkConfig
from models.data import Corpus
from models.forward import Forward
from models.reactions import MEASURED, _states, reaction, reactions
from models.trace import trace
from musiccore.encoding import ENCODINGS, Encoded
from musiccore.encoding.notes import GRID
from musiccore.labels import Labels
from tests.models.music import band, tunes
from tests.models.test_generation import random_weights

SMALL = NetworkConfig((Layer("gru", 10), Layer("gru", 8)), embedding=6, head=5)


def drifting(rng: np.random.Generator, rows: int, units: int, memory: float) -> np.ndarray:
    """Noise that changes slowly (rows, units), as states and music do."""
    noise = rng.normal(size=(rows, units)).astype(np.float32)
    for t in range(1, rows):
        noise[t] += memory * noise[t - 1]
    return noise


def labelled(rng: np.random.Generator, rows: int) -> Labels:
    of = np.digitize(drifting(rng, rows, 1, 0.9)[:, 0], [-1, 1])
    return Labels(("low", "middle", "high"), of)


def test_a_planted_dependence_is_found_with_its_size() -> None:
    rng = np.random.default_rng(1)
    said = labelled(rng, 1500)
    states = drifting(rng, 1500, 30, 0.9)
    shape = np.array([0.0, 1.0, -1.0])[said.of]  # neither rises nor falls with the label
    noise = rng.normal(size=1500)
    states[:, 17] = shape / shape.std() + noise / noise.std()
    found = reaction(states, said, 100, rng)
    assert found.strongest.tolist() == [17]
    assert found.share[17] == pytest.approx(0.5, abs=0.04), "half of the variance"
    assert found.chance < 0.3
    for group in range(3):
        expected = states[said.of == group].mean(axis=0)
        assert found.means[group] == pytest.approx(expected, abs=1e-5)
    assert found.rows.sum() == 1500


def test_noise_reacts_to_nothing_though_it_drifts_as_the_labels_do() -> None:
    """1 in 20 such measurements may err: that is what `chance` says. Of 12 here, at most 2 do."""
    wrong = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        said = labelled(rng, 800)
        wrong += len(reaction(drifting(rng, 800, 40, 0.9), said, 40, rng).strongest) > 0
    assert wrong <= 2


def test_a_unit_that_never_moves_reacts_to_nothing() -> None:
    rng = np.random.default_rng(2)
    states = drifting(rng, 400, 3, 0.5)
    states[:, 1] = 0.7
    assert reaction(states, labelled(rng, 400), 20, rng).share[1] == 0


def test_rows_of_which_nothing_is_said_do_not_count() -> None:
    rng = np.random.default_rng(3)
    said = labelled(rng, 600)
    states = drifting(rng, 600, 5, 0.5)
    silent = rng.random(600) < 0.5
    part = Labels(said.groups, np.where(silent, -1, said.of))
    alone = Labels(said.groups, said.of[~silent])
    with_silence = reaction(states, part, 20, np.random.default_rng(4))
    without = reaction(states[~silent], alone, 20, np.random.default_rng(4))
    assert (with_silence.share == without.share).all()
    assert with_silence.chance == without.chance


def beat_network() -> Forward:
    """A network at random but for unit 3 of its first layer, which is told the beat alone."""
    encoding = ENCODINGS["notes"].fit([*tunes(), band()])
    weights = random_weights(encoding, SMALL)
    units, unit = 10, 3
    columns = [unit, units + unit, 2 * units + unit]  # update, reset, candidate
    kernel = weights["layer0_gru/kernel"]
    kernel[:, columns] = 0
    kernel[0, 2 * units + unit] = 1  # looks at the first place of the embedding alone
    weights["layer0_gru/recurrent"][:, columns] = 0
    weights["layer0_gru/bias"][:, columns] = 0
    weights["layer0_gru/bias"][0, unit] = -20  # never keeps: takes up the candidate
    for field in encoding.fields:
        weights[f"embed_{field.name}/table"][:, 0] = 0
    beats = np.arange(encoding.positions + 1) // GRID % 4
    weights["embed_position/table"][:, 0] = np.array([2.0, -1, 0.5, -1])[beats]
    return Forward(encoding, SMALL, weights)


def test_the_unit_that_is_told_the_beat_is_found_in_a_network() -> None:
    forward = beat_network()
    corpus = Corpus.of(forward.encoding, [*tunes(), band(bars=12)])
    found = reactions(forward, corpus, deals=40)
    beat = found.found["beat"]
    strongest = int(beat.strongest[0])
    assert found.unit(strongest) == (0, 3)
    assert beat.share[strongest] > 0.99
    assert found.layers == (10, 8)
    assert found.share("beat", 0)[3] == beat.share[3]
    assert len(found.share("beat", 1)) == 8
    assert tuple(found.unit(17)) == (1, 7)
    on_one = beat.means[beat.groups.index("beat 1"), strongest]
    assert on_one == pytest.approx(np.tanh(2.0), abs=1e-4)
    again = reactions(forward, corpus, deals=40)
    assert again.found["register"].chance == found.found["register"].chance


def test_states_are_those_of_the_trace_one_note_later() -> None:
    encoding = ENCODINGS["notes"].fit([*tunes(), band()])
    forward = Forward(encoding, SMALL, random_weights(encoding, SMALL))
    pieces = Corpus.of(encoding, [*tunes(3), band()]).pieces
    states = _states(forward, pieces, begins=True)
    begin = 0
    for piece in pieces:
        replayed = trace(forward, piece.rows).layers
        beside = np.concatenate([layer.state for layer in replayed], axis=1)
        n = len(piece.rows)
        assert states[begin : begin + n - 1] == pytest.approx(beside[1:], abs=1e-5)
        begin += n
    assert begin == len(states)


@pytest.mark.parametrize("name", ENCODINGS)
def test_networks_that_answer_windows_are_measured_on_windows(name: str) -> None:
    config = replace(SMALL, objective="last step", stateful=False, input="scaled integer")
    encoding = ENCODINGS[name].fit([*tunes(), band()])
    forward = Forward(encoding, config, random_weights(encoding, config))
    corpus = Corpus.of(encoding, tunes())
    found = reactions(forward, corpus, window=16, deals=10)
    assert found.rows == sum(len(p.rows) for p in MEASURED.of(corpus))
    assert "register" in found.found
    first = corpus.pieces[0]
    afresh = Encoded(first.rows[16:32], first.position[16:32])
    whole = _states(forward, [afresh], begins=False)
    assert whole.shape == (16, 18)
