"""From the network's logits to one value, for many takes at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.cells import Array
from models.config import ConfigError

MAX_TEMPERATURE = 10.0


@dataclass(frozen=True)
class Sampling:
    """How each value is chosen from the network's probabilities.

    `temperature` divides the logits: below 1 safer, above 1 bolder, 0 always the most probable
    value (the chapter's argmax). `top_k` keeps the k most probable values, `top_p` the fewest that
    hold that much probability (nucleus sampling, Holtzman et al. 2020), and those as probable as
    the last of these; 0 and 1 keep all.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.temperature <= MAX_TEMPERATURE:
            raise ConfigError(f"The temperature lies in 0 to 10, not at {self.temperature}.")
        if type(self.top_k) is not int or self.top_k < 0:
            raise ConfigError(f"Top-k keeps 0 (all) or more values, not {self.top_k}.")
        if not 0 < self.top_p <= 1:
            raise ConfigError(f"Top-p lies above 0 and up to 1, not at {self.top_p}.")

    @property
    def is_greedy(self) -> bool:
        return self.temperature == 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


AS_LEARNED = Sampling()
"""The network's own probabilities."""


@dataclass(frozen=True)
class SamplingPreset:
    """A way of choosing by its name on the screen, and one sentence."""

    title: str
    description: str
    sampling: Sampling


PRESETS: Mapping[str, SamplingPreset] = {
    "safe": SamplingPreset(
        "Safe",
        "Stays with what the network finds likely: few wrong notes, few surprises.",
        Sampling(temperature=0.8, top_p=0.9),
    ),
    "balanced": SamplingPreset(
        "Balanced",
        "Plays as the network learned it, without the unlikeliest notes.",
        Sampling(temperature=1.0, top_p=0.97),
    ),
    "wild": SamplingPreset(
        "Wild",
        "Dares what the network finds unlikely: more surprises, more wrong notes.",
        Sampling(temperature=1.25),
    ),
}
"""Name -> a way of choosing, from the safest to the boldest."""


class Samplers:
    """The samplings of B takes, ready to choose for all of them at once.

    Everything is computed row by row in the same order whatever B is, so that a take is the same
    alone and among others.
    """

    def __init__(self, samplings: Sequence[Sampling]) -> None:
        self._samplings = tuple(samplings)
        temperature = np.array([s.temperature for s in samplings], np.float32)
        self._greedy = temperature == 0
        self._all_greedy, self._any_greedy = bool(self._greedy.all()), bool(self._greedy.any())
        self._temperature = np.where(self._greedy, np.float32(1), temperature)[:, None]
        self._top_k = np.array([s.top_k for s in samplings])
        self._any_top_k = bool(self._top_k.any())
        self._top_p = np.array([s.top_p for s in samplings], np.float32)[:, None]
        self._any_top_p = bool((self._top_p < 1).any())

    def only(self, takes: Sequence[int]) -> Samplers:
        return Samplers([self._samplings[take] for take in takes])

    def one(self, logits: Array, chance: float, legal: NDArray[np.bool_] | None) -> int:
        """The same for a single take: one value from `logits` (size,), to the last bit."""
        return sample(logits, self._samplings[0], chance, legal)

    def __call__(
        self, logits: Array, chance: NDArray[np.float64], legal: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """One value (B,) from each of `logits` (B, size), by `chance` (B,) in [0, 1); one that is
        not `legal` (B, size) never comes."""
        if legal is not None:
            logits = np.where(legal, logits, _NEVER)
        if self._all_greedy:
            return logits.argmax(axis=-1)
        if self._any_top_k:
            size = logits.shape[-1]
            keep = np.where((self._top_k > 0) & (self._top_k < size), self._top_k, size)
            least = np.take_along_axis(np.sort(logits, axis=-1), (size - keep)[:, None], axis=-1)
            logits = np.where(logits >= least, logits, _NEVER)
        odds = np.exp((logits - logits.max(axis=-1, keepdims=True)) / self._temperature)
        if self._any_top_p:
            falling = np.sort(odds, axis=-1)[:, ::-1]
            sums = falling.cumsum(axis=-1)
            enough = (sums < self._top_p * sums[:, -1:]).sum(axis=-1, keepdims=True)
            last = np.minimum(enough, odds.shape[-1] - 1)
            least = np.take_along_axis(falling, last, axis=-1)
            odds = np.where((odds >= least) | (self._top_p == 1), odds, np.float32(0))
        reached = odds.cumsum(axis=-1, dtype=np.float64)
        total = reached[:, -1]
        drawn = np.minimum(chance * total, np.nextafter(total, 0))
        chosen = (reached <= drawn[:, None]).sum(axis=-1)
        return (
            np.where(self._greedy, logits.argmax(axis=-1), chosen) if self._any_greedy else chosen
        )


_NEVER = np.float32(-np.inf)


def sample(
    logits: Array, sampling: Sampling, chance: float, legal: NDArray[np.bool_] | None
) -> int:
    """One value from `logits` (size,), by `chance` in [0, 1); an illegal one never comes."""
    if legal is not None:
        logits = np.where(legal, logits, _NEVER)
    if sampling.temperature == 0:
        return int(logits.argmax())
    if sampling.top_k and sampling.top_k < logits.size:
        least = np.partition(logits, -sampling.top_k)[-sampling.top_k]
        logits = np.where(logits >= least, logits, _NEVER)
    odds = np.exp((logits - logits.max()) / np.float32(sampling.temperature))
    if sampling.top_p < 1:
        falling = np.sort(odds)[::-1]
        sums = falling.cumsum()
        enough = int((sums < np.float32(sampling.top_p) * sums[-1]).sum())
        odds = np.where(odds >= falling[min(enough, odds.size - 1)], odds, np.float32(0))
    reached = odds.cumsum(dtype=np.float64)
    total = reached[-1]
    drawn = min(chance * total, np.nextafter(total, 0))
    return int(reached.searchsorted(drawn, side="right"))
