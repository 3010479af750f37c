"""What is typical of a corpus, and where a take lies in it."""

from pathlib import Path

import numpy as np
import pytest

from models.typical import (
    FEWEST,
    Reference,
    as_excerpts,
    bar_of_run,
    bars_for,
    is_distance,
    material,
    reference,
    standings,
    typical_share,
)
from musiccore.metrics import PITCH_ALONE, Excerpts
from musiccore.piece import Metre, Piece, Track
from tests.models.music import tune, tunes
from tests.models.test_originality import kept


def lines(count: int, seed: int = 0) -> list[Piece]:
    """Random walks in eighths and quarters, all of one kind."""
    rng = np.random.default_rng(seed)
    return [walk(rng, 2, name=f"walk {i}") for i in range(count)]


def walk(rng: np.random.Generator, widest: int, name: str = "walk", notes: int = 60) -> Piece:
    pitch, onset, played = 60, 0.0, []
    for _ in range(notes):
        length = float(rng.choice([0.5, 1.0]))
        played.append((onset, length, pitch, 80))
        onset += length
        pitch = int(np.clip(pitch + rng.integers(-widest, widest + 1), 40, 90))
    return Piece(name, (Track.of(played),))


@pytest.fixture(scope="module")
def known() -> Reference:
    return reference(Excerpts.of(lines(40)), 4)


def test_music_of_the_same_kind_is_typical(known: Reference) -> None:
    found = [standings(known, Excerpts.of([piece])) for piece in lines(10, seed=1)]
    shares = [typical / of for typical, of in map(typical_share, found)]
    assert known.says
    assert np.mean(shares) > 0.75
    assert np.mean(known.usual_typical) == pytest.approx(0.9, abs=0.05)
    assert list(known.usual_typical) == sorted(known.usual_typical)


def test_wild_leaps_are_not(known: Reference) -> None:
    wild = walk(np.random.default_rng(9), 12)
    found = standings(known, Excerpts.of([wild]))
    leaps = found["melodic_interval"]
    assert not leaps.typical
    assert leaps.percentile == 100
    assert leaps.value > leaps.high > leaps.middle > leaps.low
    assert leaps.overlap is not None
    assert leaps.overlap.area < known.usual_overlap["melodic_interval"][0]
    assert not found["intervals"].typical
    assert found["density"].typical  # as busy as the others
    assert "drum_pattern_consistency" not in found  # nobody drums


def test_the_middle_of_the_corpus_has_the_middle_percentile(known: Reference) -> None:
    piece = lines(40)[7]
    found = standings(known, Excerpts.of([piece]))
    column = known.values["pitch_range"]
    own = found["pitch_range"]
    assert own.value == column[7]
    below, same = (column < own.value).sum(), (column == own.value).sum()
    assert own.percentile == pytest.approx(100 * (below + same / 2) / 40)
    assert own.middle == np.median(column)
    assert is_distance("durations")
    assert found["durations"].low == 0


def test_take_and_corpus_are_cut_alike() -> None:
    music = Excerpts.of(lines(30))
    long = Excerpts.of([walk(np.random.default_rng(3), 2, notes=400)])
    assert bars_for(music, long) == 8  # half of the pieces have eleven bars or more
    assert bars_for(music, Excerpts.of([tune(notes=9)])) == 1
    assert bars_for(music, Excerpts.of([tune(notes=2)])) is None
    assert bars_for(Excerpts.of([]), long) is None
    assert bars_for(Excerpts.of([tune(notes=2)]), long) is None
    # Longer music has more pitches; beside excerpts of one length that does not tell.
    found = standings(reference(music, 8), long)
    assert found["pitch_range"].typical
    assert found["n_pitches_used"].typical


def test_a_run_brings_its_own_corpus(tmp_path: Path) -> None:
    three = Metre(0, 3, 4)
    pieces = [Piece(p.name, p.tracks, metres=(three,)) for p in tunes()]
    store, run = kept(tmp_path, "notes", pieces)
    assert bar_of_run(run) == 3
    music = material(store, run)
    assert len(music) == len(pieces)
    bars = bars_for(music, as_excerpts(run, pieces[0]))
    assert bars == 8
    found = reference(music, bars)
    assert found.bar == 3
    assert found.pieces == len(pieces) < FEWEST
    assert not found.says
    assert typical_share(standings(found, as_excerpts(run, pieces[3])))[1] > 15


def test_the_books_way_keeps_no_rhythm_to_measure(tmp_path: Path) -> None:
    store, run = kept(tmp_path, "book", tunes())
    music = material(store, run)
    assert bar_of_run(run) == 4
    known = reference(music, 4, rhythm=run.encoding.positions > 1)
    first = run.encoding.decode(store.corpus(run.id).pieces[0].rows)
    found = standings(known, as_excerpts(run, first))
    assert found.keys() <= PITCH_ALONE
    assert {"pitch_range", "degrees"} <= found.keys()
