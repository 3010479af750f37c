"""Figures hold the numbers they were given, in the order that a reader expects."""

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures import MOST_BARS, bars, columns, heat_map, line, spread

FIGURES = {
    "bars": bars(["4.7", "0.4.7"], [3, 2], ["a", "b"], "times"),
    "columns": columns(["1/2", "1"], [5.0, 6], ["a", "b"], "duration", "notes"),
    "spread": spread([0, 10, 20], [3, 40], ["a", "b"], "tempo", "pieces"),
    "heat map": heat_map(np.array([[1, 2], [3, 4]]), ["C", "D"], "from", "to", "times"),
    "line": line(np.array([1, 2]), np.array([0.0, 4]), "%{x}", "event", "offset"),
}


def test_bars_are_names_and_never_numbers() -> None:
    figure = FIGURES["bars"]
    assert figure.layout.yaxis.type == "category"
    assert list(figure.data[0].y) == ["4.7", "0.4.7"]
    assert list(figure.data[0].x) == [3, 2]
    assert figure.layout.yaxis.autorange == "reversed"  # the first on top


def test_only_as_many_bars_as_can_be_read() -> None:
    figure = bars([str(i) for i in range(100)], list(range(100)), ["x"] * 100, "notes")
    assert len(figure.data[0].y) == len(figure.data[0].customdata) == MOST_BARS


def test_bars_with_long_names_are_taller() -> None:
    two = bars(["a<br>b"], [1], ["w"], "notes", lines=2)
    assert two.layout.height > bars(["a"], [1], ["w"], "notes").layout.height


def test_columns_keep_the_order_they_come_in() -> None:
    column = FIGURES["columns"].data[0]
    assert (list(column.x), list(column.y)) == (["1/2", "1"], [5, 6])
    assert FIGURES["columns"].layout.xaxis.type == "category"


def test_small_counts_have_whole_ticks() -> None:
    assert columns(["1/2"], [2], ["w"], "duration", "notes").layout.yaxis.dtick == 1
    assert columns(["1/2"], [2000], ["w"], "duration", "notes").layout.yaxis.dtick is None


def test_a_histogram_stands_between_its_edges() -> None:
    column = FIGURES["spread"].data[0]
    assert (list(column.x), list(column.y)) == ([5, 15], [3, 40])
    assert max(column.width) < 10


def test_a_heat_map_reads_from_row_to_column() -> None:
    figure = FIGURES["heat map"]
    assert [list(row) for row in figure.data[0].z] == [[1, 2], [3, 4]]
    assert (figure.layout.yaxis.title.text, figure.layout.xaxis.title.text) == ("from", "to")


def test_a_line_goes_through_its_points() -> None:
    assert FIGURES["line"].data[0].y.tolist() == [0, 4]


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_a_finger_on_a_figure_scrolls_the_page(figure: go.Figure) -> None:
    assert figure.layout.dragmode is False


@pytest.mark.parametrize("kind", ["bars", "columns", "spread"])
def test_colours_are_left_to_the_theme(kind: str) -> None:
    assert FIGURES[kind].data[0].marker.color is None
