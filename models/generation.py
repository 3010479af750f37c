"""Making music from a trained network, note by note. Needs NumPy alone.

A take is a function of (network, settings, primer) and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.cells import Array, Gates
from models.config import ConfigError
from models.data import start_row
from models.forward import Forward
from musiccore.encoding import Encoded, Grammar, Rows

Way = Literal["carried", "window"]


@dataclass(frozen=True)
class Sampling:
    """How each value is chosen from the network's probabilities.

    `temperature` divides the logits: below 1 safer, above 1 bolder, 0 always the most probable
    value (the chapter's argmax). `top_k` keeps the k most probable values, `top_p` the fewest that
    hold that much probability (nucleus sampling, Holtzman et al. 2020); 0 and 1 keep all.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.temperature <= 10:
            raise ConfigError(f"The temperature lies in 0 to 10, not at {self.temperature}.")
        if self.top_k < 0:
            raise ConfigError(f"Top-k keeps 0 (all) or more values, not {self.top_k}.")
        if not 0 < self.top_p <= 1:
            raise ConfigError(f"Top-p lies above 0 and up to 1, not at {self.top_p}.")


@dataclass(frozen=True)
class TakeSettings:
    """`notes` to make, how, and from which `seed`.

    `way`: `carried` reads the primer once and carries its state on for ever; `window` shows the
    network the last `sequence_length` rows afresh for every note, as the chapter does.
    """

    notes: int = 500
    sampling: Sampling = Sampling()
    seed: int = 0
    way: Way = "carried"

    def __post_init__(self) -> None:
        if not 1 <= self.notes <= MAX_NOTES:
            raise ConfigError(f"A take has 1 to {MAX_NOTES} notes, not {self.notes}.")


MAX_NOTES = 20_000

BOOK_WAY = TakeSettings(notes=500, sampling=Sampling(temperature=0), way="window")
"""The chapter's: windows, argmax, 500 notes."""


@dataclass(frozen=True, eq=False)
class Take:
    """What was made: `rows` (T, fields) without the primer, and `gates` of each recurrent layer
    by name as (T, units), where they were asked for."""

    rows: Rows
    gates: tuple[dict[str, Array], ...] = ()


def sample(
    logits: Array, sampling: Sampling, chance: float, legal: NDArray[np.bool_] | None
) -> int:
    """One value from `logits` (size,), by `chance` in [0, 1); an illegal one never comes."""
    if legal is not None:
        logits = np.where(legal, logits, -np.inf)
    if sampling.temperature == 0:
        return int(logits.argmax())
    if sampling.top_k and sampling.top_k < logits.size:
        least = np.partition(logits, -sampling.top_k)[-sampling.top_k]
        logits = np.where(logits >= least, logits, -np.inf)
    odds = np.exp((logits - logits.max()) / np.float32(sampling.temperature))
    if sampling.top_p < 1:
        order = odds.argsort()[::-1]
        before = np.cumsum(odds[order]) - odds[order]
        odds[order[before >= sampling.top_p * odds.sum()]] = 0
    reached = odds.cumsum(dtype=np.float64)
    drawn = min(chance * reached[-1], np.nextafter(reached[-1], 0))
    return int(reached.searchsorted(drawn, side="right"))


def generate(
    forward: Forward,
    settings: TakeSettings,
    primer: Encoded | None = None,
    *,
    window: int = 100,
    metre: float | None = None,
    keep_gates: bool = False,
    on_note: Callable[[int], object] = lambda _: None,
) -> Take:
    """Make a take. `primer` is music to go on from; the way `window` needs one of at least
    `window` rows. `metre` is the bar length in quarter notes where it is not the corpus's.

    Raises `ConfigError` where the primer is too short.
    """
    voice = _carried if settings.way == "carried" else _windowed
    gates: list[tuple[Gates, ...]] = []
    rows: list[list[int]] = []
    grammar = forward.encoding.grammar(metre)
    made = 0
    steps = voice(forward, settings, primer, window, grammar)
    for row, opened in steps:
        rows.append(row)
        if keep_gates:
            gates.append(opened)
        if not forward.encoding.is_end(row):
            made += 1
            on_note(made)
        if made == settings.notes:
            break
    stacked = tuple(
        {name: np.stack([g[i][name] for g in gates]) for name in gates[0][i]}
        for i in range(len(gates[0]) if gates else 0)
    )
    return Take(np.array(rows, np.int32), stacked)


class _Chooser:
    """Decides row after row, field after field, within the grammar."""

    def __init__(self, forward: Forward, settings: TakeSettings, grammar: Grammar) -> None:
        self._forward, self._sampling, self._grammar = forward, settings.sampling, grammar
        self._rng = np.random.default_rng([settings.seed, 3])
        self._choices = [field.is_choice for field in forward.encoding.fields]

    def __call__(self, trunk: Array) -> list[int]:
        hidden = self._forward.hidden(trunk)
        decided: list[int] = []
        for field, chance in enumerate(self._rng.random(len(self._choices)).tolist()):
            if not self._choices[field]:
                decided.append(0)
                continue
            legal = self._grammar.legal(field, decided)
            logits = self._forward.logits(field, trunk, hidden, decided)
            decided.append(sample(logits, self._sampling, chance, legal))
        return decided


Steps = Iterator[tuple[list[int], tuple[Gates, ...]]]


def _carried(
    forward: Forward,
    settings: TakeSettings,
    primer: Encoded | None,
    window: int,
    grammar: Grammar,
) -> Steps:
    """State carried on; after the end of a piece a new one begins, as in training."""
    choose, start = _Chooser(forward, settings, grammar), start_row(forward.encoding).tolist()
    trunk, states, gates = forward.step(start, 0, forward.start())
    if primer is not None:
        for row in primer.rows.tolist():
            if not forward.encoding.is_end(row):
                trunk, states, gates = forward.step(row, grammar.accept(row), states)
    while True:
        row = choose(trunk)
        yield row, gates
        position = grammar.accept(row)
        given = start if forward.encoding.is_end(row) else row
        trunk, states, gates = forward.step(given, position, states)


def _windowed(
    forward: Forward,
    settings: TakeSettings,
    primer: Encoded | None,
    window: int,
    grammar: Grammar,
) -> Steps:
    """A window of the last rows, each from a state of zeros.

    Computed as `window` networks side by side, each begun one row after the other: every new row
    moves all of them on by one step, and the one that began `window` rows ago answers. The numbers
    are those of running each window afresh, for the price of one (batched) step a note.
    """
    if primer is None or len(primer.rows) < window:
        raise ConfigError(f"This way of generating needs a primer of {window} notes or more.")
    choose = _Chooser(forward, settings, grammar)
    positions = [grammar.accept(row) for row in primer.rows.tolist()][-window:]
    rows = primer.rows[-window:].tolist()
    states = forward.start(window)
    for now in range(window - 1 + MAX_NOTES * 2):
        slot = now % window
        for state in states:
            for array in state:
                array[slot] = 0
        trunk, states, gates = forward.step(_spread(rows[now], window), positions[now], states)
        if now >= window - 1:
            oldest = (now + 1) % window
            row = choose(trunk[oldest])
            yield row, tuple({n: g[oldest] for n, g in opened.items()} for opened in gates)
            rows.append(row)
            positions.append(grammar.accept(row))


def _spread(row: Sequence[int], width: int) -> list[int | NDArray[np.int32]]:
    return [np.full(width, value, np.int32) for value in row]
