"""The key of each piece by the algorithm of Krumhansl and Schmuckler, for many pieces at once.

The same as music21's `analyze("key.krumhanslschmuckler")`, which takes 25 ms a piece even of twelve
notes; here 400 pieces take a millisecond. `tests/musiccore/test_keys.py` holds the two together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# How well listeners found each pitch class to fit a key, from its tonic upward. C. L. Krumhansl,
# E. J. Kessler: Tracing the dynamic changes in perceived tonal organization, 1982.
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)

_MAJOR_TONICS = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_MINOR_TONICS = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "G♯", "A", "B♭", "B")

# Of keys that fit equally well music21 takes the one with the highest tonic, minor before major.
_ORDER = [(tonic, minor) for tonic in range(11, -1, -1) for minor in (True, False)]
_PROFILES = np.array([np.roll(MINOR if minor else MAJOR, tonic) for tonic, minor in _ORDER])
_DIGITS = 12  # of a correlation; beyond them only rounding tells two keys apart


class FoundKey(NamedTuple):
    """A key: its tonic's pitch class (0 is C) and mode, and how well it fits.

    `correlation`, up to 1, is between the time that each pitch class sounds and the key's profile.
    """

    tonic: int
    minor: bool
    correlation: float

    @property
    def name(self) -> str:
        """`C major`, `F♯ minor`."""
        tonics = _MINOR_TONICS if self.minor else _MAJOR_TONICS
        return f"{tonics[self.tonic]} {'minor' if self.minor else 'major'}"

    @property
    def sharps(self) -> int:
        """Sharps of its key signature, from -5 (five flats) to 6."""
        relative = (self.tonic + 3 * self.minor) % 12
        return (relative * 7 + 5) % 12 - 5


def find_keys(sounding: NDArray[np.float64]) -> tuple[FoundKey | None, ...]:
    """The key of each piece from how long its pitch classes sound (pieces, 12).

    None where they all sound equally long or not at all: then every key fits as well as another.
    """
    fits = correlations(sounding)
    chosen = np.round(fits, _DIGITS).argmax(axis=1)
    return tuple(
        FoundKey(_ORDER[i][0], _ORDER[i][1], float(row[i])) if row.any() else None
        for i, row in zip(chosen.tolist(), fits, strict=True)
    )


def correlations(sounding: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pearson's correlation of each piece (pieces, 12) with each of the 24 keys, 0 for none."""
    profiles, heard = _centred(_PROFILES), _centred(np.asarray(sounding, np.float64))
    return heard @ profiles.T  # (pieces, 24)


def _centred(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows (n, 12) with mean 0 and length 1; those without differences stay 0."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, length, out=np.zeros_like(rows), where=length > 1e-9)
