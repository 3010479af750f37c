"""Letters for words on paper and in pictures: DejaVu's fonts, which come with matplotlib, which
music21 needs. They hold Latin, Greek, Cyrillic and many signs; no Chinese, Japanese or Korean."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def font_file(name: str) -> Path | None:
    """The file of a font, like `DejaVuSans` or `DejaVuSerif-Bold`; None where it is not there."""
    package = find_spec("matplotlib")  # found, not imported: that takes half a second
    if package is None or package.origin is None:
        return None
    file = Path(package.origin).parent / "mpl-data" / "fonts" / "ttf" / f"{name}.ttf"
    return file if file.is_file() else None


def drawable(words: str, font: Path) -> str:
    """Words without the letters that this font lacks, and without those that are written from right
    to left, which would stand in the wrong order."""
    letters = _letters(font)
    composed = unicodedata.normalize("NFC", words)
    kept = (c for c in composed if ord(c) in letters and not _is_leftward(c))
    return " ".join("".join(kept).split())


def _is_leftward(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in ("R", "AL")


@cache
def _letters(font: Path) -> frozenset[int]:
    """The code points that a font has a shape for."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(font, lazy=True) as opened:
        return frozenset(opened.getBestCmap())
