"""Names out of MIDI files made readable: most are not in the code page that they should be."""

from __future__ import annotations

import re
from functools import lru_cache

REPLACEMENT = "\ufffd"
"""Stands where bytes were no UTF-8."""

_TRACK_NAME = re.compile(rb"\xff\x03([\x01-\x7f])")
_LONGEST = 80


@lru_cache(maxsize=1024)
def tidy(name: str) -> str:
    """The name on one line, without control characters, at most 80 characters."""
    if not name.isprintable():
        name = "".join(c if c.isprintable() else " " for c in name)
    elif len(name) <= _LONGEST:
        return name.strip()
    return " ".join(name.split())[:_LONGEST]


def printable(name: str) -> str:
    """The name with every character that no screen can show replaced: controls and lone halves."""
    if name.isprintable():
        return name
    return "".join(c if c.isprintable() else REPLACEMENT for c in name)


def readable(raw: bytes) -> str:
    """Text of an unknown code page, by the first of the usual ones that it looks like."""
    for looks_like, page in (
        (_any, "utf-8"),
        (_japanese, "cp932"),
        (_cyrillic, "cp1251"),
        (_any, "cp1252"),
    ):
        try:
            text = raw.decode(page)
        except UnicodeDecodeError:
            continue
        if looks_like(text):
            return text
    return raw.decode("latin-1")


def track_names(data: bytes) -> dict[str, str]:
    """Every track name of a MIDI file as a parser that knows only UTF-8 has it -> readable."""
    names = {}
    for match in _TRACK_NAME.finditer(data):
        raw = data[match.end() : match.end() + match[1][0]]
        names[raw.decode("utf-8", "replace")] = readable(raw)
    return names


def _any(text: str) -> bool:
    return True


def _japanese(text: str) -> bool:
    # Half-width kana are left out: they are what accented Latin letters turn into.
    return sum("\u3040" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff" for c in text) > _latin(text)


def _cyrillic(text: str) -> bool:
    # In Russian words nearly every letter is beyond ASCII; in Latin ones an accent here and there.
    return sum("\u0400" <= c <= "\u04ff" for c in text) > max(2, _latin(text))


def _latin(text: str) -> int:
    return sum(c.isascii() and c.isalpha() for c in text)
