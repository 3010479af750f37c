"""Figures hold the numbers they were given, in the order that a reader expects."""

import numpy as np
import pytest

from musiccore.piece import Piece, Track
from musiccore.statistics import BookView, Count, InstrumentCount, book_view
from ui.figures import (
    MOST_BARS,
    MOST_POINTS,
    chords_figure,
    instruments_figure,
    offset_points,
    offsets_figure,
    pitches_figure,
    values_figure,
)


def scale(name: str, notes: int) -> Piece:
    return Piece(name, (Track.of([(i / 2, 0.5, 60 + i % 12, 90) for i in range(notes)]),))


@pytest.fixture
def two() -> BookView:
    return book_view([scale("a", 10), scale("b", 4)])


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


def test_chords_are_names_and_never_numbers() -> None:
    figure = chords_figure([Count("4.7", 3, 1), Count("0.4.7", 2, 1)])
    assert figure.layout.yaxis.type == "category"
    assert "C E G" in figure.data[0].y[1]


def test_only_as_many_bars_as_can_be_read() -> None:
    counts = [InstrumentCount(program, f"i{program}", 1, 9) for program in range(100)]
    assert len(instruments_figure(counts).data[0].y) == MOST_BARS


def test_notes_keep_the_order_they_come_in() -> None:
    figure = pitches_figure([Count("B3", 1, 1), Count("C4", 5, 2)])
    assert list(figure.data[0].x) == ["B3", "C4"]
    assert list(figure.data[0].y) == [1, 5]


def test_small_counts_have_whole_ticks() -> None:
    assert values_figure([Count("1/2", 2, 1)], "duration").layout.yaxis.dtick == 1
    assert values_figure([Count("1/2", 2000, 1)], "duration").layout.yaxis.dtick is None


def test_colours_are_left_to_the_theme() -> None:
    assert pitches_figure([Count("C4", 1, 1)]).data[0].marker.color is None
