"""Runs as they are compared: what is read of each, and names that tell them apart."""

from dataclasses import replace
from pathlib import Path

from models.config import PRESETS
from models.store import Store
from models.summary import summarize
from tests.ui.compare.runs import LAYER, entries, keep_run, workspace_in
from ui.own_runs import RunNote


def test_a_run_is_told_by_its_best_epoch(tmp_path: Path) -> None:
    run = keep_run(tmp_path)
    (entry,) = entries(tmp_path)
    assert entry.id == run.id
    assert entry.best is not None
    assert entry.best.number == Store(str(tmp_path)).best(run.id) == 2
    assert (entry.held_out, entry.nats_per_note) == (2.0, 2.1)
    assert entry.seconds == 30
    assert entry.kept == (1, 2, 3)
    assert entry.network == "Quick"
    files = [f for f in tmp_path.glob(f"runs/{run.id}/**/*") if f.is_file()]
    assert entry.size >= sum(f.stat().st_size for f in files) > 0


def test_where_nothing_was_held_out_the_last_epoch_stands_for_the_run(tmp_path: Path) -> None:
    keep_run(tmp_path, losses=[None, None])
    (entry,) = entries(tmp_path)
    assert entry.best is not None
    assert entry.best.number == 2
    assert entry.held_out is entry.nats_per_note is None


def test_a_run_that_has_learned_nothing_has_no_best_epoch(tmp_path: Path) -> None:
    keep_run(tmp_path, losses=[])
    (entry,) = entries(tmp_path)
    assert entry.best is None
    assert entry.held_out is entry.nats_per_note is None
    assert entry.seconds == 0


def test_parameters_are_those_of_the_network(tmp_path: Path) -> None:
    run = keep_run(tmp_path)
    (entry,) = entries(tmp_path)
    assert entry.parameters == summarize(run.encoding, run.network, run.training).parameters


def test_names_say_the_layers_the_music_where_it_differs_and_the_id_where_need_be(
    tmp_path: Path,
) -> None:
    keep_run(tmp_path, "quick")
    keep_run(tmp_path, "lstm")
    assert [e.name for e in entries(tmp_path)] == ["2 × LSTM 256", "2 × GRU 256"]
    other = keep_run(tmp_path, "quick", title="reels", seed=1)
    assert entries(tmp_path)[0].name == "reels · 2 × GRU 256"
    twin = keep_run(tmp_path, "quick", title="reels", seed=2)
    names = [e.name for e in entries(tmp_path)]
    assert names[:2] == [f"reels · 2 × GRU 256 · {run.id[:4]}" for run in (twin, other)]
    workspace_in(tmp_path).note_run(twin.id, RunNote("Reel thing"))
    assert entries(tmp_path)[0].name == "Reel thing"
    assert entries(tmp_path)[1].name == "reels · 2 × GRU 256"


def test_a_preset_that_was_changed_is_an_own_network(tmp_path: Path) -> None:
    network = replace(PRESETS["quick"].network, layers=LAYER * 3)
    keep_run(tmp_path, "quick", network=network)
    (entry,) = entries(tmp_path)
    assert (entry.network, entry.name) == ("Own network", "3 × GRU 256")
