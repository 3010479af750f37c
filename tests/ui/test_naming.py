"""A run is called the same wherever it stands."""

from pathlib import Path

from models.config import PRESETS
from models.shipped import SHIPPED, shipped_store
from tests.ui.compare.runs import entries, keep_run, workspace_in
from ui.compare.entries import default_name
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


def test_what_comes_with_gruve_is_called_so_everywhere(tmp_path: Path) -> None:
    run = shipped_store().load(SHIPPED["fiddle-tunes"])
    name = name_of(workspace_in(tmp_path), run)
    assert name == f"Fiddle tunes · Comes with Gruve · notes · {run.id[:4]}"
    assert default_name(run, one_music=True) == "Comes with Gruve"
    assert default_name(run, one_music=False) in name
