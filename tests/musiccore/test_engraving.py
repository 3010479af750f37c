"""What verovio draws: every note, and nothing that could act."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from musiccore.notation.engraving import Paper, cleaned, engrave
from musiccore.notation.score import notate
from musiccore.notation.terms import NotationError
from musiccore.piece import DRUMS, Key, Piece, Track

TUNE = Piece(
    "tune.mid",
    (
        Track.of([(k / 2, 0.5, 60 + k % 12, 80) for k in range(64)], 40),
        Track.of([(k, 1.0, 48 + k % 5, 80) for k in range(32)], 42),
        Track.of([(k, 0.25, 42, 90) for k in range(32)], DRUMS),
    ),
    keys=(Key(0.0, 1, False),),
)


def pages_of(piece: Piece, paper: Paper) -> list[tuple[str, tuple[int, int]]]:
    _, pages = engrave(notate(piece).musicxml, paper)
    return [cleaned(page) for page in pages]


@pytest.mark.parametrize("paper", [Paper(1100, 400), Paper(360, 500), Paper(800, 600, 200)])
def test_every_note_has_a_head_on_pages_of_the_width_asked_for(paper: Paper) -> None:
    pages = pages_of(TUNE, paper)
    assert sum(page.count('class="notehead"') for page, _ in pages) == len(TUNE)
    assert {re.search(r'viewBox="0 0 (\d+) ', page)[1] for page, _ in pages} == {  # type: ignore[index]
        str(paper.width)
    }
    bars = [bars for _, bars in pages]
    assert bars[0][0] == 1
    assert bars[-1][1] == 8
    assert all(here[1] + 1 == following[0] for here, following in pairwise(bars))
    assert len(pages) > 1


def test_the_timemap_names_the_notes_on_the_page() -> None:
    engraving, pages = engrave(notate(TUNE).musicxml, Paper())
    shown = {
        element.get("id")
        for page in pages
        for element in ElementTree.fromstring(cleaned(page)[0]).iter()  # noqa: S314
        if element.get("class") == "note"
    }
    begun = [(onset, name) for onset, names, _ in engraving.timemap for name in names]
    assert {name for _, name in begun} == shown
    violin = np.unique(np.concatenate([track.onset for track in TUNE.tracks]))
    assert sorted({onset for onset, _ in begun}) == violin.tolist()


def test_a_page_needs_nothing_from_elsewhere() -> None:
    _, pages = engrave(notate(TUNE).musicxml, Paper())
    assert "font-face" not in "".join(pages)
    for page, _ in map(cleaned, pages):
        for outside in ("url(", "@import", "<style", "<image", "http:", "https:", "data:"):
            assert outside not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert "♩" in page
        assert not re.search("[\ue000-\uf8ff]", page)


WICKED = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!DOCTYPE x [<!ENTITY y 'z'>]>&y;",
)


@pytest.mark.parametrize("name", WICKED)
def test_names_of_strangers_stay_text(name: str) -> None:
    tracks = (replace(TUNE.tracks[0], name=name), replace(TUNE.tracks[1], name=name))
    wicked = replace(TUNE, name=name, tracks=tracks)
    for page, _ in pages_of(wicked, Paper()):
        for element in ElementTree.fromstring(page).iter():  # noqa: S314
            assert element.tag.split("}")[1] in {
                "svg",
                "g",
                "path",
                "use",
                "defs",
                "text",
                "tspan",
                "rect",
                "polygon",
                "polyline",
                "ellipse",
            }
            assert not [a for a in element.attrib if a.startswith("on") or a == "style"]
            assert element.get("href", "#").startswith("#")


def test_what_an_engraver_should_never_send_is_left_out() -> None:
    svg = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="alert(1)">
      <style>@import url(https://example.org/x.css)</style><script>alert(1)</script>
      <a href="javascript:alert(1)"><text>x</text></a><foreignObject><b>x</b></foreignObject>
      <image href="https://example.org/x.png"/><use href="https://example.org/x.svg#y"/>
      <g class="measure" data-n="7" style="fill:url(//example.org)"><path d="M0 0" onclick="a()"/>
      <animate attributeName="href" to="javascript:alert(1)"/></g></svg>"""
    page, bars = cleaned(svg)
    assert bars == (7, 7)
    kept = ElementTree.fromstring(page)  # noqa: S314
    assert [e.tag.split("}")[1] for e in kept.iter()] == ["svg", "use", "g", "path"]
    assert [dict(e.attrib) for e in kept.iter()] == [
        {"viewBox": "0 0 9 9"},
        {},
        {"class": "measure"},
        {"d": "M0 0"},
    ]


@pytest.mark.parametrize(
    "svg",
    ["", "no svg", "<svg", "<html/>", "<!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg'/>"],
)
def test_what_is_no_page_is_refused(svg: str) -> None:
    with pytest.raises(NotationError):
        cleaned(svg)


def test_what_verovio_cannot_read_is_a_sentence() -> None:
    with pytest.raises(NotationError, match="cannot be engraved"):
        engrave(b"<nothing/>", Paper())
