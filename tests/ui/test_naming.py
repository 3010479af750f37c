"""A run is called the same wherever it stands."""

from pathlib import Path

from models.config import PRESETS
from tests.ui.compare.runs import entries, keep_run, workspace_in
from ui.naming import in_short, name_of
from ui.own_runs import RunNote


def test_a_network_in_short_is_its_recurrent_layers() -> None:
    assert in_short(PRESETS["quick"].network) == "2 × GRU 256"
    assert in_short(PRESETS["book"].network) == "GRU 16, 2 × GRU 64"


def test_a_run_is_its_music_its_layers_its_encoding_and_its_id(tmp_path: Path) -> None:
    run = keep_run(tmp_path, "quick", title="Reels")
    workspace = workspace_in(tmp_path)
    assert name_of(workspace, run) == f"Reels · 2 × GRU 256 · notes · {run.id[:4]}"
    (entry,) = entries(tmp_path)
    assert entry.name in name_of(workspace, run)
    workspace.note_run(run.id, RunNote("Mine"))
    assert name_of(workspace, run).startswith("Mine · Reels · ")
