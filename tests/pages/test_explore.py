"""The Explore page on a starter set and on odd music."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from models.files import Files
from models.store import Store
from musiccore.piece import DRUMS, Piece, Track
from musiccore.writing import to_midi
from ui.workspace import Workspace

OpenPage = Callable[..., AppTest]
PAGE = "pages/2_Explore.py"
TOKEN = "explorer-0123456789-abcdefghijkl"  # noqa: S105

MELODY = Track.of([(i, 1, 60 + i % 5, 90) for i in range(30)], 40)
CHORDS = Track.of([(i, 1, p, 90) for i in range(10) for p in (60, 64, 67)], 0)
KIT = Track.of([(i, 1, 36, 90) for i in range(8)], DRUMS)
ONE_NOTE = Track.of([(0, 1, 60, 90)])


def explore(open_page: OpenPage, *pieces: Piece) -> AppTest:
    """The page of a visitor who has uploaded these pieces."""
    store = Store()
    workspace = Workspace(TOKEN, Files(store.url), store)
    if pieces:
        workspace.add_uploads((f"{piece.name}.mid", to_midi(piece)) for piece in pieces)
    app = open_page(PAGE, token=TOKEN)
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(text.value for text in app.markdown)


def test_the_chorales_are_told_in_numbers(open_page: OpenPage) -> None:
    app = explore(open_page)
    assert "One instrument plays: Choir Aahs" in said(app)
    assert "different notes, from" in said(app)
    assert "different chords occur" in said(app)  # of all parts: a voice alone has none
    assert "quarter notes" in said(app)
    assert len(app.dataframe) == 5


def test_an_instrument_can_be_chosen(open_page: OpenPage) -> None:
    app = explore(open_page, Piece("duo", (MELODY, CHORDS)))
    assert "5 different notes" in said(app)
    app.selectbox(key="explore-instrument").set_value(0).run()
    assert not app.exception
    assert "every event is a chord" in said(app)


def test_drums_alone_have_no_notes_to_name(open_page: OpenPage) -> None:
    app = explore(open_page, Piece("kit", (KIT,)))
    assert "Only drums play here" in app.info[0].value
    assert "8 notes in 1 piece" in said(app)


@pytest.mark.parametrize(
    "tracks", [(ONE_NOTE,), (CHORDS,), (KIT, MELODY)], ids=["one note", "chords", "drums first"]
)
def test_odd_music_is_shown(open_page: OpenPage, tracks: tuple[Track, ...]) -> None:
    explore(open_page, Piece("odd", tracks))


@pytest.mark.parametrize("field", ["wait", "instrument", "pitch", "duration", "velocity"])
def test_every_field_is_shown_even_of_one_note(open_page: OpenPage, field: str) -> None:
    app = explore(open_page, Piece("one", (ONE_NOTE,)))
    app.segmented_control(key="explore-field").set_value(field).run()
    assert not app.exception
    assert "1 value of" in said(app)
