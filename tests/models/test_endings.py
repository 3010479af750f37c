"""Takes that end with the piece they began, or at a bar line; each is what its recipe makes."""

from pathlib import Path

import numpy as np
import pytest

from models.endings import Span, notes_until_end, whole_take
from models.take_settings import TakeSettings
from models.takes import TakeRecipe, make_takes
from musiccore.encoding import NotesEncoding
from musiccore.encoding.notes import END
from tests.models.making import kept_run

ENCODING = NotesEncoding((0,), tempo=120.0)  # two quarter notes a second
QUARTER = 12  # of `wait`: grid steps of a quarter note


def rows_of(*waits: int) -> np.ndarray:
    return np.array([[wait, 0, 60, 11, 4] for wait in waits], np.int32)


def test_the_first_end_that_is_late_enough_ends_it() -> None:
    """Ends after 2 s and after 5 s; a note every half second."""
    piece = [QUARTER] * 4
    rows = rows_of(*piece, END, *piece, QUARTER, END, *piece)
    assert notes_until_end(ENCODING, rows, Span(1.0, 3.0, 9.0)) == 4
    assert notes_until_end(ENCODING, rows, Span(3.0, 4.0, 9.0)) == 9


def test_without_an_end_it_stops_before_a_bar_line() -> None:
    """Bars of four quarter notes last 2 s: the last line before 5 s stands at 4 s."""
    rows = rows_of(0, *[QUARTER] * 30)
    assert notes_until_end(ENCODING, rows, Span(10.0, 5.0, 15.0)) == 8
    assert notes_until_end(ENCODING, rows, Span(10.0, 0.5, 15.0)) == 4, "never less than a bar"


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_take_of_its_own_recipe(tmp_path: Path, seed: int) -> None:
    store, run = kept_run(tmp_path)
    asked = TakeRecipe(run.id, 2, TakeSettings(seed=seed))
    span = Span(2.0, 6.0, 12.0)
    short = whole_take(store, asked, span)
    (again,) = make_takes(store, [short.recipe])
    assert np.array_equal(short.rows, again.rows)
    assert np.array_equal(short.onsets, again.onsets)
    assert short.piece.notes().onset.tolist() == again.piece.notes().onset.tolist()
    assert short.faults == again.faults
    assert len(short.piece) == short.recipe.settings.notes
    (long,) = make_takes(store, [TakeRecipe(run.id, 2, TakeSettings(notes=400, seed=seed))])
    assert np.array_equal(long.rows[: len(short.rows)], short.rows)
    assert short.onsets[-1] <= span.most * run.encoding.bpm / 60
