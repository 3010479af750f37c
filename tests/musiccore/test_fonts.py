"""Words keep the letters that the fonts have."""

import pytest

from musiccore.fonts import drawable, font_file


@pytest.mark.parametrize("name", ["DejaVuSans", "DejaVuSerif", "DejaVuSerif-Bold"])
def test_letters_that_a_font_lacks_are_left_out(name: str) -> None:
    font = font_file(name)
    assert font is not None
    assert drawable("Größe Ωмега – ő", font) == "Größe Ωмега – ő"
    assert drawable("e\u0301tude 夜曲 no.\u00a01\n", font) == "étude no. 1"
    assert drawable("שיר ﷺ", font) == ""


def test_another_font_is_not_there() -> None:
    assert font_file("Comic") is None
