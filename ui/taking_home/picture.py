"""The piano roll as a picture to keep: sharp, with bar lines and the names of the instruments."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence

import numpy as np
import streamlit as st
from PIL import Image, ImageColor, ImageDraw, ImageFont

from musiccore.fonts import drawable, font_file
from musiccore.piece import Piece
from ui.pianoroll import Roll, roll, seconds

WIDTH = 2400
"""Pixels across the picture."""

LINE_SECONDS = 30.0
"""Seconds of music on a line of the picture, unless there would be more than `MOST_LINES`."""

MOST_LINES = 6

_MARGIN, _KEYS, _RULER, _TITLE, _LEGEND, _GAP = 40, 60, 34, 76, 64, 30  # pixels
_ROW = 10  # pixels a semitone
_SPARE = 2  # semitones above and below the music
_LEAST_ROWS = 25
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120)  # seconds between two labels
_BLACK = {1, 3, 6, 8, 10}
_SHORTEST = 3  # pixels of a note
_BEFORE = 0.03  # seconds by which a humanized prompt may be late

_FONT = "DejaVuSans"

Colour = tuple[int, int, int]
_PAPER: Colour = (255, 255, 255)
_INK: Colour = (30, 42, 50)
_GIVEN: Colour = (131, 138, 142)  # the ink at 55 percent
_TYPED = str.maketrans({"–": "-", "—": "-", "ß": "ss", "ø": "o", "æ": "ae", "’": "'"})


def roll_png(piece: Piece, generated_from: float = 0.0, title: str = "") -> bytes:
    """The piano roll as PNG, `WIDTH` pixels wide, in as many lines as the music needs.

    Colours and shapes are those of the player in the light theme; what sounds before
    `generated_from` (quarter notes) is grey. The same piece gives the same bytes.
    """
    shown = roll(piece)
    total = max(piece.seconds, 1.0)
    lines = min(max(-(-total // LINE_SECONDS), 1), MOST_LINES)
    page = _Page(shown, total / lines, int(lines))
    picture = Image.new("RGB", (WIDTH, page.height), _PAPER)
    pen = ImageDraw.Draw(picture)
    pen.text((_MARGIN, _MARGIN), _spelled(title or piece.name), _INK, _font(34))
    new = float(seconds(piece, np.array([generated_from]))[0]) - _BEFORE
    colours = palette()
    for line in range(page.lines):
        _draw_ground(pen, page, line)
    for i in range(len(shown.onset)):
        colour = colours[int(shown.part[i]) % len(colours)]
        if shown.onset[i] < new:
            colour = _GIVEN
        _draw_note(pen, page, i, _mixed(colour, 0.4 + 0.6 * int(shown.velocity[i]) / 127))
    _draw_legend(pen, page, colours, given=bool(len(shown.onset) and shown.onset[0] < new))
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def palette() -> list[Colour]:
    """The colours of the parts, in the light theme."""
    names = st.get_option("theme.light.chartCategoricalColors")
    return [ImageColor.getrgb(name)[:3] for name in names]


class _Page:
    """Where seconds and pitches lie: `lines` lines of `span` seconds."""

    def __init__(self, shown: Roll, span: float, lines: int) -> None:
        self.roll, self.span, self.lines = shown, span, lines
        lowest = int(shown.pitch.min(initial=127)) if len(shown.pitch) else 48
        highest = int(shown.pitch.max(initial=0)) if len(shown.pitch) else 72
        spare = max(_SPARE, (_LEAST_ROWS - (highest - lowest)) // 2)
        self.low, self.high = max(lowest - spare, 0), min(highest + spare, 127)
        self.left = _MARGIN + _KEYS
        self.room = WIDTH - self.left - _MARGIN
        self.tall = (self.high - self.low + 1) * _ROW
        self.height = (
            2 * _MARGIN + _TITLE + lines * (_RULER + self.tall) + (lines - 1) * _GAP + _LEGEND
        )

    def top(self, line: int) -> int:
        """Where the highest row of a line begins."""
        return _MARGIN + _TITLE + line * (_RULER + self.tall + _GAP) + _RULER

    def x(self, second: float, line: int) -> int:
        return self.left + round((second - line * self.span) / self.span * self.room)

    def y(self, pitch: int, line: int) -> int:
        return self.top(line) + (self.high - pitch) * _ROW

    @property
    def right(self) -> int:
        return self.left + self.room


def _draw_ground(pen: ImageDraw.ImageDraw, page: _Page, line: int) -> None:
    """Rows of the black keys, octaves, bar lines, time: what lies behind the notes."""
    top, bottom = page.top(line), page.top(line) + page.tall
    for pitch in range(page.low, page.high + 1):
        y = page.y(pitch, line)
        if pitch % 12 in _BLACK:
            pen.rectangle((page.left, y, page.right, y + _ROW - 1), _mixed(_INK, 0.05))
        if pitch % 12 == 0:
            pen.line((page.left, y + _ROW - 1, page.right, y + _ROW - 1), _mixed(_INK, 0.25))
            where = (page.left - 10, y + _ROW // 2)
            pen.text(where, f"C{pitch // 12 - 1}", _mixed(_INK, 0.75), _font(18), "rm")
    begin, end = line * page.span, (line + 1) * page.span
    bars = [bar for bar in page.roll.bars if begin <= bar < end]
    faint = min(max((page.room / (len(bars) + 1) - 6) / 200, 0.0), 0.22)  # fewer, clearer
    for bar in bars:
        x = page.x(bar, line)
        pen.line((x, top, x, bottom), _mixed(_INK, faint))
    step = next((s for s in _STEPS if s / page.span * page.room > 150), 300)
    for second in range(int(-(-begin // step)) * step, int(end) + 1, step):
        x = page.x(second, line)
        if x > page.right - 40:
            continue
        pen.line((x, top - 9, x, top), _mixed(_INK, 0.5))
        label = f"{second // 60}:{second % 60:02d}"
        pen.text((x + 6, top - 18), label, _mixed(_INK, 0.75), _font(18), "lm")
    pen.rectangle((page.left, top, page.right, bottom), outline=_mixed(_INK, 0.35))


def _draw_note(pen: ImageDraw.ImageDraw, page: _Page, i: int, colour: Colour) -> None:
    """One note, on every line that it sounds on; a drum has a place in time, no length."""
    shown = page.roll
    start, length, pitch = float(shown.onset[i]), float(shown.duration[i]), int(shown.pitch[i])
    line = min(int(start // page.span), page.lines - 1)
    if int(shown.part[i]) in shown.drums:
        x, middle, half = page.x(start, line), page.y(pitch, line) + _ROW // 2, _ROW // 2
        corners = ((x, middle - half), (x + half, middle), (x, middle + half), (x - half, middle))
        pen.polygon(corners, colour)
        return
    last = min(int((start + length) // page.span), page.lines - 1)
    for place in range(line, last + 1):
        left = max(page.x(start, place), page.left)
        right = min(page.x(start + length, place) - 2, page.right)
        right = max(right, left + _SHORTEST - 1)
        y = page.y(pitch, place)
        pen.rounded_rectangle((left, y, right, y + _ROW - 2), min(3, (right - left) // 3), colour)


def _draw_legend(
    pen: ImageDraw.ImageDraw, page: _Page, colours: Sequence[Colour], given: bool
) -> None:
    x, y, font = page.left, page.height - _MARGIN - _LEGEND // 2, _font(22)
    parts = [(name, colours[i % len(colours)]) for i, name in enumerate(page.roll.parts)]
    for number, (name, colour) in enumerate([*parts, *([("Given", _GIVEN)] if given else [])]):
        part = _spelled(name)
        if x + 34 + font.getlength(part) > page.right:
            break
        if number in page.roll.drums:
            pen.polygon(((x, y), (x + 11, y - 11), (x + 22, y), (x + 11, y + 11)), colour)
        else:
            pen.rounded_rectangle((x, y - 10, x + 20, y + 10), 4, colour)
        pen.text((x + 32, y), part, _INK, font, "lm")
        x += round(32 + font.getlength(part) + 44)


def _spelled(words: str) -> str:
    """Words in the letters there are: those of DejaVu, else those of Pillow's own font, ASCII."""
    if (font := font_file(_FONT)) is not None:
        return drawable(words, font)
    plain = unicodedata.normalize("NFKD", words.translate(_TYPED))
    return (
        "".join(c for c in plain if not unicodedata.combining(c))
        .encode("ascii", "replace")
        .decode()
    )


def _mixed(colour: Colour, share: float) -> Colour:
    """`share` of a colour on the paper."""
    red, green, blue = (
        round(c * share + p * (1 - share)) for c, p in zip(colour, _PAPER, strict=True)
    )
    return red, green, blue


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    file = font_file(_FONT)
    return ImageFont.load_default(size) if file is None else ImageFont.truetype(file, size)
