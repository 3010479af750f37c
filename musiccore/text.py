"""Names out of MIDI files made readable: most are not in the code page that they should be."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

REPLACEMENT = "\ufffd"
"""Stands where bytes were no UTF-8."""

_TRACK_NAME = re.compile(rb"\xff\x03([\x01-\x7f])")
_LONGEST = 80
_RUSSIAN = frozenset(map(chr, range(0x410, 0x450))) | frozenset("Ёё")


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
    return _decoded(raw, _TEXT_PAGES) or raw.decode("latin-1")


def packed_name(raw: bytes) -> str:
    """The path of a file in an archive that does not say in which code page it is.

    The archive's format knows code page 437 alone; programs write what their computer uses.
    """
    return "/".join(map(_packed_part, raw.split(b"/")))


def _packed_part(raw: bytes) -> str:
    stem, dot, suffix = raw.rpartition(b".")
    # ".mid" would count as Latin letters.
    shown = _decoded(stem if dot else raw, _PACKED_PAGES)
    if shown is None:
        return raw.decode("cp437")
    return shown + (dot + suffix).decode("cp437") if dot else shown


def _decoded(raw: bytes, pages: _Pages) -> str | None:
    for looks_like, page in pages:
        try:
            text = raw.decode(page)
        except UnicodeDecodeError:
            continue
        if looks_like(text):
            return text
    return None


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


def _all_japanese(text: str) -> bool:
    # With its punctuation and full-width letters; half-width kana are Russian in another page.
    return _japanese(text) and all(
        c.isascii()
        or "\u3000" <= c <= "\u30ff"
        or "\u4e00" <= c <= "\u9fff"
        or "\uff01" <= c <= "\uff5e"
        for c in text
    )


def _cyrillic(text: str) -> bool:
    # In Russian words nearly every letter is beyond ASCII; in Latin ones an accent here and there.
    return sum("\u0400" <= c <= "\u04ff" for c in text) > max(2, _latin(text))


def _all_cyrillic(text: str) -> bool:
    return _cyrillic(text) and all(c.isascii() or c in _RUSSIAN for c in text)


def _western(text: str) -> bool:
    return all(c.isascii() or "\u00c0" <= c <= "\u017f" for c in text)


def _latin(text: str) -> int:
    return sum(c.isascii() and c.isalpha() for c in text)


_Pages = tuple[tuple[Callable[[str], bool], str], ...]

_TEXT_PAGES: _Pages = (
    (_any, "utf-8"),
    (_japanese, "cp932"),
    (_cyrillic, "cp1251"),
    (_any, "cp1252"),
)
# Archives are made on the command line as well, where Windows has other pages.
_PACKED_PAGES: _Pages = (
    (_any, "utf-8"),
    (_all_japanese, "cp932"),
    (_all_cyrillic, "cp866"),
    (_all_cyrillic, "cp1251"),
    (_western, "cp437"),
    (_western, "cp1252"),
)
