"""The home page: what Gruve is, music to hear, the way on."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest


def test_home_comes_up(open_page: Callable[..., AppTest]) -> None:
    app = open_page()
    assert not app.exception
    assert "Gruve" in app.title[0].value
