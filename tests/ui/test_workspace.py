"""What a visitor has, kept across tabs, threads and restarts."""

from pathlib import Path

import pytest

from models.store import Store
from musiccore.selection import Selection
from tests.ui.compare.runs import SMALL, keep_run
from tests.ui.music import TOKEN, bring, tune, workspace_in
from ui.corpora import Material
from ui.own_runs import RunNote
from ui.workspace import Workspace

OTHER = "x" * 32


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return workspace_in(tmp_path)


def names(workspace: Workspace) -> list[str]:
    return [shelf.name for shelf in workspace.corpora.values()]


def uploads(folder: Path) -> int:
    return len(list(folder.glob("workspaces/*/uploads/*.mid")))


def test_music_survives_a_restart_and_is_ones_own(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, [tune(60), tune(50)])
    again = workspace_in(tmp_path)
    assert again.corpus_title == "My files"
    assert [piece.name for piece in again.pieces()] == ["tune 60.mid", "tune 50.mid"]
    stranger = workspace_in(tmp_path, OTHER)
    assert not stranger.corpora
    stranger.choose_corpus(workspace.corpus)  # a guessed id
    assert stranger.corpus == "bach-chorales"
    assert not stranger.own(workspace.corpus).items


def test_the_token_stands_nowhere_in_the_store(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, [tune(60)])
    assert not [path for path in tmp_path.rglob("*") if TOKEN in str(path)]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if TOKEN.encode() in path.read_bytes()]


def test_uploads_become_corpora_of_their_own_or_part_of_one(workspace: Workspace) -> None:
    bring(workspace, [tune(60)])
    first = workspace.corpus
    bring(workspace, [tune(50)])
    assert names(workspace) == ["My files", "My files 2"]
    bring(workspace, [tune(40)], into=first)
    assert workspace.corpus == first
    assert [len(workspace.own(c).items) for c in workspace.corpora] == [2, 1]


def test_renaming_keeps_names_apart(workspace: Workspace) -> None:
    bring(workspace, [tune(60)])
    bring(workspace, [tune(50)])
    first, second = workspace.corpora
    workspace.rename(second, "  Reels \n and jigs ")
    workspace.rename(first, "Reels and jigs")
    assert names(workspace) == ["Reels and jigs 2", "Reels and jigs"]
    workspace.rename("nothing", "Reels")
    assert len(workspace.corpora) == 2


def test_merging_takes_each_music_once_and_leaves_what_was(workspace: Workspace) -> None:
    bring(workspace, [tune(60), tune(50)])
    bring(workspace, [tune(50), tune(40)])
    workspace.merge([*workspace.corpora, "string-quartets"], "All")
    assert names(workspace) == ["My files", "My files 2", "All"]
    assert workspace.corpus_title == "All"
    pieces = workspace.pieces()
    assert len(pieces) == 3 + 66
    assert pieces[2].name == "tune 40.mid"


def test_removing_deletes_what_no_other_corpus_holds(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, [tune(60), tune(50)])
    (first,) = workspace.corpora
    bring(workspace, [tune(50), tune(40)])
    assert uploads(tmp_path) == 3
    workspace.remove(first)
    assert uploads(tmp_path) == 2
    assert [piece.name for piece in workspace.pieces()] == ["tune 50.mid", "tune 40.mid"]
    workspace.remove(workspace.corpus)
    assert uploads(tmp_path) == 0
    assert workspace.corpus == "bach-chorales"


def test_what_is_ticked_and_selected_belongs_to_the_corpus(workspace: Workspace) -> None:
    bring(workspace, [tune(60), tune(50, program=0)])
    mine = workspace.corpus
    everything = workspace.all_pieces()
    workspace.set_material(Material(frozenset([everything[0].digest])))
    assert [piece.name for piece in workspace.pieces()] == ["tune 50.mid"]
    workspace.set_material(Material(selection=Selection("instruments", (40,))))
    assert [piece.name for piece in workspace.pieces()] == ["tune 60.mid"]
    workspace.choose_corpus("bach-chorales")
    assert len(workspace.pieces()) == 364
    workspace.choose_corpus(mine)
    assert len(workspace.pieces()) == 1
    assert len(workspace.all_pieces()) == 2


def test_music_used_longest_ago_goes_when_room_runs_out(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.own_music.music_bytes", lambda: 3 * len(tune(60)[1]))
    bring(workspace, [tune(60)])
    (first,) = workspace.corpora
    bring(workspace, [tune(50)])
    workspace.choose_corpus(first)
    said = bring(workspace, [tune(40), tune(30)]).said
    assert said == ["“My files 2” had to go: your music takes more room than it may."]
    assert names(workspace) == ["My files", "My files 3"]
    assert uploads(tmp_path) == 3
    assert workspace.usage().music <= workspace.usage().most_music


def test_nothing_readable_makes_no_corpus_but_is_reported(workspace: Workspace) -> None:
    bring(workspace, [("empty.mid", b"")])
    assert not workspace.corpora
    assert [report.reason for report in workspace.refused().reports] == ["empty"]
    bring(workspace, [tune(60)])
    assert not workspace.refused().reports


def test_two_tabs_do_not_undo_each_other(workspace: Workspace, tmp_path: Path) -> None:
    other_tab = workspace_in(tmp_path)
    bring(workspace, [tune(60)])
    other_tab.choose(epochs=7)
    workspace.reload()
    assert names(workspace) == ["My files"]
    assert workspace.choice("epochs", 0) == 7


def test_forgetting_leaves_nothing(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, [tune(60)])
    workspace.choose(epochs=7)
    workspace.forget()
    assert not list(tmp_path.glob("workspaces/*"))
    assert not workspace.corpora
    assert workspace.choice("epochs", 0) == 0
    assert workspace.corpus == "bach-chorales"


def test_a_run_has_a_name_and_a_pin_for_its_owner_alone(tmp_path: Path) -> None:
    run = keep_run(tmp_path)
    workspace = workspace_in(tmp_path)
    workspace.note_run(run.id, RunNote("  My \n first " + "x" * 100, True))
    assert workspace.run_note(run.id) == RunNote("My first " + "x" * 51, True)
    stranger = workspace_in(tmp_path, OTHER)
    stranger.note_run(run.id, RunNote("mine"))
    assert stranger.run_note(run.id) == RunNote()
    assert workspace.run_note(run.id).name.startswith("My first")


def test_runs_used_longest_ago_go_but_not_those_pinned_or_learning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned, busy, idle = (keep_run(tmp_path, network=SMALL, seed=seed) for seed in range(3))
    workspace = workspace_in(tmp_path)
    workspace.note_run(pinned.id, RunNote(pinned=True))
    monkeypatch.setattr("ui.own_runs.visitor_bytes", lambda: workspace.run_size(pinned.id))
    workspace.add_run(busy, {busy.id})
    assert workspace.run_ids == (pinned.id, busy.id)
    assert idle.id not in Store(str(tmp_path))
    new = keep_run(tmp_path, network=SMALL, seed=3)
    workspace.reload()
    assert workspace.run_ids == (pinned.id, new.id)  # the other one does not learn any more


def test_a_run_that_was_left_is_not_chosen_any_more(tmp_path: Path) -> None:
    first, second = (keep_run(tmp_path, network=SMALL, seed=seed) for seed in range(2))
    workspace = workspace_in(tmp_path)
    workspace.leave_run(second.id)
    assert workspace.run_ids == (first.id,)
    assert workspace.run is not None
    assert workspace.run.id == first.id
