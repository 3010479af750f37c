"""Which units of a network react to what happens in the music: measured, and held against chance.

How strongly a unit reacts to something is the share of its activation's variance that lies between
the groups of notes, eta squared (Pearson 1905; R. A. Fisher's correlation ratio): 0 says that the
unit is the same on every beat, 1 that the beat says all about it.

With hundreds of units one will always seem to react. So the labels are dealt out again many times,
and only what exceeds the strongest unit of 95 in 100 such deals is more than chance (the maximum
over all units at once: Westfall and Young, Resampling-Based Multiple Testing, 1993). Labels and
activations both change slowly, so labels are dealt in blocks of random length that keep what is
next to each other (as in Politis and Romano, The Stationary Bootstrap, 1994).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.cells import Array
from models.config import RECURRENT
from models.data import Corpus, start_row
from models.evaluation import Sample
from models.forward import Forward
from musiccore.encoding import Encoded
from musiccore.labels import Labels, labels

MEASURED = Sample(rows_a_piece=300, rows=3000)
"""The music that reactions are measured on."""

DEALS = 100
"""How often labels are dealt out again."""

BLOCK = 64
"""Rows of a block on average: more than a bar or two, so that what is next to each other stays."""

_SURE = 0.95
_DEALS_AT_ONCE = 10


class Unit(NamedTuple):
    """A unit by its recurrent layer and its place there, both from 0."""

    layer: int
    number: int


@dataclass(frozen=True, eq=False)
class Reaction:
    """How every unit (U,) reacts to one thing.

    `share` (U,) is eta squared, `chance` what it has to exceed, `means` (groups, U) the mean
    activation in each group, `rows` (groups,) how many notes are in it.
    """

    groups: tuple[str, ...]
    rows: NDArray[np.int64]
    means: Array
    share: Array
    chance: float

    @property
    def strongest(self) -> NDArray[np.int64]:
        """The units that react more than chance would have it, the strongest first."""
        order = np.argsort(-self.share, kind="stable")
        return order[self.share[order] > self.chance]


@dataclass(frozen=True, eq=False)
class Reactions:
    """`found` by the names of `musiccore.labels.FEATURES`, measured on `rows` rows of `pieces`
    pieces; `layers` says how many units each recurrent layer has, bottom first."""

    pieces: int
    rows: int
    layers: tuple[int, ...]
    found: Mapping[str, Reaction]

    def unit(self, index: int) -> Unit:
        """The unit that stands at this place of `Reaction.share`."""
        layer = int(np.searchsorted(np.cumsum(self.layers), index, side="right"))
        return Unit(layer, index - sum(self.layers[:layer]))

    def share(self, feature: str, layer: int) -> Array:
        """`Reaction.share` of the units of one layer."""
        begin = sum(self.layers[:layer])
        return self.found[feature].share[begin : begin + self.layers[layer]]


def reactions(
    forward: Forward, corpus: Corpus, window: int | None = None, deals: int = DEALS, seed: int = 0
) -> Reactions:
    """Measure the units of every recurrent layer on the beginning of a corpus.

    A network that answers every step reads each piece from its start; one that answers windows
    reads it `window` rows at a time, each from a state of zeros.
    """
    pieces = list(MEASURED.of(corpus))
    read = pieces if window is None else [part for p in pieces for part in _parts(p, window)]
    states = _states(forward, read, begins=window is None)
    rng = np.random.default_rng([seed, 11])
    said = labels(forward.encoding, pieces)
    return Reactions(
        pieces=len(pieces),
        rows=len(states),
        layers=tuple(y.units for y in forward.config.layers if y.kind in RECURRENT),
        found={name: reaction(states, of, deals, rng) for name, of in said.items()},
    )


def reaction(states: Array, said: Labels, deals: int, rng: np.random.Generator) -> Reaction:
    """How the units react to one thing: states (N, U), labels (N,)."""
    there = said.of >= 0
    of, groups = said.of[there], len(said.groups)
    activation = states[there]
    spread = activation - activation.mean(axis=0)
    deviation = spread.std(axis=0)
    steady = deviation < 1e-6  # a unit that never moves reacts to nothing
    spread = np.where(steady, 0, spread / np.where(steady, 1, deviation)).astype(np.float32)
    rows = np.bincount(of, minlength=groups)
    highest: list[float] = []
    for first in range(0, deals, _DEALS_AT_ONCE):
        dealt = [_dealt(of, rng) for _ in range(min(_DEALS_AT_ONCE, deals - first))]
        highest += _shares(spread, np.stack(dealt), rows).max(axis=1).tolist()
    share = _shares(spread, of[None], rows)[0]
    means = np.stack([activation[of == group].mean(axis=0) for group in range(groups)])
    return Reaction(said.groups, rows, means, share, float(np.quantile(highest, _SURE)))


def _shares(spread: Array, of: NDArray[np.int64], rows: NDArray[np.int64]) -> Array:
    """Eta squared (deals, U) of standardized activations (n, U) under labels (deals, n)."""
    groups = len(rows)
    inside = (of[:, None, :] == np.arange(groups)[None, :, None]).astype(np.float32)
    sums = inside.reshape(-1, of.shape[1]) @ spread  # (deals * groups, U)
    between = sums.reshape(len(of), groups, -1) ** 2 / rows[None, :, None]
    return (between.sum(axis=1) / of.shape[1]).astype(np.float32)


def _dealt(of: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """The labels, cut into blocks of random length that are laid in another order."""
    cuts = np.flatnonzero(rng.random(len(of)) < 1 / BLOCK)
    blocks = np.split(of, cuts[cuts > 0])
    return np.concatenate([blocks[i] for i in rng.permutation(len(blocks))])


def _parts(piece: Encoded, window: int) -> list[Encoded]:
    return [
        Encoded(piece.rows[i : i + window], piece.position[i : i + window])
        for i in range(0, len(piece.rows), window)
    ]


def _states(forward: Forward, pieces: Sequence[Encoded], begins: bool) -> Array:
    """The outputs of all recurrent layers side by side (N, U) after each row of each piece; all
    pieces at once. `begins`: a start row says so."""
    width, steps = len(pieces), max(len(p.rows) for p in pieces)
    rows = np.zeros((steps, len(forward.encoding.fields), width), np.int32)
    position = np.zeros((steps, width), np.int32)
    for i, piece in enumerate(pieces):
        rows[: len(piece.rows), :, i] = piece.rows
        position[: len(piece.rows), i] = piece.position
    states = forward.start(width)
    if begins:
        start = start_row(forward.encoding)[:, None].repeat(width, axis=1)
        _, states, _ = forward.step(start, np.zeros(width, np.int32), states)
    seen = []
    for row, place in zip(rows, position, strict=True):
        _, states, _ = forward.step(row, place, states)
        seen.append(np.concatenate([state[0] for state in states], axis=-1))
    whole = np.stack(seen, axis=1)  # (pieces, steps, U)
    return np.concatenate([whole[i, : len(p.rows)] for i, p in enumerate(pieces)])
