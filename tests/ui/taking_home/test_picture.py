"""The picture of the roll: notes where they belong, in their colours."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from musiccore.piece import DRUMS, Piece, Track
from ui.pianoroll import roll
from ui.taking_home.picture import MOST_LINES, WIDTH, _Page, palette, roll_png

PIECE = Piece(
    "three parts",
    (
        Track.of([(0, 2, 60, 127), (8, 4, 72, 127)], 0),
        Track.of([(4, 2, 48, 127)], 40),
        Track.of([(6, 0.25, 55, 127)], DRUMS),
    ),
)
PART = {60: 0, 72: 0, 48: 1, 55: 2}


def pixels(png: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(png))
    image.load()
    assert (image.format, image.mode, image.width) == ("PNG", "RGB", WIDTH)
    return np.asarray(image)


def page(piece: Piece) -> _Page:
    return _Page(roll(piece), piece.seconds, 1)


def test_every_note_has_its_colour_at_its_place() -> None:
    picture, where = pixels(roll_png(PIECE)), page(PIECE)
    for track in PIECE.tracks:
        for onset, duration, pitch in zip(track.onset, track.duration, track.pitch, strict=True):
            middle = PIECE.to_seconds(onset + (0 if track.is_drums else duration / 2))
            x, y = where.x(middle, 0), where.y(int(pitch), 0) + 5
            assert tuple(picture[y, x]) == palette()[PART[int(pitch)]]
    # Nothing sounds there.
    x, y = where.x(PIECE.to_seconds(7.5), 0), where.y(60, 0) + 5
    assert picture[y, x].min() > 200


def test_what_was_given_is_grey() -> None:
    picture, where = pixels(roll_png(PIECE, generated_from=4.0)), page(PIECE)
    given = picture[where.y(60, 0) + 5, where.x(PIECE.to_seconds(1.0), 0)].astype(int)
    made = picture[where.y(48, 0) + 5, where.x(PIECE.to_seconds(5.0), 0)]
    assert np.ptp(given) < 20
    assert tuple(made) == palette()[1]


def test_there_are_bar_lines() -> None:
    picture, where = pixels(roll_png(PIECE)), page(PIECE)
    column = picture[where.top(0) + 1 : where.top(0) + where.tall, where.x(2.0, 0)]
    beside = picture[where.top(0) + 1 : where.top(0) + where.tall, where.x(2.0, 0) + 5]
    assert column.mean() < beside.mean()


def test_long_music_takes_more_lines_up_to_a_bound() -> None:
    def long(quarters: int) -> Piece:
        return Piece("long", (Track.of([(0, 1, 60, 90), (quarters - 1, 1, 61, 90)]),))

    heights = [pixels(roll_png(long(quarters))).shape[0] for quarters in (40, 120, 600, 1800)]
    assert heights[0] < heights[1] < heights[2] == heights[3]
    assert heights[3] < MOST_LINES * 700


@pytest.mark.parametrize("name", ["Größe – 日本", "", "x" * 300])
def test_any_name_can_be_drawn(name: str) -> None:
    piece = Piece(name, (Track.of([(0, 1, 0, 1), (0, 1, 127, 127)], 0, name),))
    assert roll_png(piece) == roll_png(piece)
