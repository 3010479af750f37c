"""How a network reads what there is so far: with its state carried on, or a window afresh.

A reader holds B takes. `trunk` (B, 1, units) is what the network makes of all that was read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.cells import Array
from models.config import ConfigError
from models.data import start_row
from models.forward import Forward, States
from models.take_settings import Way
from musiccore.encoding import Grammar, Rows


class Begun(Protocol):
    """What a reader needs to know of a beginning; see `models.generation.Beginning`."""

    @property
    def prompt(self) -> Rows: ...
    @property
    def context(self) -> Rows: ...
    @property
    def bar(self) -> float | None: ...


class Reader(Protocol):
    """What the network makes of all that was read is `trunk`: (B, 1, units), of one take alone
    (units,)."""

    trunk: Array

    def read(self, rows: Sequence[Sequence[int]], positions: Sequence[int]) -> None:
        """The next row of each take, and its position."""

    def only(self, takes: Sequence[int]) -> None:
        """Go on with these takes alone."""


class _Followed:
    """What the takes begin with, context and prompt, followed by the grammar: each different one
    once.

    `which` (B,) says which of the `rows` a take begins with; `positions` are theirs. `zero` (B,) is
    when the heard part begins, in quarter notes by the take's grammar.
    """

    def __init__(
        self, forward: Forward, begun: Sequence[Begun], pitches: NDArray[np.integer] | None
    ) -> None:
        known: dict[tuple[bytes, int, float | None], int] = {}
        self.rows: list[list[list[int]]] = []
        self.positions: list[list[int]] = []
        self.which: list[int] = []
        zeros: list[float] = []
        grammars: list[Grammar] = []
        for one in begun:
            rows = np.concatenate([one.context, one.prompt])
            key = (rows.tobytes(), len(one.context), one.bar)
            if key not in known:
                known[key] = len(known)
                grammar, zero = forward.encoding.grammar(one.bar, pitches), 0.0
                positions = []
                for i, row in enumerate(rows.tolist(), 1):
                    positions.append(grammar.accept(row))
                    zero = grammar.onset if i == len(one.context) else zero
                self.rows.append(rows.tolist())
                self.positions.append(positions)
                zeros.append(zero)
                grammars.append(grammar)
            self.which.append(known[key])
        self.zero = [zeros[i] for i in self.which]
        self.grammars = [grammars[i].copy() for i in self.which]


class _Carried:
    """State carried on; after the end of a piece a new one begins, as in training."""

    def __init__(self, forward: Forward, followed: _Followed) -> None:
        self._forward = forward
        self._start: list[int] = start_row(forward.encoding).tolist()
        steps, width = max(map(len, followed.rows)), len(followed.rows)
        # All beginnings end together; what a shorter one reads before it begins is forgotten.
        padding = [steps - len(rows) for rows in followed.rows]
        self._states = forward.start(width, 1) if width > 1 else forward.start()
        for step in range(steps + 1):
            if step and step in padding:
                begins = np.array(padding) == step
                for state in self._states:
                    for array in state:
                        array[begins] = 0
            self.read(
                [
                    own[step - empty - 1] if step > empty else self._start
                    for own, empty in zip(followed.rows, padding, strict=True)
                ],
                [
                    own[step - empty - 1] if step > empty else 0
                    for own, empty in zip(followed.positions, padding, strict=True)
                ],
            )
        self.only(followed.which)

    def read(self, rows: Sequence[Sequence[int]], positions: Sequence[int]) -> None:
        is_end, step = self._forward.encoding.is_end, self._forward.step
        given = [self._start if is_end(row) else row for row in rows]
        if self._states[0][0].ndim == 1:
            self.trunk, self._states, _ = step(given[0], positions[0], self._states)
        else:
            columns = list(np.array(given).T[:, :, None])
            self.trunk, self._states, _ = step(columns, np.array(positions)[:, None], self._states)

    def only(self, takes: Sequence[int]) -> None:
        self._states, self.trunk = _chosen(self._states, self.trunk, takes)


class _Windowed:
    """A window of the last rows, each from a state of zeros.

    Computed as `window` networks side by side, each begun one row after the other: every new row
    moves all of them on by one step, and the one that began `window` rows ago answers. The numbers
    are those of running each window afresh, for the price of one (batched) step a note.
    """

    def __init__(self, forward: Forward, followed: _Followed, window: int) -> None:
        if any(len(rows) < window for rows in followed.rows):
            raise ConfigError(f"This way of generating needs a primer of {window} notes or more.")
        self._forward, self._window, self._now = forward, window, 0
        self._states = forward.start(len(followed.rows), window)
        for step in range(-window, 0):
            self.read(
                [own[step] for own in followed.rows], [own[step] for own in followed.positions]
            )
        self.only(followed.which)

    def read(self, rows: Sequence[Sequence[int]], positions: Sequence[int]) -> None:
        for state in self._states:
            for array in state:
                array[:, self._now % self._window] = 0
        wide = (len(rows), self._window)
        given = [np.broadcast_to(column[:, None], wide) for column in np.array(rows).T]
        place = np.broadcast_to(np.array(positions)[:, None], wide)
        trunk, self._states, _ = self._forward.step(given, place, self._states)
        self._now += 1
        oldest = self._now % self._window
        self.trunk = trunk[:, oldest : oldest + 1].copy() if len(rows) > 1 else trunk[0, oldest]

    def only(self, takes: Sequence[int]) -> None:
        self._states = tuple(tuple(array[list(takes)] for array in s) for s in self._states)
        _, self.trunk = _chosen((), self.trunk, takes)


def _chosen(states: States, trunk: Array, takes: Sequence[int]) -> tuple[States, Array]:
    """States and trunk of these takes: (B, 1, units), or (units,) where it is one alone."""
    places = list(takes)

    def of(array: Array) -> Array:
        every = array[None, None] if array.ndim == 1 else array
        return every[places[0], 0].copy() if len(places) == 1 else every[places]

    return tuple(tuple(map(of, state)) for state in states), of(trunk)


def carried(
    forward: Forward, begun: Sequence[Begun], window: int, pitches: NDArray[np.integer] | None
) -> tuple[Reader, list[Grammar], list[float]]:
    followed = _Followed(forward, begun, pitches)
    return _Carried(forward, followed), followed.grammars, followed.zero


def windowed(
    forward: Forward, begun: Sequence[Begun], window: int, pitches: NDArray[np.integer] | None
) -> tuple[Reader, list[Grammar], list[float]]:
    followed = _Followed(forward, begun, pitches)
    return _Windowed(forward, followed, window), followed.grammars, followed.zero


Begin = Callable[
    [Forward, Sequence[Begun], int, NDArray[np.integer] | None],
    tuple[Reader, list[Grammar], list[float]],
]

READERS: Mapping[Way, Begin] = {"carried": carried, "window": windowed}
"""Way of generating -> what reads the beginnings of B takes: the reader, the grammar of each, and
when its heard part begins, in quarter notes by that grammar."""
