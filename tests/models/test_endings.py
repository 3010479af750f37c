"""Takes that end with the piece they began, or where they rest; each is what its recipe makes."""

from pathlib import Path

import numpy as np
import pytest

from models.endings import Span, notes_until_end, whole_take
from models.take_settings import TakeSettings
from models.takes import TakeRecipe, make_takes
from musiccore.encoding import NotesEncoding
from musiccore.encoding.notes import END, STEPS
from tests.models.making import kept_run

ENCODING = NotesEncoding((0,), tempo=120.0)  # two quarter notes a second
QUARTER = 12  # of `wait`: grid steps of a quarter note


def rows_of(*waits: int) -> np.ndarray:
    """A note after each of these grid steps; `END`: the end of a piece."""
    values = [END if wait == END else int(np.searchsorted(STEPS, wait)) for wait in waits]
    return np.array([[value, 0, 60, 11, 4] for value in values], np.int32)


def test_the_first_end_that_is_late_enough_ends_it() -> None:
    """Ends after 2 s and after 5 s; a note every half second."""
    piece = [QUARTER] * 4
    rows = rows_of(*piece, END, *piece, QUARTER, END, *piece)
    assert notes_until_end(ENCODING, rows, Span(1.0, 2.0, 4.0, 9.0)) == 4
    assert notes_until_end(ENCODING, rows, Span(3.0, 3.0, 4.0, 9.0)) == 9


def test_without_an_end_it_stops_where_it_rests_longest() -> None:
    """A note every half second, but for 1 s before notes 6 and 10 and 2 s before note 14."""
    waits = [QUARTER] * 20
    for number, wait in {6: 2, 10: 2, 14: 4}.items():
        waits[number] = wait * QUARTER
    rows = rows_of(*waits)
    assert notes_until_end(ENCODING, rows, Span(99.0, 2.0, 4.0, 99.0)) == 6
    assert notes_until_end(ENCODING, rows, Span(99.0, 4.0, 6.5, 99.0)) == 10
    assert notes_until_end(ENCODING, rows, Span(99.0, 2.0, 12.0, 99.0)) == 14


def test_a_chord_is_never_cut_in_two() -> None:
    rows = rows_of(*[QUARTER, 0, 0] * 12)
    assert notes_until_end(ENCODING, rows, Span(99.0, 1.0, 4.0, 99.0)) % 3 == 0


def test_where_nothing_can_be_chosen_all_that_is_early_enough_stays() -> None:
    rows = rows_of(0, 4 * QUARTER)
    assert notes_until_end(ENCODING, rows, Span(9.0, 5.0, 6.0, 9.0)) == 2
    assert notes_until_end(ENCODING, rows, Span(9.0, 0.5, 1.0, 9.0)) == 1


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_take_of_its_own_recipe(tmp_path: Path, seed: int) -> None:
    store, run = kept_run(tmp_path)
    asked = TakeRecipe(run.id, 2, TakeSettings(seed=seed))
    span = Span(2.0, 4.0, 8.0, 12.0)
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
