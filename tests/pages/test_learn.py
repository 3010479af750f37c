"""The Learn page: every chapter, for a visitor without anything and for one with a network."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from ui.learn import CHAPTERS, PAGE

OpenPage = Callable[..., AppTest]


def test_it_opens_on_all_chapters(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    assert not app.exception
    labels = [link.label for link in app.page_link]
    for number, chapter in enumerate(CHAPTERS.values(), 1):
        assert f"**{number} {chapter.title}**" in labels
