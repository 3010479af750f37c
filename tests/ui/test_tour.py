"""The tour's pictures: well-formed, of the numbers that they are given, safe with any text."""

from xml.etree import ElementTree

import numpy as np
import pytest

from tests.models.music import band
from ui.pianoroll import roll
from ui.tour import pictures
from ui.tour.steps import STEPS

SVG = "{http://www.w3.org/2000/svg}"


def parts(svg: str, tag: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}{tag}"))  # noqa: S314  # our own text


def test_bars_are_as_tall_as_their_values_are_large() -> None:
    drawn = pictures.bars(["a", "<b>"], [2, 8], colour="#000000", ink="#111111")
    tall = [float(box.get("height", 0)) for box in parts(drawn, "rect")]
    assert tall[1] == pytest.approx(4 * tall[0], rel=0.01)
    assert [text.text for text in parts(drawn, "text")] == ["a", "<b>"]


def test_rows_are_as_long_as_their_values_are_large() -> None:
    drawn = pictures.rows(["a", "b", "c"], [1, 2, 4], colour="#000000", ink="#111111")
    long = [float(box.get("width", 0)) for box in parts(drawn, "rect")]
    assert long == pytest.approx([long[0], 2 * long[0], 4 * long[0]], rel=0.01)


def test_a_curve_falls_where_its_values_fall() -> None:
    drawn = pictures.curve([3.0, 2.0, 2.5], "first", "last", colour="#000000", ink="#111111")
    (line,) = parts(drawn, "polyline")
    points = [tuple(map(float, point.split(","))) for point in line.get("points", "").split()]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert points[0][1] < points[2][1] < points[1][1], "down is further down the picture"


def test_the_roll_holds_the_notes_that_sound_by_then() -> None:
    music = roll(band())
    drawn = pictures.piano_roll(music, seconds=4.0, colours=["#000000", "#ffffff"])
    assert len(parts(drawn, "rect")) == int((music.onset < 4.0).sum()) > 0
    right = [float(b.get("x", 0)) + float(b.get("width", 0)) for b in parts(drawn, "rect")]
    assert max(right) <= pictures.WIDTH


def test_the_map_has_a_box_for_each_number() -> None:
    drawn = pictures.heat(np.array([[0.0, 0.5, 1.0]]), colour="#000000")
    assert [box.get("opacity", "1") for box in parts(drawn, "rect")] == ["0.00", "0.50", "1"]


def test_steps_are_short() -> None:
    assert len({step.title for step in STEPS}) == len(STEPS)
    words = sum(len(step.text.split()) for step in STEPS)
    assert words / 150 < 2, "minutes, read at an even pace"
