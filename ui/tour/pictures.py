"""The tour's pictures: small drawings (SVG) of real numbers, readable on light and on dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from ui.pianoroll import Roll

WIDTH, HEIGHT = 440, 170
"""Of every picture, in the units that it is drawn in."""

_PAD = 8.0
_SIZE = 13  # of letters


def bars(labels: Sequence[str], values: Sequence[float], *, colour: str, ink: str) -> str:
    """A bar for each value, its label under it."""
    width = (WIDTH - 2 * _PAD) / len(values)
    room, most = HEIGHT - 3 * _PAD - _SIZE, max(values)
    parts = []
    for i, (label, value) in enumerate(zip(labels, values, strict=True)):
        left, tall = _PAD + i * width, room * value / most
        parts.append(_box(left + width * 0.1, _PAD + room - tall, width * 0.8, tall, colour))
        parts.append(_text(left + width / 2, HEIGHT - _PAD, label, ink, "middle"))
    return _picture(parts)


def rows(labels: Sequence[str], values: Sequence[float], *, colour: str, ink: str) -> str:
    """A bar to the right for each value, its label above it."""
    height = (HEIGHT - 2 * _PAD) / len(values)
    most = max(values)
    parts = []
    for i, (label, value) in enumerate(zip(labels, values, strict=True)):
        top = _PAD + i * height
        parts.append(_text(_PAD, top + _SIZE, label, ink))
        long = (WIDTH - 2 * _PAD) * value / most
        parts.append(_box(_PAD, top + _SIZE + 6, long, height - _SIZE - 14, colour))
    return _picture(parts)


def curve(values: Sequence[float], first: str, last: str, *, colour: str, ink: str) -> str:
    """A line through the values, with words at its two ends."""
    ys = np.array(values, float)
    low, high = float(ys.min()), float(ys.max())
    room = HEIGHT - 5 * _PAD - 2 * _SIZE
    x = np.linspace(2 * _PAD, WIDTH - 2 * _PAD, len(ys))
    y = 3 * _PAD + _SIZE + room * (high - ys) / max(high - low, 1e-9)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    line = f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="3"/>'
    ends = [
        _text(_PAD, y[0] - _PAD, first, ink),
        _text(WIDTH - _PAD, y[-1] + _SIZE + _PAD, last, ink, "end"),
    ]
    return _picture([line, *ends])


def piano_roll(music: Roll, *, seconds: float, colours: Sequence[str]) -> str:
    """The notes of the first seconds, a colour a part."""
    heard = music.onset < seconds
    pitch = music.pitch[heard].astype(float)
    low, high = float(pitch.min(initial=127)), float(pitch.max(initial=0))
    step = (HEIGHT - 2 * _PAD) / max(high - low + 1, 1)
    scale = (WIDTH - 2 * _PAD) / seconds
    parts = []
    for i in np.flatnonzero(heard):
        left = _PAD + float(music.onset[i]) * scale
        long = min(float(music.duration[i]) * scale, WIDTH - _PAD - left)
        top = _PAD + (high - float(music.pitch[i])) * step
        colour = colours[int(music.part[i]) % len(colours)]
        parts.append(_box(left, top, max(long - 1, 1), max(step - 1, 1.5), colour))
    return _picture(parts)


def heat(values: NDArray[np.floating], *, colour: str) -> str:
    """An array (rows, columns) of 0 to 1 as a map, the more the stronger."""
    tall, wide = values.shape
    height, width = (HEIGHT - 2 * _PAD) / tall, (WIDTH - 2 * _PAD) / wide
    return _picture(
        [
            _box(_PAD + j * width, _PAD + i * height, width, height, colour, float(values[i, j]))
            for i in range(tall)
            for j in range(wide)
        ]
    )


def _picture(parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="{_SIZE}">'
        f"{''.join(parts)}</svg>"
    )


def _box(x: float, y: float, width: float, height: float, colour: str, strength: float = 1) -> str:
    faint = f' opacity="{strength:.2f}"' if strength < 1 else ""
    size = f'width="{width:.1f}" height="{height:.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{colour}"{faint}/>'


def _text(x: float, y: float, text: str, ink: str, anchor: str = "start") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{ink}">{escape(text)}</text>'
