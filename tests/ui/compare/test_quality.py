"""Takes of several runs, measured side by side."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from models.originality import Originality, Usual
from models.typical import Reference, Standing, reference
from musiccore.copies import Copy
from musiccore.metrics import Excerpts
from tests.models.test_typical import lines
from tests.ui.compare.runs import SMALL, entries, keep_run, workspace_in
from ui.compare.quality import Measured, quality_rows, quality_sentence, quality_table
from ui.own_runs import RunNote

IN, OUT = Standing(0.7, 50.0, 0.5, 0.7, 0.9, None), Standing(1.0, 99.0, 0.5, 0.7, 0.9, None)


@pytest.fixture(scope="module")
def known() -> Reference:
    return reference(Excerpts.of(lines(20)), 1)


@pytest.fixture(autouse=True)
def nothing_cached() -> Iterator[None]:
    yield
    st.cache_resource.clear()


def test_takes_stand_side_by_side(tmp_path: Path, known: Reference) -> None:
    keep_run(tmp_path, "quick", [2.0], network=SMALL)
    named = keep_run(tmp_path, "quick", [2.0], network=SMALL, seed=1)
    workspace_in(tmp_path).note_run(named.id, RunNote("**mine**"))
    mine, other = entries(tmp_path)
    copied = Originality(Copy(9, 0, 0, 0, 0), None, 0.25)
    found = [
        Measured(mine, known, {"density": IN, "polyphony": OUT}, copied, Usual((4,), 0.125)),
        Measured(other, known, {"density": IN}, copied, None),
    ]
    table = quality_table(found)
    assert table[r"\*\*mine\*\*"] == ["1 of 2", "–", "9 notes", "25.0%", "12.5%"]
    assert table[other.name][0] == "1 of 1"
    assert table[other.name][-1] == "–"
    assert quality_sentence(found).startswith(
        f"Most typical of its corpus is the take by **{other.name}**: 1 of 1"
    )
    polyphony, density = quality_rows(found)
    assert density["Measure"] == "Density"
    assert density[f"{mine.name}: verdict"] == "typical"
    assert polyphony[f"{mine.name}: verdict"] == "higher than in 99% of the pieces"
    assert polyphony[other.name] is None
