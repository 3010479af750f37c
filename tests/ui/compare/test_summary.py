"""The table beside each other, and which run is the best."""

from pathlib import Path

from tests.ui.compare.runs import entries, keep_run, workspace_in
from ui.compare.differences import SETTINGS
from ui.compare.summary import comparison, full_rows, winner
from ui.own_runs import RunNote
from ui.tables import as_csv


def test_the_best_is_named_with_its_lead(tmp_path: Path) -> None:
    keep_run(tmp_path, "quick", [3.0, 2.0])
    assert winner(entries(tmp_path)).startswith("Tick two or more")
    keep_run(tmp_path, "lstm", [3.0, 2.25])
    assert winner(entries(tmp_path)) == (
        "**2 × GRU 256** predicts held-out music best: 0.250 nats per note ahead of 2 × LSTM 256."
    )


def test_other_pieces_held_out_are_pointed_out(tmp_path: Path) -> None:
    keep_run(tmp_path, "quick", [2.0])
    keep_run(tmp_path, "lstm", [2.5], seed=1)
    assert "not measured on the same held-out pieces" in winner(entries(tmp_path))


def test_the_table_has_results_then_what_differs(tmp_path: Path) -> None:
    keep_run(tmp_path, "quick", [3.0, 2.0])
    keep_run(tmp_path, "lstm", [])
    columns = comparison(entries(tmp_path))
    assert list(columns) == ["", "2 × LSTM 256", "2 × GRU 256"]
    rows = dict(zip(columns[""], zip(*list(columns.values())[1:], strict=True), strict=True))
    assert rows["Held-out loss (nats a token)"] == ("–", "2.000")
    assert rows["Best epoch"] == ("–", "2 of 2")
    assert rows["Time of learning"] == ("0 s", "20 s")
    assert list(rows)[-1] == "**Layers**"
    assert rows["**Layers**"] == ("**LSTM 256 → LSTM 256**", "**GRU 256 → GRU 256**")


def test_a_name_is_text_whatever_it_looks_like(tmp_path: Path) -> None:
    run = keep_run(tmp_path)
    workspace_in(tmp_path).note_run(run.id, RunNote("=1+1 **b** <b>"))
    assert list(comparison(entries(tmp_path)))[1] == r"\=1\+1 \*\*b\*\* \<b\>"
    assert b"'=1+1 **b** <b>" in as_csv(full_rows(entries(tmp_path)))


def test_a_spreadsheet_gets_every_setting(tmp_path: Path) -> None:
    keep_run(tmp_path)
    (row,) = full_rows(entries(tmp_path))
    assert {name.lower() for name in row} >= set(SETTINGS)
    assert row["Held-out loss (nats a token)"] == 2.0
    assert row["Learning (s)"] == 30.0
