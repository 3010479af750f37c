"""The map puts every piece where the projection says, in colours that say what they stand for."""

import numpy as np
import pytest

from musiccore.corpus_notes import CorpusNotes
from musiccore.features import piece_table
from musiccore.piece import DRUMS, Metre, Piece, Track
from musiccore.projection import Projection, project
from ui.explore.corpus_map import COLOURS, hover, map_rows, sentence

MAJOR = Track.of([(i, 1, p, 90) for i, p in enumerate([62, 66, 69, 74])])
MINOR = Track.of([(i / 2, 0.5, p, 90) for i, p in enumerate([57, 60, 64, 69, 71, 69])])
KIT = Track.of([(i, 1, 36, 90) for i in range(4)], DRUMS)
PIECES = [
    Piece("<b>x</b>", (MAJOR,)),
    Piece("b", (MINOR,), metres=(Metre(0, 3, 4),)),
    Piece("c", (KIT,)),
]
TABLE = piece_table(PIECES, CorpusNotes.of(PIECES))
MAP = project(TABLE.described)
WORDS = [hover(piece.name, TABLE, i) for i, piece in enumerate(PIECES)]


@pytest.mark.parametrize("colour", COLOURS)
def test_every_piece_is_one_point(colour: str) -> None:
    figure = COLOURS[colour](MAP, TABLE, WORDS)
    found = {
        member[0]: (x, y)
        for trace in figure.data
        for member, x, y in zip(trace.customdata, trace.x, trace.y, strict=True)
    }
    assert [found[i] for i in range(3)] == [tuple(point) for point in MAP.points.tolist()]


def test_keys_are_colours_by_signature_and_symbols_by_mode() -> None:
    figure = COLOURS["Key"](MAP, TABLE, WORDS)
    assert {t.name: list(t.marker.color) for t in figure.data} == {
        "major": [2],
        "minor": [0],
        "none found": [0],
    }
    assert len({t.marker.symbol for t in figure.data}) == 3
    assert figure.layout.showlegend


def test_metres_are_a_colour_each_and_rare_ones_share_one() -> None:
    pieces = [Piece(str(i), (MAJOR,), metres=(Metre(0, i + 1, 4),)) for i in range(9)]
    table = piece_table(pieces, CorpusNotes.of(pieces))
    points = Projection(np.zeros((9, 2)))
    figure = COLOURS["Metre"](points, table, ["w"] * 9)
    assert {t.name: len(t.x) for t in figure.data}["other"] == 2
    assert all(t.marker.color is None for t in figure.data)  # the theme's


def test_sizes_are_notes() -> None:
    figure = COLOURS["Size"](MAP, TABLE, WORDS)
    assert 10 ** figure.data[0].marker.color == pytest.approx([4, 6, 4])
    assert figure.layout.coloraxis.colorbar.ticktext[0] == "4"


def test_names_are_no_markup() -> None:
    assert WORDS[0] == "&lt;b&gt;x&lt;/b&gt;<br>D major, 4/4, 4 notes"


def test_the_sentence_says_what_the_axes_tell() -> None:
    said = sentence(MAP, TABLE)
    assert said.startswith("Each of the 3 points is a piece. The plane keeps 100%")
    strongest = next(iter(MAP.loadings[0]))
    assert f"er {strongest}" in said
    assert "mean nothing" in sentence(Projection(MAP.points), TABLE)


def test_the_table_has_the_points() -> None:
    row = map_rows(MAP, TABLE, ["a", "b", "c"])[2]
    assert (row["Piece"], row["Key"], row["Notes"]) == ("c", "none found", 4)
    assert row["Across"] == pytest.approx(MAP.points[2, 0], abs=1e-3)
