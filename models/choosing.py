"""Decides row after row, field after field, within the grammar, for many takes at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.cells import Array
from models.forward import Forward
from models.sampling import Samplers
from models.take_settings import TakeSettings
from musiccore.encoding import Grammar

Mask = NDArray[np.bool_]

_BLOCK = 256
"""Rows for which chances are drawn at once."""


class Copying(Protocol):
    """Watches that one take copies no long passage."""

    def copies(self, onset: float, row: Sequence[int]) -> bool:
        """Whether this row, sounding at `onset` (quarter notes), would end a copy too long."""

    def accept(self, onset: float, row: Sequence[int]) -> None:
        """Take note of a row that was chosen."""


class Planned(Protocol):
    """What a chooser needs to know of a beginning; see `models.generation.Beginning`."""

    @property
    def plan(self) -> NDArray[np.int32]: ...
    @property
    def drawn(self) -> int: ...
    @property
    def insists(self) -> bool: ...


class Chooser:
    """The choices of B takes. Each take has its own chances, drawn from its seed alone: one for
    every field of every row."""

    def __init__(
        self,
        forward: Forward,
        settings: Sequence[TakeSettings],
        planned: Sequence[Planned],
        watchers: Sequence[Copying | None],
    ) -> None:
        self._forward = forward
        self._choices = [field.is_choice for field in forward.encoding.fields]
        fields = len(self._choices)
        self._samplers = Samplers([s.sampling for s in settings])
        self._chances = [
            _Chances(s.seed, fields, p.drawn) for s, p in zip(settings, planned, strict=True)
        ]
        self._watchers = list(watchers)
        self._row = 0
        self._plans = [p.plan.tolist() for p in planned]
        self._insists = [p.insists for p in planned]

    def only(self, takes: Sequence[int]) -> Chooser:
        chosen = copy(self)
        chosen._samplers = self._samplers.only(takes)
        for name in ("_chances", "_plans", "_insists", "_watchers"):
            setattr(chosen, name, [getattr(self, name)[take] for take in takes])
        return chosen

    def __call__(self, trunk: Array, grammars: Sequence[Grammar]) -> list[list[int]]:
        """The next row of each take, by `trunk` (B, 1, units), or (units,) of one take alone."""
        chances = [own.of_next_row() for own in self._chances]
        plans = [plan[self._row] if self._row < len(plan) else None for plan in self._plans]
        self._row += 1
        if trunk.ndim == 1:
            rows = [self._alone(trunk, grammars[0], self._samplers, chances[0], plans[0])]
        else:
            rows = self._together(trunk, grammars, np.array(chances), plans)
        for i, watcher in enumerate(self._watchers):
            if watcher is not None:
                own = trunk if trunk.ndim == 1 else trunk[i, 0]
                plan = plans[i] if self._insists[i] else None
                rows[i] = self._watched(i, watcher, rows[i], own, grammars[i], plan)
        return rows

    def _alone(
        self,
        trunk: Array,
        grammar: Grammar,
        sampler: Samplers,
        chances: Sequence[float],
        plan: Sequence[int] | None = None,
        bans: Bans | None = None,
    ) -> list[int]:
        """A row of one take, `trunk` (units,)."""
        hidden = self._forward.hidden(trunk)
        decided: list[int] = []
        for field, is_choice in enumerate(self._choices):
            legal = grammar.legal(field, decided) if is_choice else None
            wish = -1 if plan is None else plan[field]
            if not is_choice or (wish >= 0 and (legal is None or legal[wish])):
                value = wish if is_choice else 0
                if bans is not None and bans.has(decided, value):
                    raise _NothingLeftError(decided)
                decided.append(value)
                continue
            logits = self._forward.logits(field, trunk, hidden, decided)
            if bans is not None:
                legal = bans.without(legal, decided, logits.size)
            decided.append(sampler.one(logits, chances[field], legal))
        return decided

    def _together(
        self,
        trunk: Array,
        grammars: Sequence[Grammar],
        chances: NDArray[np.float64],
        plans: Sequence[Sequence[int] | None],
    ) -> list[list[int]]:
        """The rows of B takes, `trunk` (B, 1, units)."""
        hidden = self._forward.hidden(trunk)
        decided: list[list[int]] = [[] for _ in grammars]
        columns: list[NDArray[np.int64]] = []  # what is decided, fields first
        planned = [i for i, plan in enumerate(plans) if plan is not None]
        for field, is_choice in enumerate(self._choices):
            if is_choice:
                logits = self._forward.logits(field, trunk, hidden, columns)[:, 0]
                masks = [g.legal(field, own) for g, own in zip(grammars, decided, strict=True)]
                value = self._samplers(logits, chances[:, field], _stacked(masks, logits.shape[1]))
                for i in planned:
                    wish, mask = plans[i][field], masks[i]  # type: ignore[index]
                    if wish >= 0 and (mask is None or mask[wish]):
                        value[i] = wish
            else:
                value = np.zeros(len(grammars), np.int64)
            for own, chosen in zip(decided, value.tolist(), strict=True):
                own.append(chosen)
            columns.append(value[:, None])
        return decided

    def _watched(
        self,
        i: int,
        watcher: Copying,
        row: list[int],
        trunk: Array,
        grammar: Grammar,
        plan: Sequence[int] | None,
    ) -> list[int]:
        """The row, or another one, chosen again and again until it ends no copy that is too long,
        each with what `plan` insists on; where every row would, the first choice stays."""
        pitch = self._forward.encoding.pitch_field
        chosen, sampler, rng, bans = row, self._samplers.only([i]), None, Bans()
        while watcher.copies(grammar.sounds_at(chosen), chosen):
            bans.add(chosen[:pitch], chosen[pitch])
            rng = rng or self._chances[i].once_more()
            other = None
            while other is None:
                chances = rng.random(len(self._choices)).tolist()
                try:
                    other = self._alone(trunk, grammar, sampler, chances, plan, bans)
                except _NothingLeftError as error:
                    if not error.prefix:
                        watcher.accept(grammar.sounds_at(row), row)
                        return row
                    bans.add(error.prefix[:-1], error.prefix[-1])
            chosen = other
        watcher.accept(grammar.sounds_at(chosen), chosen)
        return chosen


def _stacked(masks: Sequence[Mask | None], size: int) -> Mask | None:
    """The masks of B takes as (B, size); None where nothing is forbidden in any."""
    if all(mask is None for mask in masks):
        return None
    everything = np.ones(size, bool)
    return np.concatenate([everything if m is None else m for m in masks]).reshape(-1, size)


class _Chances:
    """The chances of one take, in [0, 1): `drawn` rows of them are used already."""

    def __init__(self, seed: int, fields: int, drawn: int) -> None:
        self._seed, self._fields, self._row = seed, fields, drawn
        bits = np.random.PCG64(np.random.SeedSequence([seed, 3]))
        bits.advance(drawn * fields)  # each chance takes one number of the generator
        self._rng, self._at = np.random.Generator(bits), 0
        self._block: list[list[float]] = []

    def of_next_row(self) -> list[float]:
        if self._at == len(self._block):
            self._block, self._at = self._rng.random((_BLOCK, self._fields)).tolist(), 0
        self._at += 1
        self._row += 1
        return self._block[self._at - 1]

    def once_more(self) -> np.random.Generator:
        """Other chances for the same row."""
        return np.random.default_rng([self._seed, 5, self._row])


class Bans:
    """Values that must not come behind certain values of the fields before."""

    def __init__(self) -> None:
        self._after: dict[tuple[int, ...], set[int]] = defaultdict(set)

    def add(self, prefix: Sequence[int], value: int) -> None:
        self._after[tuple(prefix)].add(value)

    def has(self, prefix: Sequence[int], value: int) -> bool:
        return value in self._after.get(tuple(prefix), ())

    def without(self, legal: Mask | None, decided: Sequence[int], size: int) -> Mask:
        """The mask (size,) without what is banned behind `decided`."""
        left = np.ones(size, bool) if legal is None else legal.copy()
        left[list(self._after.get(tuple(decided), ()))] = False
        if not left.any():
            raise _NothingLeftError(list(decided))
        return left


class _NothingLeftError(Exception):
    """Every value behind `prefix` is banned."""

    def __init__(self, prefix: list[int]) -> None:
        super().__init__()
        self.prefix = prefix
