"""A take beside its corpus, on a page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from models.config import PRESETS
from models.data import Corpus
from models.store import Run, Store
from models.typical import FEWEST, Standing, reference, standings
from musiccore.encoding import ENCODINGS
from musiccore.metrics import Excerpts
from musiccore.piece import Piece
from tests.models.test_typical import lines
from tests.ui.compare.runs import workspace_in
from ui.quality.show import (
    overlap_sentence,
    standing_rows,
    typical_sentence,
    unusual_sentences,
)


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GRUVE_STORE", str(tmp_path))
    monkeypatch.setattr("ui.listening.missing", lambda: "No audio here.")
    st.cache_resource.clear()
    yield tmp_path
    st.cache_resource.clear()


def keep(folder: Path, pieces: list[Piece]) -> None:
    encoding = ENCODINGS["notes"].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    preset = PRESETS["quick"]
    run = Run.of("walks", encoding, preset.network, preset.training, corpus)
    workspace = workspace_in(folder)
    Store(str(folder)).create(run, corpus, workspace.id)
    workspace.add_run(run)


def page(seed: int, notes: int) -> None:
    """Quality of a walk as wild as its seed is large."""
    from pathlib import Path

    import numpy as np

    from tests.models.test_typical import walk
    from tests.ui.compare.runs import workspace_in
    from ui.quality.show import show_quality
    from ui.workspace import store

    workspace = workspace_in(Path(store().url))
    run = workspace.run
    assert run is not None
    take = walk(np.random.default_rng(seed), 2 + seed, notes=notes)
    for add_sound in show_quality(workspace, run, take):
        add_sound()


def said(seed: int = 0, notes: int = 60) -> str:
    app = AppTest.from_function(page, default_timeout=60, kwargs={"seed": seed, "notes": notes})
    app.run()
    assert not app.exception
    return "\n".join(part.value for part in [*app.markdown, *app.info, *app.caption])


def test_a_take_is_measured_beside_its_corpus(own_store: Path) -> None:
    keep(own_store, lines(30))
    wild = said(seed=10)
    assert "measures are typical: they lie, in excerpts of 8 bars" in wild
    assert "of the 30 pieces of the corpus" in wild
    assert "**Steps of the melody**: higher than in all pieces" in wild
    assert "Overlap of its distances" in wild
    assert "The longest passage" in wild  # originality
    assert "too short to be measured" in said(notes=2)


def test_a_small_corpus_has_no_verdict(own_store: Path) -> None:
    keep(own_store, lines(8))
    few = said(seed=10)
    assert "The corpus has 8 pieces that long: too few to say what is typical" in few
    assert "**Steps of the melody**" not in few


def test_the_table_has_every_measure_with_its_verdict() -> None:
    known = reference(Excerpts.of(lines(FEWEST)), 4)
    found = standings(known, Excerpts.of(lines(1, seed=5)))
    rows = standing_rows(known, found)
    assert len(rows) == len(found) > 15
    assert {row["Verdict"] for row in rows} >= {"typical"}
    groove = next(row for row in rows if row["Measure"] == "Groove")
    assert groove["Corpus, 5th percentile"] <= groove["Corpus, middle"]
    assert 0 < groove["Overlap"] <= 1
    assert groove["Divergence (nats)"] >= 0
    assert "on average over the measures" in overlap_sentence(known, found)


def test_the_most_unusual_is_said_first() -> None:
    known = reference(Excerpts.of(lines(FEWEST)), 4)
    found = {
        "density": Standing(5.0, 100.0, 1.0, 1.5, 2.0, None),
        "polyphony": Standing(9.0, 100.0, 1.0, 1.5, 2.0, None),
        "pitch_range": Standing(1.5, 50.0, 1.0, 1.5, 2.0, None),
    }
    first, second = unusual_sentences(known, found)
    assert first.startswith("**Pitches at once**")
    assert second.startswith("**Density**")
    assert typical_sentence(known, found).startswith("**1 of 3** measures are typical")
    assert "nothing to overlap" in overlap_sentence(known, found)
