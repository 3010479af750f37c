"""The offset plot is the chapter's, and the density counts the same events."""

import numpy as np
import pytest

from musiccore.piece import Piece, Track
from musiccore.tokens import BookView, book_view
from ui.explore.music import Music
from ui.explore.offsets import (
    MOST_WINDOWS,
    density_figure,
    density_rows,
    density_sentence,
    offset_points,
    offset_rows,
    offsets_figure,
    offsets_sentence,
    onset_density,
)
from ui.figures import MOST_POINTS


def scale(name: str, notes: int) -> Piece:
    return Piece(name, (Track.of([(i / 2, 0.5, 60 + i % 12, 90) for i in range(notes)]),))


PIECES = [scale("a", 10), scale("b", 4)]


@pytest.fixture
def two() -> BookView:
    return book_view(PIECES)


def test_offsets_rise_and_restart_with_each_piece(two: BookView) -> None:
    line = offsets_figure(two, 0, 2).data[0]
    assert line.x.tolist() == list(range(1, 15))
    assert line.y[:10].tolist() == [i / 2 for i in range(10)]
    assert line.y[10] == 0
    assert line.customdata.tolist() == [1] * 10 + [2] * 4


def test_offsets_of_one_piece_are_numbered_from_one(two: BookView) -> None:
    line = offsets_figure(two, 1, 2).data[0]
    assert line.x.tolist() == [1, 2, 3, 4]
    assert line.customdata.tolist() == [2, 2, 2, 2]


def test_a_single_event_is_drawn() -> None:
    view = book_view([scale("one note", 1)])
    assert offsets_figure(view, 0, 1).data[0].y.tolist() == [0]


def test_long_music_is_thinned_but_keeps_the_edges_of_its_pieces() -> None:
    lengths = [3, 40_000, 1, 25_000]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    points = offset_points(starts, 0, 4)
    assert len(points) <= MOST_POINTS + 2 * len(lengths)
    assert {*starts[:-1].tolist(), *(starts[1:] - 1).tolist()} <= set(points.tolist())
    assert (np.diff(points) > 0).all()


def test_short_music_is_drawn_in_full() -> None:
    assert offset_points(np.array([0, 5, 9]), 0, 2).tolist() == list(range(9))


def test_offsets_are_told(two: BookView) -> None:
    both = offsets_sentence(two, 0, 2, drawn=14)
    assert both.startswith("14 events of 2 pieces, one after the other.")
    assert "4.5 quarter notes" in both
    assert "are drawn" not in both
    assert "2 of them are drawn" in offsets_sentence(two, 0, 2, drawn=2)
    assert "falls back" not in offsets_sentence(two, 0, 1, drawn=10)


def test_each_piece_has_its_row(two: BookView) -> None:
    rows = offset_rows(two, Music.of(PIECES))
    assert [(row["Piece"], row["Events"]) for row in rows] == [("a", 10), ("b", 4)]
    assert rows[0]["Last offset (quarter notes)"] == 4.5


def test_density_is_of_the_pieces_that_still_go_on(two: BookView) -> None:
    window, density, sounding = onset_density(two, 0, 2)
    assert window == 1
    assert density.tolist() == [2, 2, 2, 2, 2]
    assert sounding.tolist() == [2, 2, 1, 1, 1]
    assert density_rows(window, density, sounding)[2] == {
        "From (quarter notes)": 2,
        "To (quarter notes)": 3,
        "Events a quarter note": 2.0,
        "Pieces": 1,
    }
    assert "Most, 2.0, do from quarter note 0 to 1." in density_sentence(window, density)
    figure = density_figure(window, density, sounding)
    assert list(figure.data[0].y) == density.tolist()
    assert figure.layout.yaxis.dtick is None  # a mean need not be whole


def test_long_pieces_have_wider_windows() -> None:
    window, density, _ = onset_density(book_view([scale("long", 1000)]), 0, 1)
    assert window == 8
    assert len(density) <= MOST_WINDOWS
    assert (density * window).sum() == 1000
