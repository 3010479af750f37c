"""Where takes lie, drawn."""

import numpy as np
import pytest

from models.typical import Standing
from ui.quality.figures import shares_figure, spread_figure, standing_figure, value_words
from ui.theme import palette

usual, unusual = palette()[:2]
IN, OUT = Standing(0.7, 50.0, 0.5, 0.7, 0.9, None), Standing(1.0, 99.0, 0.5, 0.7, 0.9, None)


def test_one_take_is_coloured_by_what_is_typical() -> None:
    figure = standing_figure({"this take": {"groove_consistency": IN, "density": OUT}})
    (marks,) = figure.data
    assert list(marks.y) == ["Density", "Groove"]  # in the order of the words
    assert list(marks.x) == [99, 50]
    assert list(marks.marker.color) == [unusual, usual]
    assert marks.customdata[1][1] == "typical"
    assert len(figure.layout.shapes) == 1
    unsaid = standing_figure({"this take": {"density": OUT}}, says=False)
    assert list(unsaid.data[0].marker.color) == [usual]
    assert not unsaid.layout.shapes


def test_several_takes_have_colours_marks_and_harmless_names() -> None:
    figure = standing_figure({"<b>a": {"density": IN}, "b": {"density": OUT}}, ["red", "blue"])
    assert [marks.name for marks in figure.data] == ["&lt;b&gt;a", "b"]
    assert [marks.marker.color for marks in figure.data] == ["red", "blue"]
    assert len({marks.marker.symbol for marks in figure.data}) == 2
    assert figure.layout.showlegend


def test_a_metric_is_spread_in_its_unit() -> None:
    figure = spread_figure("groove_consistency", np.array([0.5, np.nan, 0.75]), IN)
    assert list(figure.data[0].x) == [50, 75]
    assert figure.layout.shapes[0].x0 == pytest.approx(70)


@pytest.mark.parametrize(
    ("name", "size"),
    [("degrees", 12), ("durations", 12), ("intervals", 25), ("voices", 9), ("places", 12)],
)
def test_a_histogram_stands_beside_the_corpus(name: str, size: int) -> None:
    rng = np.random.default_rng(0)
    table = rng.dirichlet(np.ones(size), 30)
    labels, axis = value_words(name, size, 3.0)
    assert len(labels) == len(set(labels)) == size
    assert axis
    corpus, take = shares_figure(name, table, table[0], 3.0).data
    assert sum(corpus.y) == pytest.approx(100)
    assert list(take.y) == pytest.approx((100 * table[0]).tolist())
