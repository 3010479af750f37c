"""Letters for words on paper and in pictures: DejaVu's fonts, which come with matplotlib, which
music21 needs. They hold Latin, Greek, Cyrillic and many signs; no Chinese, Japanese or Korean."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_TYPED = str.maketrans({"–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "„": '"', "’": "'"})


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


def is_latin(words: str) -> bool:
    """Whether the letters of Latin-1 suffice for these words; dashes and quotation marks may stand
    as they are typed."""
    return all(map(_latin, _as_typed(words)))


def in_latin(words: str) -> str:
    """Words in the letters of the fonts that every PDF reader brings, those of Latin-1."""
    return "".join(c if _latin(c) else _nearest(c) for c in _as_typed(words))


def printable(words: str) -> str:
    """Words with a space in place of each character that nothing is written for."""
    return "".join(c if c.isprintable() else " " for c in words)


def _as_typed(words: str) -> str:
    return unicodedata.normalize("NFC", printable(words)).translate(_TYPED)


def _nearest(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter)[:1]
    return plain if _latin(plain) else "?"


def _latin(letter: str) -> bool:
    return letter.isprintable() and letter.encode("latin-1", "ignore") != b""


def _is_leftward(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in ("R", "AL")


@cache
def _letters(font: Path) -> frozenset[int]:
    """The code points that a font has a shape for."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(font, lazy=True) as opened:
        return frozenset(opened.getBestCmap())
