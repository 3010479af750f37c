"""A small network that really learns in a second: so that fitting too little and too much can be
seen, epoch by epoch, on the visitor's own melodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.learn.foretelling import softmax
from models.learn.tunes import OCTAVE, STEPS, Steps

Floats = NDArray[np.float64]

CONTEXT = 4
"""Steps that the network sees before the one it foretells."""

MOST_EXAMPLES = 1_000
"""Examples that are learned from, and held-out ones that are measured on, at most."""

_RATE = 0.01
_WEIGHTS = ("in", "hidden", "out", "last")  # kernels and biases by turns


class TooLittleError(ValueError):
    """There is too little music for this; the message is a sentence for the visitor."""


@dataclass(frozen=True, eq=False)
class Examples:
    """`given` (n, CONTEXT x 25) one-hot steps, `answers` (n,) the step that followed, 0 to 24."""

    given: Floats
    answers: NDArray[np.int64]

    @classmethod
    def of(cls, melodies: Sequence[Steps], most: int = MOST_EXAMPLES) -> Examples:
        """The first `most` examples; none reaches from one melody into the next."""
        windows = [
            np.lib.stride_tricks.sliding_window_view(steps + OCTAVE, CONTEXT + 1)
            for steps in melodies
            if len(steps) > CONTEXT
        ]
        seen = np.concatenate([np.zeros((0, CONTEXT + 1), np.int64), *windows])[:most]
        given = np.eye(STEPS)[seen[:, :-1]].reshape(len(seen), CONTEXT * STEPS)
        return cls(given, seen[:, -1])

    def __len__(self) -> int:
        return len(self.answers)


@dataclass(frozen=True, eq=False)
class Learned:
    """Losses in nats a step before learning and after every epoch, (epochs + 1,): on the `training`
    examples, on `held_out` ones; and the share of both that were right at first guess, (2, …)."""

    training: Floats
    held_out: Floats
    right: Floats

    @property
    def best(self) -> int:
        """The epoch with the least held-out loss."""
        return int(self.held_out.argmin())


Weights = dict[str, Floats]


def first_weights(units: int, seed: int) -> Weights:
    """Glorot and Bengio (2010) for the kernels, zeros for the biases."""
    rng = np.random.default_rng(seed)
    shapes = ((CONTEXT * STEPS, units), (units,), (units, STEPS), (STEPS,))
    return {
        name: np.zeros(shape)
        if len(shape) == 1
        else rng.uniform(-1, 1, shape) * np.sqrt(6 / sum(shape))
        for name, shape in zip(_WEIGHTS, shapes, strict=True)
    }


def probabilities(weights: Weights, given: Floats) -> Floats:
    """What the network foretells (n, 25): a tanh layer, then softmax."""
    hidden = np.tanh(given @ weights["in"] + weights["hidden"])
    return softmax(hidden @ weights["out"] + weights["last"])


def loss(weights: Weights, examples: Examples) -> float:
    """Mean cross-entropy in nats."""
    found = probabilities(weights, examples.given)
    return float(-np.log(found[np.arange(len(examples)), examples.answers]).mean())


def gradients(
    weights: Weights, given: Floats, answers: NDArray[np.int64], dropout: Floats | None = None
) -> Weights:
    """Of the mean loss by every weight. `dropout` (n, units) multiplies the hidden layer."""
    hidden = np.tanh(given @ weights["in"] + weights["hidden"])
    kept = hidden if dropout is None else hidden * dropout
    error = softmax(kept @ weights["out"] + weights["last"])
    error[np.arange(len(answers)), answers] -= 1
    error /= len(answers)
    back = error @ weights["out"].T
    back = (back if dropout is None else back * dropout) * (1 - hidden**2)
    return {
        "in": given.T @ back,
        "hidden": back.sum(axis=0),
        "out": kept.T @ error,
        "last": error.sum(axis=0),
    }


def learn(
    training: Examples,
    held_out: Examples,
    *,
    units: int,
    epochs: int,
    batch_size: int,
    dropout: float = 0.0,
    seed: int = 0,
) -> Learned:
    """Learn with Adam, shuffled anew every epoch. Raises `TooLittleError` where there is nothing to
    learn from or to measure on."""
    if len(training) < 2 or len(held_out) < 2:
        raise TooLittleError(
            "This needs two melodies of a few notes: one to learn from and one to measure on. "
            "Choose more music."
        )
    rng = np.random.default_rng([seed, 1])
    weights = first_weights(units, seed)
    mean = {name: np.zeros_like(array) for name, array in weights.items()}
    size = {name: np.zeros_like(array) for name, array in weights.items()}
    measured = [_measured(weights, training, held_out)]
    update = 0
    for _ in range(epochs):
        order = rng.permutation(len(training))
        for first in range(0, len(order), batch_size):
            at = order[first : first + batch_size]
            mask = None
            if dropout:
                mask = (rng.random((len(at), units)) >= dropout) / (1 - dropout)
            found = gradients(weights, training.given[at], training.answers[at], mask)
            update += 1
            rate = _RATE * np.sqrt(1 - 0.999**update) / (1 - 0.9**update)
            for name, gradient in found.items():
                mean[name] += 0.1 * (gradient - mean[name])
                size[name] += 0.001 * (gradient**2 - size[name])
                weights[name] = weights[name] - rate * mean[name] / (np.sqrt(size[name]) + 1e-7)
        measured.append(_measured(weights, training, held_out))
    of = np.array(measured)
    return Learned(of[:, 0], of[:, 1], of[:, 2:].T)


def _measured(weights: Weights, *sets: Examples) -> list[float]:
    """The loss of each set, then the share of each that is right."""
    found = [probabilities(weights, of.given) for of in sets]
    answers = [of.answers for of in sets]
    losses = [
        float(-np.log(p[np.arange(len(a)), a]).mean()) for p, a in zip(found, answers, strict=True)
    ]
    right = [float((p.argmax(axis=1) == a).mean()) for p, a in zip(found, answers, strict=True)]
    return [*losses, *right]
