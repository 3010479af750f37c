"""What is left to learn from, in numbers and in words of warning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from models.config import PRESETS
from musiccore.piece import Piece

LITTLE = 5_000
"""Notes below which a network mostly learns by heart: one chorale has about 200."""

MOST = 0.5
"""The share of all notes beyond which one piece is most of the music."""

_TRAINING = next(iter(PRESETS.values())).training


class Remainder(NamedTuple):
    """What remains of a corpus: pieces, notes, sequences an epoch; the largest piece's name and
    its share of the notes."""

    pieces: int
    notes: int
    sequences: int
    largest: str
    share: float


def remainder(pieces: Sequence[Piece]) -> Remainder:
    """How much music this is. A sequence is as long as the default preset unrolls."""
    notes = sum(map(len, pieces))
    sequences = -(-notes // _TRAINING.sequence_length)
    if not pieces:
        return Remainder(0, 0, 0, "", 0.0)
    largest = max(pieces, key=len)
    return Remainder(len(pieces), notes, sequences, largest.name, len(largest) / max(notes, 1))


def remainder_words(of: Remainder, all_pieces: int) -> str:
    """What remains, in one sentence."""
    pieces = f"{of.pieces:,} of {all_pieces:,} piece{'s' * (all_pieces != 1)}"
    return (
        f"The network learns from {pieces}: {of.notes:,} note{'s' * (of.notes != 1)}, "
        f"{of.sequences:,} training sequence{'s' * (of.sequences != 1)} of "
        f"{_TRAINING.sequence_length} notes an epoch."
    )


def warnings(of: Remainder) -> list[str]:
    """What a visitor should know before training on this, in sentences; file names as they are."""
    if not of.notes:
        return ["Nothing is left to learn from. Tick more pieces, or choose more instruments."]
    found = []
    if of.notes < LITTLE:
        found.append(
            f"{of.notes:,} notes are little: a network will mostly learn them by heart. "
            f"Bring more music, {LITTLE:,} notes or more, or let Train transpose it."
        )
    if of.pieces == 1:
        found.append(
            "This is one piece only: none is left over to measure on what the network has learned."
        )
    elif of.share > MOST:
        found.append(
            f"Most of this is one piece: {of.share:.0%} of the notes are from "
            f"{of.largest}. The network will mostly learn that one."
        )
    return found
