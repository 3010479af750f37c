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
from musiccore.encoding import Grammars

Ints = NDArray[np.int64]
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
        longest = max((len(p.plan) for p in planned), default=0)
        self._plan = np.full((len(settings), longest, fields), -1, np.int64)
        for i, p in enumerate(planned):
            self._plan[i, : len(p.plan)] = p.plan

    def only(self, takes: NDArray[np.intp]) -> Chooser:
        chosen = copy(self)
        chosen._samplers = self._samplers.only(takes)
        chosen._plan = self._plan[takes]
        for name in ("_chances", "_watchers"):
            setattr(chosen, name, [getattr(self, name)[take] for take in takes.tolist()])
        return chosen

    def __call__(self, trunk: Array, grammars: Grammars) -> Ints:
        """The next row (B, fields) of each take, by `trunk` (B, 1, units)."""
        chances = np.stack([own.of_next_row() for own in self._chances])
        plan = self._plan[:, self._row] if self._row < self._plan.shape[1] else None
        self._row += 1
        rows = self._rows(trunk, grammars, self._samplers, chances, plan)
        for i, watcher in enumerate(self._watchers):
            if watcher is not None:
                self._watch(i, watcher, rows, trunk, grammars)
        return rows

    def _watch(
        self, i: int, watcher: Copying, rows: Ints, trunk: Array, grammars: Grammars
    ) -> None:
        """Choose again for take `i` until its row ends no copy that is too long; where everything
        would, the first choice stays."""
        pitch = self._forward.encoding.pitch_field
        one = np.array([i])
        alone, sampler, bans = grammars.only(one), self._samplers.only(one), Bans()
        row, rng = rows[one], None
        while watcher.copies(float(alone.sounds_at(row)[0]), row[0].tolist()):
            prefix = row[0].tolist()[:pitch]
            bans.add(prefix, int(row[0, pitch]))
            rng = rng or self._chances[i].once_more()
            while True:
                chances = rng.random((1, len(self._choices)))
                try:
                    row = self._rows(trunk[one], alone, sampler, chances, bans=bans)
                    break
                except _NothingLeftError as error:
                    if not error.prefix:
                        return
                    bans.add(error.prefix[:-1], error.prefix[-1])
        rows[i] = row[0]
        watcher.accept(float(alone.sounds_at(row)[0]), row[0].tolist())

    def _rows(
        self,
        trunk: Array,
        grammars: Grammars,
        samplers: Samplers,
        chances: NDArray[np.float64],
        plan: Ints | None = None,
        bans: Bans | None = None,
    ) -> Ints:
        hidden = self._forward.hidden(trunk)
        decided: list[Ints] = []
        for field, is_choice in enumerate(self._choices):
            if not is_choice:
                decided.append(np.zeros(len(trunk), np.int64))
                continue
            legal = grammars.legal(field, decided)
            given = [value[:, None] for value in decided]
            logits = self._forward.logits(field, trunk, hidden, given)[:, 0]
            if bans is not None:
                legal = _without(bans, legal, decided, logits.shape)
            value = samplers(logits, chances[:, field], legal)
            if plan is not None:
                wish = plan[:, field]
                granted = wish >= 0
                if legal is not None:
                    granted &= legal[np.arange(len(wish)), wish]
                value = np.where(granted, wish, value)
            decided.append(value)
        return np.stack(decided, axis=1)


class _Chances:
    """The chances of one take, in [0, 1): `drawn` rows of them are used already."""

    def __init__(self, seed: int, fields: int, drawn: int) -> None:
        self._seed, self._fields, self._row = seed, fields, drawn
        bits = np.random.PCG64(np.random.SeedSequence([seed, 3]))
        bits.advance(drawn * fields)  # each chance takes one number of the generator
        self._rng, self._block, self._at = np.random.Generator(bits), np.empty((0, fields)), 0

    def of_next_row(self) -> NDArray[np.float64]:
        if self._at == len(self._block):
            self._block, self._at = self._rng.random((_BLOCK, self._fields)), 0
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

    def behind(self, prefix: Sequence[int]) -> list[int]:
        return sorted(self._after.get(tuple(prefix), ()))


class _NothingLeftError(Exception):
    """Every value behind `prefix` is banned."""

    def __init__(self, prefix: list[int]) -> None:
        super().__init__()
        self.prefix = prefix


def _without(
    bans: Bans, legal: Mask | None, decided: Sequence[Ints], shape: tuple[int, ...]
) -> Mask:
    """The mask (1, size) of a take alone, without what is banned."""
    prefix = [int(value[0]) for value in decided]
    left = np.ones(shape, bool) if legal is None else legal.copy()
    left[0, bans.behind(prefix)] = False
    if not left.any():
        raise _NothingLeftError(prefix)
    return left
