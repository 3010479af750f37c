"""Common names of chords, `major triad` for `0.4.7`, from music21's tables of pitch-class sets."""

from __future__ import annotations

from functools import cache


@cache
def common_name(token: str) -> str:
    """The common name of a chord's token, its normal order: `2.5.9` -> `minor triad`.

    As music21's `Chord.commonName`, which also looks at the spelling, that no token has, and takes
    up to 80 ms. Sets without a name are called by their Forte class.
    """
    order = [int(number) for number in token.split(".")]
    return _names()[tuple((number - order[0]) % 12 for number in order)]


@cache
def _names() -> dict[tuple[int, ...], str]:
    """Normal order moved to begin at 0 -> name, for all 351 sets that are left by that."""
    from music21.chord import tables  # takes half a second, so only where chords are to be named

    names = {}
    for size in range(1, 13):
        for index in range(1, len(tables.FORTE[size])):
            for inversion in tables.forteIndexToInversionsAvailable(size, index):
                address = (size, index, inversion)
                known = tables.addressToCommonNames(address) or ()
                # Intervals are first listed by their class: `interval class 3`, `minor third`, ...
                usual = [name for name in known if not name.startswith("interval class")]
                order = tuple(tables.addressToTransposedNormalForm(address))
                names[order] = usual[0] if usual else f"Forte class {_forte(address)}"
    return names


def _forte(address: tuple[int, int, int]) -> str:
    from music21.chord import tables

    return str(tables.addressToForteName(address))
