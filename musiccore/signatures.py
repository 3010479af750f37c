"""What bytes are that claim to be MIDI and are not: told by how they begin."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A sort of file: what to call it in a sentence, and what its owner can do."""

    words: str
    remedy: str


_UNPACK = "Unpack it and bring the MIDI files in it."
_AGAIN = "Download the MIDI file itself, not the page about it."
_RECORDING = "Gruve learns from MIDI, not from recordings; look for a MIDI version of it."
_EXPORT = "Open it in the program that made it and export it as MIDI."
_OTHER = "Choose a MIDI file (.mid, .midi, .kar, .rmi)."

ZIP = Kind("a ZIP archive", _UNPACK)
_WEB_PAGE = Kind("a web page", _AGAIN)
_TEXT = Kind("a text file", _OTHER)
UNKNOWN = Kind("something else", _OTHER)

_BEGINNINGS: dict[bytes, Kind] = {
    b"PK\x03\x04": ZIP,
    b"PK\x05\x06": ZIP,
    b"Rar!": Kind("a RAR archive", _UNPACK),
    b"7z\xbc\xaf\x27\x1c": Kind("a 7z archive", _UNPACK),
    b"\x1f\x8b": Kind("a gzip archive", _UNPACK),
    b"BZh": Kind("a bzip2 archive", _UNPACK),
    b"\xfd7zXZ": Kind("an xz archive", _UNPACK),
    b"ID3": Kind("an MP3 recording", _RECORDING),
    b"\xff\xfb": Kind("an MP3 recording", _RECORDING),
    b"\xff\xf3": Kind("an MP3 recording", _RECORDING),
    b"\xff\xf2": Kind("an MP3 recording", _RECORDING),
    b"OggS": Kind("an Ogg recording", _RECORDING),
    b"fLaC": Kind("a FLAC recording", _RECORDING),
    b"FORM": Kind("an AIFF recording", _RECORDING),
    b"\x89PNG": Kind("a PNG picture", _OTHER),
    b"\xff\xd8\xff": Kind("a JPEG picture", _OTHER),
    b"GIF8": Kind("a GIF picture", _OTHER),
    b"%PDF": Kind("a PDF document", _OTHER),
    b"MZ": Kind("a Windows program", _OTHER),
    b"\x7fELF": Kind("a Linux program", _OTHER),
    b"\x18FICHIER GUITAR PRO": Kind("a Guitar Pro score", _EXPORT),
}

# Text that says what it is; compared in lower case, after white space and a byte-order mark.
_TEXT_BEGINNINGS: dict[bytes, Kind] = {
    b"<!doctype html": _WEB_PAGE,
    b"<html": _WEB_PAGE,
    b"<head": _WEB_PAGE,
    b"<?xml": Kind("an XML document", _EXPORT),
    b"{\\rtf": Kind("a text document", _OTHER),
}

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 4096
_NOT_IN_TEXT = frozenset(range(32)) - set(b"\t\n\r\f\x1b")


def kind_of(data: bytes) -> Kind | None:
    """What the bytes are, if not MIDI and told by their beginning; None where nothing is known."""
    for beginning, kind in _BEGINNINGS.items():
        if data.startswith(beginning):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return Kind("a WAV recording", _RECORDING)
    if data[4:8] == b"ftyp":
        return Kind("an MP4 recording", _RECORDING)
    return _text_kind(data[:_LOOKED_AT])


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a ZIP archive does."""
    return kind_of(data[:8]) is ZIP


def _text_kind(start: bytes) -> Kind | None:
    for mark in _BYTE_ORDER_MARKS:
        start = start.removeprefix(mark)
    opening = start.lstrip().lower()
    for beginning, kind in _TEXT_BEGINNINGS.items():
        if opening.startswith(beginning):
            return kind
    if b"MThd" in start or not opening or _NOT_IN_TEXT.intersection(start):
        return None
    ascii_bytes = sum(byte < 128 for byte in start)
    return _TEXT if 2 * ascii_bytes > len(start) else None
