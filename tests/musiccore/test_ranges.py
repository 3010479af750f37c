"""The ranges of the instruments."""

import pytest

from musiccore.instruments import NAMES
from musiccore.ranges import RANGES


def test_every_instrument_has_a_range_of_an_octave_or_more() -> None:
    assert len(RANGES) == len(NAMES)
    assert all(0 <= low < low + 12 <= high <= 127 for low, high in RANGES)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("Acoustic Grand Piano", 21, 108),  # 88 keys
        ("Violin", 55, 103),  # its lowest string is G3
        ("Cello", 36, 84),  # C2
        ("Flute", 59, 98),  # B3
        ("Tuba", 26, 65),
        ("Nylon Guitar", 40, 88),  # E2
        ("Square Lead", 0, 127),
        ("Drums", 27, 87),  # the keys of General MIDI 2
    ],
)
def test_ranges_stand_where_their_instruments_do(name: str, low: int, high: int) -> None:
    assert RANGES[NAMES.index(name)] == (low, high)
