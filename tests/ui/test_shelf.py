"""Takes that lie open and takes on the shelf, and how they outlive a visit."""

from dataclasses import replace
from pathlib import Path

import pytest

from musiccore.arrangement import Arrangement
from tests.ui.music import TOKEN, workspace_in
from ui.shelf import MAX_TAKE_NAME, MOST_OPEN, Entry, ShelfFullError, Takes, id_of

A, B, C = (Entry(name * 16, "run", number) for number, name in enumerate("abc", 1))


def test_new_takes_are_counted_and_come_beside_what_lay_open() -> None:
    takes = Takes().opened([A, B])
    assert takes.entry == A
    more = takes.opened([replace(C, number=0, origin="2 continued")])
    assert [entry.title for entry in more.open] == ["Take 1", "Take 2", "Take 3: 2 continued"]
    assert more.entry == more.open[2]
    assert more.showing(B.id).entry == B
    assert more.showing("nothing").entry == more.open[2]
    assert takes.opened([]) == takes
    assert takes.opened([A]).counted == 2, "the same take again is no new one"


def test_only_so_many_lie_open() -> None:
    many = [Entry(f"{k:016x}", "run", k + 1) for k in range(MOST_OPEN + 5)]
    takes = Takes()
    for entry in many:
        takes = takes.opened([entry])
    assert takes.open == tuple(many[5:])
    assert takes.entry == many[-1]


def test_thumbs_up_is_the_way_to_the_shelf_and_thumbs_down_the_way_off_it() -> None:
    takes = Takes().opened([A, B]).judged(A.id, "up").judged(B.id, "up")
    assert [e.id for e in takes.shelf] == [B.id, A.id], "the newest first"
    assert takes.judged(A.id, "up") == takes
    off = takes.judged(A.id, "down")
    assert not off.kept(A.id)
    assert off.entry is not None
    assert off.entry.verdict == "down"
    assert takes.judged(A.id, "").shelf == takes.shelf[:1]


def test_what_is_on_the_shelf_comes_back_as_it_was() -> None:
    takes = Takes().opened([A]).judged(A.id, "up").renamed(A.id, "  My \n tune ")
    takes = takes.changed(A.id, arrangement=Arrangement(transpose=2)).opened([B])
    again = takes.opened([A])
    assert again.entry is not None
    assert again.entry.called == "My tune"
    assert again.entry.arrangement.transpose == 2
    assert takes.renamed(A.id, "x" * 200).shelf[0].name == "x" * MAX_TAKE_NAME
    assert takes.renamed(A.id, "").shelf[0].called == "Take 1"


def test_a_full_shelf_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUVE_SHELF_TAKES", "1")
    takes = Takes().opened([A, B]).judged(A.id, "up")
    with pytest.raises(ShelfFullError, match="holds 1 takes"):
        takes.judged(B.id, "up")
    assert takes.without(A.id).judged(B.id, "up").kept(B.id)


def test_it_comes_back_from_json() -> None:
    takes = Takes().opened([A, B]).judged(B.id, "up")
    takes = takes.changed(B.id, arrangement=Arrangement(((0, 40),), 90.0, -2, 5))
    assert Takes.from_json(takes.to_json()) == takes


def test_takes_and_recipes_outlive_the_visit_and_are_ones_own(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    recipe = {"run": "r", "settings": {"seed": 3}}
    take = workspace.keep_recipe(recipe)
    assert take == id_of({"settings": {"seed": 3}, "run": "r"})
    workspace.change_takes(lambda takes: takes.opened([Entry(take, "r")]))
    again = workspace_in(tmp_path, TOKEN)
    assert again.takes().shown == take
    assert again.recipe(take) == recipe
    stranger = workspace_in(tmp_path, "x" * 32)
    assert stranger.takes() == Takes()
    assert stranger.recipe(take) is None
    assert workspace.recipe("../../secret") is None


def test_recipes_that_nobody_needs_go(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    ids = [workspace.keep_recipe({"seed": seed}) for seed in range(3)]
    entries = [Entry(take, "r") for take in ids]
    others = [Entry(f"{k:016x}", "r") for k in range(MOST_OPEN - 1)]
    workspace.change_takes(lambda takes: takes.opened(entries).judged(ids[0], "up"))
    workspace.change_takes(lambda takes: takes.opened(others))
    assert [workspace.recipe(take) is not None for take in ids] == [True, False, True]
    workspace.change_takes(lambda takes: takes.without(ids[0]))
    assert workspace.recipe(ids[0]) is None


def test_a_change_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRUVE_SHELF_TAKES", "0")
    workspace = workspace_in(tmp_path)
    before = workspace.change_takes(lambda takes: takes.opened([A]))
    with pytest.raises(ShelfFullError):
        workspace.change_takes(lambda takes: takes.judged(A.id, "up"))
    assert workspace.takes() == before
