"""MusicXML -> SVG: verovio engraves, and what it made is cut down to shapes and plain text."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple
from xml.etree import ElementTree

from musiccore.notation.terms import Engraving, NotationError

_SVG = "http://www.w3.org/2000/svg"
_STAFF_SCALE = 40  # percent of verovio's own size: five lines in 29 CSS pixels
_LABELS_FROM = 600  # CSS pixels: on a narrower page names of parts take the room of the music

_LONGEST_LABEL = 22  # letters

# What a page may hold. Everything else is left out, whatever a stranger's file made verovio write.
_TAGS = {"svg", "g", "path", "use", "defs", "text", "tspan", "rect", "polygon", "polyline"}
_TAGS |= {"ellipse", "line", "circle", "symbol"}
_ATTRIBUTES = {"viewBox", "width", "height", "transform", "d", "points", "class", "fill"}
_ATTRIBUTES |= {"x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fill-opacity"}
_ATTRIBUTES |= {"stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin"}
_ATTRIBUTES |= {"stroke-opacity", "text-anchor", "font-size", "font-style", "font-weight", "data-n"}
_HIDDEN = {"placeholder", "bounding-box"}
_WITH_ID = {"note", "chord", "rest"}

# Signs of music among words (Standard Music Font Layout) as any font has them.
_IN_WORDS = str.maketrans({"\ueca5": "♩", "\ueca7": "♪", "\uecb7": "."})


class Paper(NamedTuple):
    """What is engraved on: CSS pixels, and the size of the music in percent."""

    width: int = 1100
    height: int = 900
    zoom: int = 100


def engrave(musicxml: bytes, paper: Paper) -> tuple[Engraving, tuple[str, ...]]:
    """The music on pages of this size, as verovio writes them, to be given to `cleaned`.

    Raises `NotationError` where verovio cannot read it.
    """
    kit = _toolkit()
    scale = _STAFF_SCALE * paper.zoom / 100
    names = paper.width >= _LABELS_FROM
    kit.setOptions(
        {
            "adjustPageHeight": True,
            "barLineWidth": 0.34,
            "breaks": "auto",
            "breaksNoWidow": True,
            "condense": "none",
            "footer": "none",
            "header": "none",
            "ledgerLineThickness": 0.32,
            "mnumInterval": 0,
            "pageHeight": round(paper.height * 100 / scale),
            "pageMarginBottom": 60,
            "pageMarginLeft": 80 if names else 20,
            "pageMarginRight": 50 if names else 20,
            "pageMarginTop": 60,
            "pageWidth": round(paper.width * 100 / scale),
            "scale": round(scale),
            "smuflTextFont": "none",
            "spacingNonLinear": 0.55,
            "spacingSystem": 7,
            "staffLineWidth": 0.22,
            "stemWidth": 0.26,
            "svgAdditionalAttribute": ["measure@n"],
            "svgFormatRaw": True,
            "svgRemoveXlink": True,
            "svgViewBox": True,
            "xmlIdSeed": 1,
        }
    )
    if not kit.loadData(_labelled(musicxml, names)) or not kit.getPageCount():
        raise NotationError("This music cannot be engraved. Download its MusicXML instead.")
    pages = tuple(kit.renderToSVG(number + 1) for number in range(kit.getPageCount()))
    beats = kit.renderToTimemap({})
    timemap = tuple(
        (float(b["qstamp"]), tuple(b.get("on", ())), tuple(b.get("off", ())))
        for b in beats
        if b.get("on") or b.get("off")
    )
    return Engraving((), (), timemap), pages


def _labelled(musicxml: bytes, names: bool) -> str:
    """The music with names short enough to stand beside it: on a narrow page, short ones once."""
    root = ElementTree.fromstring(musicxml)  # noqa: S314  written by `score`
    for part in root.iter("score-part"):
        name, short = part.find("part-name"), part.find("part-abbreviation")
        if name is not None and len(name.text or "") > _LONGEST_LABEL:
            name.text = f"{(name.text or '')[: _LONGEST_LABEL - 1]}…"
        if short is not None and not names:
            if name is not None:
                name.text = short.text
            part.remove(short)
        elif name is not None and not names:
            name.text = ""
    return ElementTree.tostring(root, encoding="unicode")


def cleaned(svg: str) -> tuple[str, tuple[int, int]]:
    """One page with nothing in it but shapes and plain text, and its first and last bar number.

    Scripts, styles, links, addresses and event handlers are left out. Raises `NotationError` for
    what is no SVG.
    """
    if "<!" in svg:
        raise NotationError("This page of sheet music cannot be shown.")
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314  no doctype, so no entities
    except ElementTree.ParseError as error:
        raise NotationError("This page of sheet music cannot be shown.") from error
    kept = _kept(root)
    if kept is None or kept.tag != "svg":
        raise NotationError("This page of sheet music cannot be shown.")
    bars = [int(n) for g in kept.iter("g") if (n := g.attrib.pop("data-n", "")).isdecimal()]
    kept.set("xmlns", _SVG)
    return ElementTree.tostring(kept, encoding="unicode"), (
        min(bars, default=0),
        max(bars, default=0),
    )


def _kept(element: Any) -> Any:
    """The element with what may stay of its attributes and of what is in it; None: nothing."""
    tag = element.tag.removeprefix(f"{{{_SVG}}}") if isinstance(element.tag, str) else ""
    classes = set(element.get("class", "").split())
    if tag not in _TAGS or classes & _HIDDEN:
        return None
    kept = ElementTree.Element(tag, {k: v for k, v in element.items() if k in _ATTRIBUTES})
    name = element.get("id", "")
    if name and (classes & _WITH_ID or tag in {"symbol"}):
        kept.set("id", name)
    if tag == "use" and (target := element.get("href", "")).startswith("#"):
        kept.set("href", target)
    if tag == "defs":
        return _symbols(element, kept)
    if tag in {"text", "tspan"}:
        kept.text = (element.text or "").translate(_IN_WORDS)
        kept.tail = element.tail if tag == "tspan" else None
    kept.extend(inner for inner in map(_kept, element) if inner is not None)
    return kept


def _symbols(element: Any, kept: Any) -> Any:
    """The glyphs that a page refers to keep their names."""
    for glyph in element:
        inner = _kept(glyph)
        if inner is not None:
            inner.set("id", glyph.get("id", ""))
            kept.append(inner)
    return kept


@cache
def _toolkit() -> Any:
    # Native code, loaded in the process that engraves and nowhere else.
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    return verovio.toolkit()
