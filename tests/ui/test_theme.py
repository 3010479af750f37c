"""The look: one palette and one set of styles for all, and colours that can be read."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
import streamlit as st

from ui.theme import PAGE_STYLES, palette, styles

ROOT = Path(__file__).resolve().parents[2]
THEMES = ("light", "dark")
COMPONENTS = sorted(ROOT.glob("ui/*/*.css"))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, 0 (black) to 1 (white), of `#RRGGBB`."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2.2 defines it, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def option(theme: str, name: str) -> str:
    return str(st.get_option(f"theme.{theme}.{name}"))


@pytest.mark.parametrize("theme", THEMES)
def test_words_can_be_read_on_both_grounds(theme: str) -> None:
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        for ink in ("textColor", "linkColor"):
            assert contrast(option(theme, ink), option(theme, ground)) >= 4.5
    assert contrast(option(theme, "primaryColor"), "#FFFFFF") >= 4.5  # what a button says
    assert contrast(option(theme, "primaryColor"), option(theme, "backgroundColor")) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_a_scale_rises_evenly_away_from_the_background(theme: str) -> None:
    scale = st.get_option(f"theme.{theme}.chartSequentialColors")
    steps = [contrast(colour, option(theme, "backgroundColor")) for colour in scale]
    assert len(scale) == 10  # with more or fewer Streamlit would take its own
    assert all(low < high for low, high in pairwise(steps))
    both = st.get_option(f"theme.{theme}.chartDivergingColors")
    steps = [contrast(colour, option(theme, "backgroundColor")) for colour in both]
    assert len(both) == 10
    assert all(low > high for low, high in pairwise(steps[:5]))
    assert all(low < high for low, high in pairwise(steps[5:]))


def test_there_are_colours_for_all_that_may_be_compared() -> None:
    for dark in (False, True):
        assert len(set(palette(dark))) >= 8
    assert st.get_option("theme.dark.chartCategoricalColors") == palette(dark=True)


def test_what_components_share_stands_before_their_own(tmp_path: Path) -> None:
    own = tmp_path / "own.css"
    own.write_text(".gruve-own { color: var(--faint); }")
    assert styles(own).index("--faint:") < styles(own).index(".gruve-own")


@pytest.mark.parametrize("path", COMPONENTS, ids=[p.name for p in COMPONENTS])
def test_no_component_copies_the_theme(path: Path) -> None:
    """Short names of the theme's variables are given once, in the styles that all share."""
    if path.name == "base.css":
        return
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"^\s*--(?:ink|paper|accent|line|faint|radius):", text, re.MULTILINE)


def test_colours_of_the_frame_are_the_theme_s() -> None:
    """The frame is outside of Streamlit's components, and gets no variables of the theme."""
    known = {
        option(theme, name).lower()
        for theme in THEMES
        for name in ("textColor", "linkColor", "primaryColor", "borderColor", "backgroundColor")
    } | {colour.lower() for dark in (False, True) for colour in palette(dark)}
    drawing = ROOT / "ui/training/drawing.css"
    grey = "#7c868d"
    for path in (PAGE_STYLES, drawing):
        found = set(re.findall(r"#[0-9a-f]{6}", path.read_text(encoding="utf-8")))
        assert found <= known | {grey}, path.name
