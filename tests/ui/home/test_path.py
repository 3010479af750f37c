"""What the home page says of a visitor's way, and what it takes for the next step."""

from pathlib import Path

import pytest

from models.files import Files
from models.shipped import SHIPPED
from models.store import Store
from ui.home.path import GENERATE, LOOK, MUSIC, PATH, TRAIN, Standing, done, next_of, said
from ui.home.path import standing_of as found_in
from ui.workspace import Workspace

NEW = Standing("Bach chorales", 364, False, False, 0, 0, 0)


@pytest.mark.parametrize(
    ("standing", "path", "taken"),
    [
        (NEW, MUSIC.path, set()),
        (NEW._replace(looked=True), MUSIC.path, {LOOK.path}),
        (NEW._replace(chosen=True), TRAIN.path, {MUSIC.path}),
        (NEW._replace(trained=1), GENERATE.path, {MUSIC.path, TRAIN.path}),
        (NEW._replace(adopted=1), GENERATE.path, {MUSIC.path, TRAIN.path}),
        (NEW._replace(trained=1, takes=2), GENERATE.path, {MUSIC.path, TRAIN.path, GENERATE.path}),
    ],
)
def test_the_next_step_is_the_first_not_taken(
    standing: Standing, path: str, taken: set[str]
) -> None:
    assert done(standing) == taken
    assert next_of(standing).path == path
    assert said(standing).keys() == {step.path for step in PATH}


def test_what_is_said_counts_and_is_no_markup() -> None:
    told = said(Standing("*My* songs", 1, True, False, 2, 1, 3))
    assert told[MUSIC.path] == "Chosen: \\*My\\* songs, 1 piece"
    assert told[TRAIN.path] == "2 networks trained, 1 network of Gruve’s own"
    assert told[GENERATE.path] == "3 takes made"
    assert said(NEW)[MUSIC.path] == "Now: Bach chorales, 364 pieces"


def test_a_new_workspace_stands_at_the_beginning(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    workspace = Workspace("t" * 32, Files(store.url), store)
    assert found_in(workspace) == NEW
    workspace.choose_corpus("fiddle-tunes")
    workspace.choose(**{"explore-section": "Rhythm"})
    standing = found_in(workspace)
    assert (standing.title, standing.pieces) == ("Fiddle tunes", 985)
    assert (standing.chosen, standing.looked) == (True, True)
    assert SHIPPED
