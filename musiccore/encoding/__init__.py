"""The encodings, by name."""

from typing import Any

from musiccore.encoding.base import Encoded, Encoding, EncodingError, Field, Rows
from musiccore.encoding.book import BookEncoding
from musiccore.encoding.grammar import Grammar
from musiccore.encoding.notes import NotesEncoding

ENCODINGS: dict[str, type[Encoding]] = {e.name: e for e in (NotesEncoding, BookEncoding)}


def encoding_from_json(data: dict[str, Any]) -> Encoding:
    """The encoding that `Encoding.to_json` described, whichever it is."""
    return ENCODINGS[data["encoding"]].from_json(data)


__all__ = [
    "ENCODINGS",
    "BookEncoding",
    "Encoded",
    "Encoding",
    "EncodingError",
    "Field",
    "Grammar",
    "NotesEncoding",
    "Rows",
    "encoding_from_json",
]
