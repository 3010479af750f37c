"""How much of what a network says now depends on notes that lie far back: the size of the gradient
through time, by which learning has to reach them.

Where it shrinks from note to note, what lies far back cannot be learned (Bengio, Simard and
Frasconi, Learning long-term dependencies with gradient descent is difficult, 1994; Pascanu,
Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.cells import CELLS, Array, State
from models.data import Corpus
from models.forward import Forward
from models.learn.backward import BACKWARD

STREAMS = 6
"""Passages that are read side by side."""
PROBES = 4
"""Random directions of the answer for each passage."""
ANSWERS = 400
"""Notes that are foretold to measure what forgetting costs."""
LEAD = 32
"""Notes that are read before the first that counts."""


@dataclass(frozen=True, eq=False)
class Passages:
    """Music to read side by side: `rows` (T, fields, B), `position` (T, B)."""

    rows: NDArray[np.int32]
    position: NDArray[np.int32]


def passages(corpus: Corpus, notes: int, streams: int = STREAMS) -> Passages:
    """`streams` passages of so many rows, evenly from the pieces laid end to end; from the
    beginning again where there is too little."""
    rows = np.concatenate([piece.rows for piece in corpus.pieces])
    position = np.concatenate([piece.position for piece in corpus.pieces])
    first = np.linspace(0, max(0, len(rows) - notes), streams).astype(int)
    at = (first + np.arange(notes)[:, None]) % len(rows)  # (T, B)
    return Passages(rows[at].swapaxes(1, 2), position[at])


def influence(
    forward: Forward, music: Passages, steps: int, probes: int = PROBES, seed: int = 0
) -> NDArray[np.float64]:
    """How strongly the trunk's output after the last row depends on the row k before it, for k
    from 0 to `steps` (steps + 1,).

    It is the root mean square, over passages, of the size (Frobenius norm) of the Jacobian
    d output / d input, the input being what enters the first layer. The norm is estimated without
    bias from random directions v, since E |v J|^2 = |J|^2 for v of unit normal numbers (Hutchinson
    1990). `music` has more than `steps` rows.
    """
    rng = np.random.default_rng([seed, 13])
    shape = (probes, music.position.shape[1], _width(forward))
    asked = rng.normal(size=shape).astype(np.float32)
    squares = [(g.astype(np.float64) ** 2).sum(-1).mean() for g in pulled(forward, music, asked)]
    return np.sqrt(squares[: steps + 1])


def pulled(forward: Forward, music: Passages, asked: Array) -> Iterator[Array]:
    """The gradient of `asked` . output after the last row, with respect to the input of the last
    row, of the row before, and so on: each (..., B, in) for `asked` (..., B, H)."""
    layers = forward.layers
    later: list[State | None] = [None] * len(layers)  # what comes back from the step after
    for moment in reversed(read(forward, music)):
        grad = np.zeros_like(asked) if any(later) else asked
        for i, (layer, (projected, state)) in reversed(
            list(enumerate(zip(layers, moment, strict=True)))
        ):
            if layer.cell is not None:
                h, *memory = later[i] or tuple(np.zeros_like(s) for s in state)
                back = BACKWARD[layer.kind]
                grad, later[i] = back((h + grad, *memory), projected, state, layer.cell)
            grad = grad @ layer.kernel.T
        yield grad


def loss_with(
    forward: Forward, corpus: Corpus, notes: int, longest: int, answers: int = ANSWERS
) -> float:
    """Nats a row where the network has read no more than the `notes` rows before it, on `answers`
    rows spread evenly over the corpus. Rows with fewer than `longest` before them in their piece
    are never asked for, so that every choice of `notes` up to `longest` has the same to answer.
    """
    places = [
        (p, t) for p, piece in enumerate(corpus.pieces) for t in range(longest, len(piece.rows))
    ]
    if not places:
        return float("nan")
    chosen = [places[i] for i in np.linspace(0, len(places) - 1, answers).astype(int)]
    states, trunk = forward.start(len(chosen)), None
    for back in range(notes, 0, -1):
        row = np.stack([corpus.pieces[p].rows[t - back] for p, t in chosen], axis=1)
        place = np.array([corpus.pieces[p].position[t - back] for p, t in chosen])
        trunk, states, _ = forward.step(row, place, states)
    assert trunk is not None
    came = np.stack([corpus.pieces[p].rows[t] for p, t in chosen])  # (answers, fields)
    hidden = forward.hidden(trunk)
    nats = np.zeros(came.shape)
    for field in range(came.shape[1]):
        logits = forward.logits(field, trunk, hidden, came.T).astype(np.float64)
        logits -= logits.max(axis=-1, keepdims=True)
        right = np.take_along_axis(logits, came[:, field, None], axis=-1)[:, 0]
        nats[:, field] = np.log(np.exp(logits).sum(axis=-1)) - right
    return float(np.where(forward.encoding.counts(came), nats, 0).sum(axis=1).mean())


Moment = list[tuple[Array, State]]
"""Of each layer what came in, projected, and the state before; no state in a dense layer."""


def read(forward: Forward, music: Passages) -> list[Moment]:
    """What every step was made of, row by row, from a state of zeros."""
    states = list(forward.start(music.position.shape[1]))
    made = []
    for row, position in zip(music.rows, music.position, strict=True):
        out = projected = forward.project(row, position)
        moment: Moment = []
        number = 0
        for i, layer in enumerate(forward.layers):
            if i:
                projected = out @ layer.kernel + layer.bias
            out = projected
            before: State = ()
            if layer.cell is not None:
                before = states[number]
                states[number], _ = CELLS[layer.kind].step(projected, before, layer.cell)
                out = states[number][0]
                number += 1
            moment.append((projected, before))
        made.append(moment)
    return made


def _width(forward: Forward) -> int:
    last = forward.layers[-1]
    return last.cell.units if last.cell else len(last.bias)
