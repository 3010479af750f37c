"""What a network foretells about real music, note by note: logits, probabilities, loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.cells import Array
from models.data import inputs_of
from models.forward import Forward
from musiccore.encoding import Encoded, Rows


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float64]:
    """exp(logit / temperature) over their sum, along the last axis; nothing overflows."""
    heated = np.asarray(logits, np.float64) / temperature
    odds = np.exp(heated - heated.max(axis=-1, keepdims=True))
    found: NDArray[np.float64] = odds / odds.sum(axis=-1, keepdims=True)
    return found


def cross_entropy(probabilities: NDArray[np.floating], came: int) -> float:
    """Categorical cross-entropy in nats of one answer: -log of the probability of what came."""
    return float(-np.log(probabilities[came]))


def perplexity(nats: float) -> float:
    """Among how many equally likely answers one would waver with this loss."""
    return float(np.exp(nats))


@dataclass(frozen=True, eq=False)
class Foretold:
    """What a network held likely before each row of a passage.

    `logits` of each field (K, size), each given the true fields before it; `rows` (K, fields) what
    came; `counts` (K, fields) which of it means something; `first` the row they begin with.
    """

    logits: tuple[Array, ...]
    rows: Rows
    counts: NDArray[np.bool_]
    first: int

    @property
    def nats(self) -> NDArray[np.float64]:
        """The loss of every choice (K, fields), 0 where there was nothing to choose."""
        found = [
            -np.log(np.take_along_axis(softmax(of), came[:, None], axis=-1)[:, 0])
            for of, came in zip(self.logits, self.rows.T, strict=True)
        ]
        return np.where(self.counts, np.stack(found, axis=1), 0)


def foretold(forward: Forward, piece: Encoded, window: int | None = None) -> Foretold:
    """What the network foretells about `piece`, from its beginning.

    With a `window` the network sees so many rows afresh for each one, and is asked where there are
    as many. Without, it carries its state on from a start row. Nothing illegal is left out: that is
    how losses are counted while a network learns.
    """
    if window is None:
        first, trunk = 0, carried(forward, piece)
    else:
        first, trunk = window, _windows(forward, piece, window)
    return of_trunk(forward, trunk, piece.rows[first:], first)


def of_trunk(forward: Forward, trunk: Array, rows: Rows, first: int = 0) -> Foretold:
    """What is foretold of `rows` (K, fields) by a trunk that gives (K, H) before each."""
    hidden = forward.hidden(trunk)
    fields = range(rows.shape[1])
    logits = tuple(forward.logits(field, trunk, hidden, rows.T) for field in fields)
    logits = tuple(np.broadcast_to(of, (len(rows), of.shape[-1])) for of in logits)
    return Foretold(logits, rows, forward.encoding.counts(rows), first)


def carried(forward: Forward, piece: Encoded, forget_every: int | None = None) -> Array:
    """The trunk's output (T, H) before each row. The state begins at zeros, and with
    `forget_every` is put back to zeros after so many rows."""
    inputs = inputs_of(forward.encoding, piece)
    states = forward.start()
    found = []
    for i, (row, position) in enumerate(zip(inputs.rows, inputs.position, strict=True)):
        if forget_every and i % forget_every == 0:
            states = forward.start()
        trunk, states, _ = forward.step(row, int(position), states)
        found.append(trunk)
    return np.stack(found)


def _windows(forward: Forward, piece: Encoded, window: int) -> Array:
    at = np.arange(len(piece.rows) - window)
    states = forward.start(len(at))
    for t in range(window):
        trunk, states, _ = forward.step(piece.rows[at + t].T, piece.position[at + t], states)
    return trunk
