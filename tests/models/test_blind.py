"""Original or generated: pairs of excerpts that differ in nothing but their notes."""

from pathlib import Path

import numpy as np
import pytest

from models.blind import LEAST_BARS, VELOCITY, excerpt_bars, make_round
from models.config import ConfigError, Layer, NetworkConfig
from models.run_music import run_music
from models.store import Epoch, Run, Store
from musiccore.encoding import ENCODINGS
from musiccore.piece import Piece, excerpt, music_digest
from tests.models.music import band, tune, tunes
from tests.models.test_generation import random_weights
from tests.models.test_originality import kept

SMALL = NetworkConfig(layers=(Layer("gru", 8),), embedding=4, head=4)


def ready(folder: Path, pieces: list[Piece], encoding: str = "notes") -> tuple[Store, Run]:
    store, run = kept(folder, encoding, pieces)
    weights = random_weights(run.encoding, run.network, seed=1)
    store.save_epoch(run.id, Epoch(1, 3.0, 2.0, 0.1, 2.0, 1.0), weights)
    return store, run


def long_tunes() -> list[Piece]:
    return [tune(55 + i, 150 + 3 * i, f"tune {i}") for i in range(8)]


def test_both_go_on_from_the_same_bars(tmp_path: Path) -> None:
    store, run = ready(tmp_path, long_tunes())
    music = run_music(store, run)
    sides = set()
    for number in range(6):
        found = make_round(store, run, 1, seed=5, number=number)
        sides.add(found.generated)
        original, made = found.excerpts[1 - found.generated], found.excerpts[found.generated]
        assert found.held_out
        assert found.piece in music.held_out
        # As the composer went on, through the encoding and back.
        whole = run.encoding.decode(music.notes_of(found.piece).rows)
        start = 4.0 * (found.bar - 1)
        end = start + 4 * excerpt_bars(run.encoding, 4)
        assert original.notes().pitch.tolist() == excerpt(whole, start, end).notes().pitch.tolist()
        assert music_digest(original) != music_digest(made)
        for piece in (original, made):
            assert piece.length <= end - start
            assert abs(piece.notes().velocity.mean() - VELOCITY) < 2
        assert original.tempos == made.tempos
        assert original.metres == made.metres
        assert original.keys == made.keys
        assert {found.excerpts[0].name, found.excerpts[1].name} == {"Excerpt A", "Excerpt B"}
        assert original.digest != made.digest
    assert sides == {0, 1}


def test_a_round_is_the_same_again_and_no_other_round(tmp_path: Path) -> None:
    store, run = ready(tmp_path, long_tunes())
    first, again = (make_round(store, run, 1, seed=5, number=3) for _ in range(2))
    assert [p.digest for p in first.excerpts] == [p.digest for p in again.excerpts]
    assert first.generated == again.generated
    numbered = [make_round(store, run, 1, 5, number) for number in range(5)]
    assert len({(found.piece, found.bar) for found in numbered}) == 5  # none comes twice
    made = {found.excerpts[found.generated].digest for found in numbered}
    assert len(made) > 1
    assert make_round(store, run, 1, 6, 3).excerpts[0].digest != first.excerpts[0].digest


def test_several_instruments_and_drums(tmp_path: Path) -> None:
    store, run = ready(tmp_path, [band(f"band {i}", bars=12 + i) for i in range(4)])
    found = make_round(store, run, 1, seed=0, number=0)
    original = found.excerpts[1 - found.generated]
    assert original.programs == (0, 33, 128)


def test_the_books_way(tmp_path: Path) -> None:
    store, run = ready(tmp_path, long_tunes(), "book")
    found = make_round(store, run, 1, seed=0, number=0)
    waits = [np.diff(piece.notes().onset) for piece in found.excerpts]
    assert np.allclose(np.concatenate(waits), waits[0][0])  # even onsets, both of them


def test_short_pieces_have_short_beginnings_and_shorter_ones_none(tmp_path: Path) -> None:
    store, run = ready(tmp_path / "short", [tune(60 + i, 18 + i, str(i)) for i in range(6)])
    found = make_round(store, run, 1, seed=0, number=0)
    assert found.bar > 1
    assert all(len(piece) for piece in found.excerpts)
    store, run = ready(tmp_path / "shorter", [tune(60 + i, 4 + i, str(i)) for i in range(3)])
    with pytest.raises(ConfigError, match=f"takes {1 + LEAST_BARS} bars"):
        make_round(store, run, 1, seed=0, number=0)


def test_where_nothing_is_held_out_music_that_was_learned_serves(tmp_path: Path) -> None:
    store, run = ready(tmp_path, [tunes(1)[0]])
    assert not make_round(store, run, 1, seed=0, number=0).held_out
    assert ENCODINGS["notes"].name == run.encoding.name
