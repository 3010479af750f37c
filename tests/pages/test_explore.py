"""The Explore page on a starter set and on odd music, section by section."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from musiccore.piece import DRUMS, Metre, Piece, Track
from tests.ui.music import TOKEN, bring_pieces

OpenPage = Callable[..., AppTest]
PAGE = "pages/2_Explore.py"
SECTIONS = ("Instruments", "Notes and chords", "Offsets", "Rhythm and pitch", "Pieces", "Map")

MELODY = Track.of([(i, 1, 60 + i % 5, 90) for i in range(30)], 40)
CHORDS = Track.of([(i, 1, p, 90) for i in range(10) for p in (60, 64, 67)], 0)
KIT = Track.of([(i, 1, 36, 90) for i in range(8)], DRUMS)
ONE_NOTE = Track.of([(0, 1, 60, 90)])


@pytest.fixture
def explore(open_page: OpenPage, own_store: Path) -> Callable[..., AppTest]:
    def run(*pieces: Piece) -> AppTest:
        """The page of a visitor who has uploaded these pieces."""
        if pieces:
            bring_pieces(own_store, pieces)
        app = open_page(PAGE, token=TOKEN)
        assert not app.exception
        return app

    return run


def look_at(app: AppTest, section: str) -> str:
    """All that a section says."""
    app.segmented_control(key="explore-section").set_value(section).run()
    assert not app.exception
    return said(app)


def said(app: AppTest) -> str:
    return "\n".join(text.value for kind in (app.markdown, app.info) for text in kind)


def test_the_chorales_are_told_in_numbers(explore: Callable[..., AppTest]) -> None:
    app = explore()
    assert "Bach chorales**, 364 pieces" in said(app)
    assert "One instrument plays: Choir Aahs, 97,352 notes in 364 pieces." in said(app)
    assert "97,352 notes are for one family: Ensemble" in said(app)
    tokens = look_at(app, "Notes and chords")
    assert "46 different notes, from C2 to A5" in tokens
    assert "338 different chords occur" in tokens  # of all parts: a voice alone has none
    assert "a major triad" in tokens
    assert "1 of 46 different tokens (2.2%) occurs only once" in tokens
    offsets = look_at(app, "Offsets")
    assert "of 20 pieces, one after the other" in offsets
    assert "events start in a quarter note" in offsets
    spread = look_at(app, "Rhythm and pitch")
    assert "The pitches reach from C2 to A5." in spread
    assert "12 of the 12 pitch classes occur." in spread
    assert "(90.0%) stand in 4/4" in spread
    assert len(app.dataframe) == 8
    pieces = look_at(app, "Pieces")
    assert "The most frequent is 4/4: 326 pieces" in pieces
    assert "The most frequent is G major: 46 pieces" in pieces
    assert len(app.dataframe) == 5
    assert "Each of the 364 points is a piece." in look_at(app, "Map")


def test_every_figure_has_its_table_and_its_file(explore: Callable[..., AppTest]) -> None:
    app = explore(Piece("duo", (MELODY, CHORDS)), Piece("solo", (MELODY,)))
    for section in SECTIONS:
        look_at(app, section)
        files = [button for button in app.get("download_button") if "csv" in button.proto.id]
        assert len(app.get("plotly_chart")) == len(app.dataframe) == len(files) > 0


def test_the_section_and_the_instrument_are_there_again_at_the_next_visit(
    explore: Callable[..., AppTest],
) -> None:
    duo = Piece("duo", (MELODY, CHORDS))
    app = explore(duo)
    look_at(app, "Rhythm and pitch")
    app.selectbox(key="explore-instrument").set_value(40).run()
    again = explore()
    assert again.segmented_control(key="explore-section").value == "Rhythm and pitch"
    assert again.selectbox(key="explore-instrument").value == 40
    assert "from C4 to E4" in said(again)


def test_one_instrument_is_looked_at_in_all_sections(explore: Callable[..., AppTest]) -> None:
    app = explore(Piece("duo", (MELODY, CHORDS)), Piece("solo", (MELODY,)))
    assert "5 different notes" in look_at(app, "Notes and chords")
    app.selectbox(key="explore-instrument").set_value(0).run()
    assert "every event is a chord" in said(app)
    assert "The piece has 30 notes." in look_at(app, "Pieces")
    assert "here is one only" in look_at(app, "Map")
    assert "2 instruments play" in look_at(app, "Instruments")


def test_an_instrument_that_is_not_there_any_more_is_no_choice(
    explore: Callable[..., AppTest], own_store: Path
) -> None:
    app = explore(Piece("duo", (MELODY, CHORDS)))
    look_at(app, "Pieces")
    app.selectbox(key="explore-instrument").set_value(0).run()
    bring_pieces(own_store, [Piece("trio", (MELODY, KIT, KIT))], TOKEN)
    app.run()
    assert not app.exception
    assert "The piece has 46 notes." in said(app)


def test_whole_notes_of_the_other_encoding_are_counted(explore: Callable[..., AppTest]) -> None:
    app = explore(Piece("one", (CHORDS,)))
    look_at(app, "Notes and chords")
    app.segmented_control(key="explore-encoding").set_value("notes").run()
    assert not app.exception
    assert "4 different notes among 30" in said(app)
    for field in ("wait", "instrument", "pitch", "duration", "velocity"):
        app.segmented_control(key="explore-field").set_value(field).run()
        assert not app.exception
        assert f"of {field}" in said(app)


@pytest.mark.parametrize(
    "pieces",
    [
        [Piece("one note", (ONE_NOTE,))],
        [Piece("kit", (KIT,)), Piece("kit and more", (KIT, KIT))],
        [Piece("chords", (CHORDS,)), Piece("longer", (CHORDS, MELODY))],
        [Piece("drums first", (KIT, MELODY), metres=(Metre(0, 3, 4), Metre(3, 7, 8)))],
    ],
    ids=["one note", "drums alone", "chords", "drums first"],
)
def test_odd_music_is_shown_in_every_section(
    explore: Callable[..., AppTest], pieces: list[Piece]
) -> None:
    app = explore(*pieces)
    for section in SECTIONS:
        look_at(app, section)


def test_drums_alone_have_no_notes_to_name(explore: Callable[..., AppTest]) -> None:
    app = explore(Piece("kit", (KIT,)))
    assert "8 notes in 1 piece" in said(app)
    assert "Only drums play here" in look_at(app, "Notes and chords")
    assert "Only drums play here" in look_at(app, "Rhythm and pitch")
    assert "All 8 notes have velocity" in said(app)


def test_one_piece_is_no_map(explore: Callable[..., AppTest]) -> None:
    assert "here is one only" in look_at(explore(Piece("one", (MELODY,))), "Map")


@pytest.mark.parametrize("colour", ["Key", "Metre", "Size"])
def test_the_map_can_be_coloured(explore: Callable[..., AppTest], colour: str) -> None:
    app = explore(*(Piece(f"p{i}", (Track.of([(0, 1 + i, 50 + i, 90)]),)) for i in range(3)))
    look_at(app, "Map")
    app.segmented_control(key="explore-map-colour").set_value(colour).run()
    assert not app.exception
    assert "Each of the 3 points is a piece" in said(app)


def test_one_piece_is_told_in_numbers(explore: Callable[..., AppTest]) -> None:
    app = explore(Piece("duo", (MELODY, CHORDS)), Piece("solo", (MELODY,)))
    look_at(app, "One piece")
    metrics = {metric.label: metric.value for metric in app.metric}
    assert (metrics["Notes"], metrics["Metre"], metrics["Length"]) == ("60", "4/4", "15 s")
    assert metrics["Notes at once, on average and at most"] == "2.0 / 4"
    app.selectbox[0].set_value(1).run()
    assert {metric.label: metric.value for metric in app.metric}["Notes"] == "30"


def test_a_strangers_name_is_never_markup(explore: Callable[..., AppTest]) -> None:
    app = explore(Piece("**bold** <b>x", (MELODY,)), Piece("b", (CHORDS,)))
    for section in (*SECTIONS, "One piece"):
        assert "**bold**" not in look_at(app, section)
        figures = [chart.proto.spec for chart in app.get("plotly_chart")]
        assert not any("<b>x" in figure for figure in figures)
