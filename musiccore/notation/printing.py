"""Sheet music on paper: pages for A4, as one SVG and as a PDF that fpdf2 draws.

What verovio makes leaves colours, and the note of a tempo mark, to whatever shows it. Here a page
says all of it, so that it looks the same in every program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from musiccore.fonts import drawable, font_file, in_latin, is_latin, printable
from musiccore.notation.engraving import Paper

PRINTED = Paper(width=1000, height=1370, zoom=105)
"""What is engraved for a page of A4, in CSS pixels: the music between margins and title."""

_A4 = (595.28, 841.89)  # points
_MARGIN, _HEAD = 36.0, 42.0  # points; the title stands in the head
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # the same music makes the same file, whenever
_GAP = 40  # CSS pixels between two pages of an SVG

_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = {f"{_SVG}{tag}" for tag in ("path", "polygon", "polyline", "rect", "ellipse")}
_FONT = "'Times New Roman', 'Liberation Serif', Times, serif"
_BOLD, _ITALIC = {"tempo", "ending", "fing", "reh"}, {"dir", "dynam", "mNum"}
_QUARTER, _QUARTER_WIDTH = "♩", 0.36  # of the font's size

ElementTree.register_namespace("", _SVG[1:-1])


class Text(NamedTuple):
    """Words on a page, in CSS pixels: `x` and `y` of the baseline, where `anchor` is."""

    x: float
    y: float
    words: str
    size: float
    anchor: str
    style: str


class Page(NamedTuple):
    """A page as shapes alone (SVG) and the words that stand among them."""

    width: float
    height: float
    shapes: str
    texts: tuple[Text, ...]


def page_of(svg: str) -> Page:
    """A page that `engraving.cleaned` made, taken apart."""
    root = ElementTree.fromstring(svg)  # noqa: S314  made by `cleaned`
    width, height = (float(n) for n in root.get("viewBox", "").split()[2:])
    for inner in list(root.iter(f"{_SVG}svg"))[1:]:
        # A drawing within the drawing, in units of its own: as a group it is drawn by everybody.
        across = float(inner.get("viewBox", "").split()[2])
        inner.tag = f"{_SVG}g"
        inner.attrib = {"transform": f"scale({width / across:.6g})"}
    texts = list(_take_texts(root, (1.0, 0.0, 0.0), ""))
    _unwrap(root)
    for shape in root.iter():
        if shape.tag in _SHAPES and "stroke" not in shape.attrib:
            shape.set("stroke", "black")
    shapes = "".join(ElementTree.tostring(part, encoding="unicode") for part in root)
    return Page(width, height, shapes.replace(f' xmlns="{_SVG[1:-1]}"', ""), tuple(texts))


def as_svg(pages: Sequence[str], title: str) -> bytes:
    """All pages, as `engraving.cleaned` made them, below each other in one drawing."""
    taken = [page_of(svg) for svg in pages]
    width = max(page.width for page in taken)
    height = sum(page.height for page in taken) + _GAP * (len(taken) - 1)
    root = ElementTree.Element(
        f"{_SVG}svg", viewBox=f"0 0 {width:g} {height:g}", width=f"{width:g}", height=f"{height:g}"
    )
    ElementTree.SubElement(root, f"{_SVG}title").text = printable(title)
    ElementTree.SubElement(root, f"{_SVG}rect", width="100%", height="100%", fill="white")
    y = 0.0
    for number, page in enumerate(taken, start=1):
        group = ElementTree.SubElement(root, f"{_SVG}g", transform=f"translate(0 {y:g})")
        # Two pages may call their signs by the same names.
        shapes = re.sub(r'(id="|href="#)', rf"\g<1>p{number}-", page.shapes)
        drawn = ElementTree.fromstring(f'<g xmlns="{_SVG[1:-1]}">{shapes}</g>')  # noqa: S314
        group.extend(drawn)
        for text in page.texts:
            weight = {"B": {"font-weight": "bold"}, "I": {"font-style": "italic"}}
            written = ElementTree.SubElement(
                group,
                f"{_SVG}text",
                {
                    "x": f"{text.x:.2f}",
                    "y": f"{text.y:.2f}",
                    "font-family": _FONT,
                    "font-size": f"{text.size:.2f}",
                    "text-anchor": text.anchor,
                    **weight.get(text.style, {}),
                },
            )
            written.text = text.words
        y += page.height + _GAP
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def as_pdf(pages: Sequence[str], title: str) -> bytes:
    """The pages, as `engraving.cleaned` made them, on A4 under their title."""
    from fpdf import FPDF
    from fpdf.drawing import Transform
    from fpdf.svg import SVGObject

    pdf = FPDF(unit="pt", format=_A4)
    pdf.set_creation_date(_EPOCH)
    pdf.set_title(title)
    pdf.set_creator("Gruve")
    pdf.set_auto_page_break(False)
    for number, svg in enumerate(pages, start=1):
        page = page_of(svg)
        scale = (_A4[0] - 2 * _MARGIN) / PRINTED.width
        top = _MARGIN + _HEAD
        pdf.add_page()
        _entitle(pdf, title, number, len(pages))
        drawing = SVGObject(
            f'<svg xmlns="{_SVG[1:-1]}" viewBox="0 0 {page.width:g} {page.height:g}" '
            f'width="{page.width * scale:.4f}" height="{page.height * scale:.4f}">'
            f"{page.shapes}</svg>"
        )
        _, _, shapes = drawing.transform_to_page_viewport(pdf)
        shapes.transform = (shapes.transform or Transform.identity()) @ Transform.translation(
            _MARGIN, top
        )
        pdf.draw_path(shapes, copy=False)  # a page is drawn once; copying it takes half of the time
        for text in page.texts:
            words = _set_font(pdf, text.words, text.style, text.size * scale)
            moved = {"end": 1.0, "middle": 0.5}.get(text.anchor, 0.0) * pdf.get_string_width(words)
            pdf.text(_MARGIN + text.x * scale - moved, top + text.y * scale, words)
    return bytes(pdf.output())


def _entitle(pdf: Any, title: str, number: int, of: int) -> None:
    if number == 1:
        title = _set_font(pdf, title, "B", 16)
        longest = _A4[0] - 2 * _MARGIN
        pdf.set_font_size(min(16.0, 16.0 * longest / max(pdf.get_string_width(title), 1.0)))
        pdf.text((_A4[0] - pdf.get_string_width(title)) / 2, _MARGIN + 16, title)
    if of > 1:
        pdf.set_font("Times", "", 9)
        place = f"{number} / {of}"
        pdf.text((_A4[0] - pdf.get_string_width(place)) / 2, _A4[1] - _MARGIN / 2, place)


def _unwrap(element: Any) -> None:
    """Take what stands in groups that only name it out of them: most of verovio's groups do."""
    flat: list[Any] = []

    def gather(parts: Any) -> None:
        for part in parts:
            if part.tag == f"{_SVG}g" and not part.attrib.keys() - {"class", "id"}:
                gather(part)
            else:
                if part.tag != f"{_SVG}defs":
                    _unwrap(part)
                    part.attrib.pop("class", None)
                flat.append(part)

    gather(element)
    element[:] = list(_joined(flat))


_LINE = re.compile(r"M-?[\d.]+ -?[\d.]+ L-?[\d.]+ -?[\d.]+ ?")


def _joined(parts: Sequence[Any]) -> Iterator[Any]:
    """Straight lines of one kind as one shape, which is drawn in a fraction of the time."""
    first: dict[tuple[tuple[str, str], ...], Any] = {}
    for part in parts:
        line = part.tag == f"{_SVG}path" and _LINE.fullmatch(part.get("d", "")) is not None
        kind = tuple(sorted((k, v) for k, v in part.items() if k != "d"))
        if line and kind in first:
            first[kind].set("d", f"{first[kind].get('d')} {part.get('d')}")
            continue
        if line:
            first[kind] = part
        yield part


_Place = tuple[float, float, float]  # scale, x, y


def _take_texts(element: Any, place: _Place, style: str) -> Iterator[Text]:
    """The words below an element, which loses them; a note among them becomes a shape."""
    place = _placed(element.get("transform", ""), place)
    classes = set(element.get("class", "").split())
    style = "B" if classes & _BOLD else "I" if classes & _ITALIC else style
    for child in list(element):
        if child.tag != f"{_SVG}text":
            yield from _take_texts(child, place, style)
            continue
        element.remove(child)
        scale, left, top = place
        x, y = float(child.get("x", 0)), float(child.get("y", 0))
        anchor = child.get("text-anchor", "start")
        for words, size in _runs(child, 0.0):
            if words == _QUARTER:
                at = f"translate({x:g} {y:g}) scale({size / 1000:g})"
                note = ElementTree.SubElement(element, f"{_SVG}g", transform=at)
                note.append(ElementTree.fromstring(_quarter()))  # noqa: S314  verovio's own
                x += size * _QUARTER_WIDTH
                continue
            if words.strip():
                yield Text(left + scale * x, top + scale * y, words, scale * size, anchor, style)


def _runs(element: Any, size: float) -> Iterator[tuple[str, float]]:
    """What a text says, and how large; runs of one size are one."""
    found: list[tuple[str, float]] = []

    def look(part: Any, size: float) -> None:
        size = float(part.get("font-size", f"{size}px").removesuffix("px"))
        if part.text:
            add(part.text, size)
        for child in part:
            look(child, size)
            if child.tail:
                add(child.tail, size)

    def add(words: str, size: float) -> None:
        if found and found[-1][1] == size and _QUARTER not in (found[-1][0], words):
            found[-1] = (found[-1][0] + words, size)
        else:
            found.append((words, size))

    look(element, size)
    yield from found


_NUMBER = r"(-?[\d.]+(?:e-?\d+)?)"
_MOVE = re.compile(rf"translate\({_NUMBER}[ ,]+{_NUMBER}\)|scale\({_NUMBER}(?:[ ,]+{_NUMBER})?\)")


def _placed(transform: str, place: _Place) -> _Place:
    """Where a group's own units lie on the page; verovio moves and scales words, nothing else."""
    scale, x, y = place
    for across, down, factor, _ in _MOVE.findall(transform):
        if factor:
            scale *= float(factor)
        else:
            x, y = x + scale * float(across), y + scale * float(down)
    return scale, x, y


@cache
def _quarter() -> str:
    """A quarter note as a shape: that of the music font, in thousandths of the font's size."""
    import verovio

    drawn = Path(verovio.__file__).parent / "data" / "Leipzig" / "ECA5.xml"
    path = ElementTree.fromstring(drawn.read_text())[0]  # noqa: S314  verovio's own
    return f'<path xmlns="{_SVG[1:-1]}" transform="scale(1,-1)" d="{path.get("d")}" />'


def _set_font(pdf: Any, words: str, style: str, size: float) -> str:
    """Have the PDF write in a font that these words can be written in; what can be written of them.

    Where the letters of Latin-1 suffice it is one that every PDF reader brings, else DejaVu, of
    which the file gets the letters that are used.
    """
    name = {"B": "DejaVuSerif-Bold", "I": "DejaVuSerif-Italic"}.get(style, "DejaVuSerif")
    font = None if is_latin(words) else font_file(name)
    if font is None:
        pdf.set_font("Times", style, size)
        return in_latin(words)
    if f"dejavu{style}" not in pdf.fonts:
        pdf.add_font("dejavu", style, font)
    pdf.set_font("dejavu", style, size)
    return drawable(words, font)
