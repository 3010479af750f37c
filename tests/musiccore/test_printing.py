"""Sheet music as files: an SVG and a PDF that say the same as the page they were made from."""

from __future__ import annotations

from functools import cache
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import pytest

from musiccore.notation.engraving import cleaned, engrave
from musiccore.notation.printing import PRINTED, as_pdf, as_svg
from musiccore.notation.score import notate
from musiccore.piece import Piece, Tempo, Track

SVG = "{http://www.w3.org/2000/svg}"
NOTES = 120
LOW = PRINTED._replace(height=420)
TITLE = "Größe – “one” & two <three> 日本"


@cache
def pages() -> tuple[str, ...]:
    """Low pages, more than one, of a piano, an organ and a violin."""
    piece = Piece(
        "long",
        tuple(
            Track.of([(k, 1.0, low + k % 12, 80) for k in range(NOTES // 3)], program)
            for program, low in ((0, 60), (19, 50), (40, 67))
        ),
        tempos=(Tempo(0.0, 96.0),),
    )
    _, svgs = engrave(notate(piece).musicxml, LOW)
    return tuple(cleaned(svg)[0] for svg in svgs)


def test_a_pdf_has_every_page_with_title_names_and_music() -> None:
    assert len(pages()) > 1
    pdf = pypdfium2.PdfDocument(as_pdf(pages(), TITLE))
    assert len(pdf) == len(pages())
    assert pdf.get_metadata_dict()["Title"] == TITLE
    for number, page in enumerate(pdf):
        assert [round(side) for side in page.get_size()] == [595, 842]  # A4 in points
        words = page.get_textpage().get_text_bounded()
        assert ("Größe – “one” & two <three>" in words) == (number == 0)
        assert f"{number + 1} / {len(pdf)}" in words
        assert ("Church Organ" in words and "= 96" in words) == (number == 0)
        ink = page.render(scale=2).to_numpy().min(axis=2) < 200
        # Five staff lines of every staff reach across most of a page.
        lines = np.flatnonzero(ink.mean(axis=1) > 0.5)
        found = np.count_nonzero(np.diff(lines, prepend=-9) > 1)
        assert number > 0 or (found >= 5 and found % 5 == 0)
        assert not ink[:, :30].any()  # margins stay white
        assert not ink[:, -30:].any()


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Größe – “one”", 'Größe - "one"'),
        ("Вечерняя песня", "Вечерняя песня"),
        ("Ω và ő", "Ω và ő"),
        ("夜曲 (Nocturne)", "(Nocturne)"),
        ("שיר 1", "1"),
        ("日本", ""),
    ],
)
def test_a_title_is_written_in_the_letters_there_are(title: str, written: str) -> None:
    pdf = pypdfium2.PdfDocument(
        as_pdf(["<svg viewBox='0 0 10 10' xmlns='" + SVG[1:-1] + "'/>"], title)
    )
    assert pdf[0].get_textpage().get_text_bounded() == written


def test_an_svg_stands_alone_with_all_pages_and_every_note() -> None:
    drawing = ElementTree.fromstring(as_svg(pages(), TITLE))  # noqa: S314
    assert drawing.findtext(f"{SVG}title") == TITLE
    signs = {g.get("id"): g for g in drawing.iter(f"{SVG}g") if g.get("id")}
    used = [use.get("href", "").removeprefix("#") for use in drawing.iter(f"{SVG}use")]
    assert set(used) <= signs.keys()
    heads = sum("-E0A4-" in name for name in used)  # black note heads, as the font names them
    assert heads == NOTES
    words = [text.text for text in drawing.iter(f"{SVG}text")]
    assert {"Piano", "Church Organ", "Violin"} & set(words)
    assert all(shape.get("stroke") for shape in drawing.iter(f"{SVG}path"))
    assert {element.tag.removeprefix(SVG) for element in drawing.iter()} <= {
        *("svg", "g", "defs", "use", "path", "polygon", "polyline", "rect", "ellipse"),
        *("text", "title"),
    }


def test_pages_of_an_svg_stand_below_each_other() -> None:
    drawing = ElementTree.fromstring(as_svg(pages(), ""))  # noqa: S314
    shifts = [
        float(g.get("transform", "").split()[1].rstrip(")")) for g in drawing if g.tag == f"{SVG}g"
    ]
    assert shifts == sorted(set(shifts))
    assert len(shifts) == len(pages())
    assert float(drawing.get("height", "0")) > shifts[-1] > LOW.height / 2


def test_the_same_music_is_the_same_file() -> None:
    first = pages()[:1]
    assert as_pdf(first, TITLE) == as_pdf(first, TITLE)
    assert as_svg(first, TITLE) == as_svg(first, TITLE)
