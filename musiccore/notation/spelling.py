"""How a pitch is written in a key: letter and accidental, by its place on the line of fifths."""

from __future__ import annotations

from typing import NamedTuple

from musiccore.piece import Key

# The letters from F up in fifths: F C G D A E B, F at -1 as seen from C.
_LETTERS = "FCGDAEB"
_PITCH_CLASS = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
# How far below the key's own first letter the twelve usual spellings begin: in major keys a
# raised fourth and fifth and a lowered third and seventh occur, in minor ones raised degrees.
_FLATWARD = {False: 3, True: 2}


class Spelled(NamedTuple):
    """A letter, semitones up (sharps) or down, and the octave of the letter (4 from middle C)."""

    step: str
    alter: int
    octave: int


def spelled(pitch: int, key: Key) -> Spelled:
    """MIDI pitch 0-127 as it is usually written in this key."""
    lowest = key.sharps - _FLATWARD[key.minor]
    # A fifth is 7 semitones, and 7 is its own inverse among the twelve.
    fifths = lowest + (pitch * 7 - lowest) % 12
    step = _LETTERS[(fifths + 1) % 7]
    alter = (fifths + 1) // 7
    return Spelled(step, alter, (pitch - alter - _PITCH_CLASS[step]) // 12 - 1)


def signature(key: Key) -> dict[str, int]:
    """Letter -> semitones that the key signature raises (or lowers) it by; others not at all."""
    if key.sharps >= 0:
        return dict.fromkeys(_LETTERS[: key.sharps], 1)
    return dict.fromkeys(_LETTERS[key.sharps :], -1)
