"""The three recurrent cells as the chapters name and draw them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ui.theme import palette


@dataclass(frozen=True)
class Kind:
    """A cell on the screen: `place` is that of its colour in the theme's palette."""

    title: str
    place: int
    dash: str
    symbol: str


KINDS: Mapping[str, Kind] = {
    "rnn": Kind("Plain RNN", 3, "dot", "triangle-up"),
    "gru": Kind("GRU", 0, "solid", "circle"),
    "lstm": Kind("LSTM", 2, "dash", "square"),
}
"""By their names in `models.cells.CELLS`; told apart by colour, by line and by symbol."""

OWN = Kind("Your network", 1, "longdashdot", "diamond")
SHIPPED = Kind("The network of the examples", 1, "longdashdot", "diamond")
"""The network that examples are from."""


def colour(kind: Kind) -> str:
    """Its colour on the visitor's background."""
    return palette()[kind.place]
