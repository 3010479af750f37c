"""Two weights learn to foretell the next step of a melody: a loss small enough to be drawn whole.

The network is one softmax layer over the 25 steps from an octave down to an octave up. It is told
two things of each: how large it is, and whether it stays on the same note. The loss is the real
mean cross-entropy over real melodies, and so is its gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.learn.foretelling import softmax
from models.learn.tunes import OCTAVE, STEPS, Steps

Floats = NDArray[np.float64]

CLASSES = np.arange(-OCTAVE, OCTAVE + 1)
FEATURES = np.stack([np.abs(CLASSES), CLASSES == 0], axis=1).astype(np.float64)  # (25, 2)

_EPSILON = 1e-7  # Keras'


@dataclass(frozen=True, eq=False)
class Landscape:
    """The loss over two weights; `shares` (25,) is how often each step occurs."""

    shares: Floats

    @classmethod
    def of(cls, steps: Steps) -> Landscape:
        return cls(np.bincount(steps + OCTAVE, minlength=STEPS) / max(1, len(steps)))

    def loss(self, weights: Floats) -> Floats:
        """Mean cross-entropy in nats of weights (..., 2)."""
        logits = np.asarray(weights) @ FEATURES.T
        top = logits.max(axis=-1, keepdims=True)
        log_total = top[..., 0] + np.log(np.exp(logits - top).sum(axis=-1))
        found: Floats = log_total - logits @ self.shares
        return found

    def gradient(self, weights: Floats) -> Floats:
        """What the loss rises by, per weight (2,): what the layer expects less what occurs."""
        return (softmax(FEATURES @ weights) - self.shares) @ FEATURES

    def curvature(self, weights: Floats) -> Floats:
        """How fast the gradient changes with the weights (2, 2): the Hessian, which for softmax is
        the covariance of what the layer is told, whatever the music."""
        p = softmax(FEATURES @ weights)
        mean = p @ FEATURES
        found: Floats = (FEATURES * p[:, None]).T @ FEATURES - np.outer(mean, mean)
        return found

    def lowest(self) -> Floats:
        """The weights (2,) of the least loss, by Newton's method, which the loss is made for:
        it curves upwards everywhere."""
        weights = np.zeros(2)
        for _ in range(50):
            curvature = self.curvature(weights)
            step = np.linalg.solve(curvature + 1e-6 * np.eye(2), self.gradient(weights))
            weights = weights - np.clip(step, -1, 1)
        return weights


Update = Callable[[Floats, Floats, dict[str, Floats], float, int], Floats]


def _plain(
    weights: Floats, gradient: Floats, memory: dict[str, Floats], rate: float, step: int
) -> Floats:
    return weights - rate * gradient


def _rmsprop(
    weights: Floats, gradient: Floats, memory: dict[str, Floats], rate: float, step: int
) -> Floats:
    size = 0.9 * memory.get("size", np.zeros(2)) + 0.1 * gradient**2
    memory["size"] = size
    return weights - rate * gradient / np.sqrt(size + _EPSILON)


def _adam(
    weights: Floats, gradient: Floats, memory: dict[str, Floats], rate: float, step: int
) -> Floats:
    mean = 0.9 * memory.get("mean", np.zeros(2)) + 0.1 * gradient
    size = 0.999 * memory.get("size", np.zeros(2)) + 0.001 * gradient**2
    memory.update(mean=mean, size=size)
    corrected = rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    return weights - corrected * mean / (np.sqrt(size) + _EPSILON)


@dataclass(frozen=True)
class Way:
    """A way down: its name, its formula in LaTeX, the rates to choose from and one to begin with,
    and the update itself."""

    title: str
    formula: str
    rates: tuple[float, ...]
    usual: float
    update: Update


WAYS: Mapping[str, Way] = {
    "plain": Way(
        "plain gradient descent",
        r"w \leftarrow w - \eta\, g",
        (0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5),
        0.1,
        _plain,
    ),
    "rmsprop": Way(
        "RMSprop",
        r"\begin{aligned} v &\leftarrow 0.9\, v + 0.1\, g^2 \\ "
        r"w &\leftarrow w - \eta\, \frac{g}{\sqrt{v + \varepsilon}} \end{aligned}",
        (0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5),
        0.03,
        _rmsprop,
    ),
    "adam": Way(
        "Adam",
        r"\begin{aligned} m &\leftarrow 0.9\, m + 0.1\, g \\ "
        r"v &\leftarrow 0.999\, v + 0.001\, g^2 \\ w &\leftarrow w - \eta\, "
        r"\frac{m / (1 - 0.9^t)}{\sqrt{v / (1 - 0.999^t)} + \varepsilon} \end{aligned}",
        (0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5),
        0.1,
        _adam,
    ),
}
"""Name -> way. RMSprop (Tieleman and Hinton 2012) and Adam (Kingma and Ba 2015) as Keras computes
them."""


def walk(
    steps: Steps, way: str, rate: float, count: int, batch: int | None = None, seed: int = 0
) -> Floats:
    """The weights (count + 1, 2) from (0, 0) on, each update by the gradient of all steps, or of a
    `batch` of them drawn anew."""
    whole = Landscape.of(steps)
    rng = np.random.default_rng(seed)
    weights, memory = np.zeros(2), dict[str, Floats]()
    path = [weights]
    for number in range(1, count + 1):
        seen = whole if batch is None else Landscape.of(rng.choice(steps, batch))
        weights = WAYS[way].update(weights, seen.gradient(weights), memory, rate, number)
        path.append(weights)
    return np.stack(path)
