"""The music of a visit: the same until the visit is over, then another one."""

from pathlib import Path

import pytest

from models.files import Files
from models.shipped import SHIPPED
from models.store import Store
from ui.home.visits import NEW, VISIT_SECONDS, begun
from ui.workspace import Workspace

NOW = 1_800_000_000.0


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace("v" * 32, Files(str(tmp_path)), Store(str(tmp_path)))


def test_who_only_looks_hears_the_same_for_a_while(workspace: Workspace) -> None:
    first = begun(workspace, NOW)
    assert begun(workspace, NOW + 60) == first
    assert begun(workspace, NOW + VISIT_SECONDS).seed != first.seed
    assert first.style in SHIPPED
    assert 0 <= first.seed < 2**32


def test_a_class_that_comes_at_once_hears_a_few_new_pieces(workspace: Workspace) -> None:
    def seeds(now: float) -> set[int]:
        files, store = Files(workspace._files.url), Store(workspace._files.url)
        return {begun(Workspace(f"{n:032}", files, store), now).seed for n in range(50)}

    assert len(seeds(NOW)) == NEW
    assert not seeds(NOW) & seeds(NOW + VISIT_SECONDS)


def test_what_was_chosen_stays_for_the_visit_and_its_style_longer(workspace: Workspace) -> None:
    workspace.choose(home={"style": "fiddle-tunes", "seed": 7, "at": NOW})
    assert begun(workspace, NOW + VISIT_SECONDS - 1) == ("fiddle-tunes", 7)
    later = begun(workspace, NOW + VISIT_SECONDS)
    assert later.style == "fiddle-tunes"
    assert later.seed != 7


def test_the_style_is_that_of_the_chosen_music(workspace: Workspace) -> None:
    workspace.choose_corpus("string-quartets")
    assert begun(workspace, NOW).style == "string-quartets"
    workspace.choose(home={"style": "no such style", "seed": 7, "at": NOW})
    assert begun(workspace, NOW).style in SHIPPED
