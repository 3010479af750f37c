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
from musiccore.encoding import Grammars, Rows

Floats = NDArray[np.float64]


class Begun(Protocol):
    """What a reader needs to know of a beginning; see `models.generation.Beginning`."""

    @property
    def prompt(self) -> Rows: ...
    @property
    def context(self) -> Rows: ...
    @property
    def bar(self) -> float | None: ...


class Reader(Protocol):
    trunk: Array

    def read(self, rows: NDArray[np.int64], positions: NDArray[np.int64]) -> None:
        """The next rows (B, fields) and their positions (B,)."""

    def only(self, takes: NDArray[np.intp]) -> None:
        """Go on with these takes alone."""


class _Followed:
    """What the takes begin with, context and prompt, read by the grammar: each different one once.

    `which` (B,) says which of the `rows` a take begins with; `positions` are theirs. `zero` (B,) is
    when the heard part begins, in quarter notes by the grammar.
    """

    def __init__(
        self,
        forward: Forward,
        begun: Sequence[Begun],
        pitches: NDArray[np.integer] | None,
    ) -> None:
        known: dict[tuple[bytes, int, float | None], int] = {}
        self.rows: list[Rows] = []
        self.positions: list[NDArray[np.int64]] = []
        which, zeros, parts = [], [], []
        for one in begun:
            rows = np.concatenate([one.context, one.prompt])
            key = (rows.tobytes(), len(one.context), one.bar)
            if key not in known:
                known[key] = len(known)
                grammars = forward.encoding.grammars([one.bar], pitches)
                positions, zero = np.zeros(len(rows), np.int64), 0.0
                for i in range(len(rows)):
                    positions[i] = grammars.accept(rows[i : i + 1])[0]
                    if i + 1 == len(one.context):
                        zero = float(grammars.onset[0])
                self.rows.append(rows)
                self.positions.append(positions)
                zeros.append(zero)
                parts.append(grammars)
            which.append(known[key])
        self.which = np.array(which)
        self.zero = np.array(zeros)[self.which]
        self.grammars = type(parts[0]).joined(parts).only(self.which)


class _Carried:
    """State carried on; after the end of a piece a new one begins, as in training."""

    def __init__(self, forward: Forward, followed: _Followed) -> None:
        self._forward = forward
        self._start = start_row(forward.encoding)
        many = [len(rows) for rows in followed.rows]
        steps, width = max(many, default=0), len(many)
        # All beginnings end together; before its start row a shorter one reads what is forgotten.
        rows = np.tile(self._start.astype(np.int64), (steps + 1, width, 1))
        positions = np.zeros((steps + 1, width), np.int64)
        for i, (own, place) in enumerate(zip(followed.rows, followed.positions, strict=True)):
            if len(own):
                rows[-len(own) :, i] = self._begun_again(own)
                positions[-len(own) :, i] = place
        starts = steps - np.array(many)
        self._states = forward.start(width, 1)
        for step in range(steps + 1):
            begins = starts == step
            if step and begins.any():
                for state in self._states:
                    for array in state:
                        array[begins] = 0
            self._step(rows[step], positions[step])
        self._take(followed.which)

    def _begun_again(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """What the network is given: a piece that ends is followed by the start of another."""
        is_end = self._forward.encoding.is_end
        ends = np.array([is_end(row) for row in rows.tolist()])
        return np.where(ends[:, None], self._start, rows)

    def _step(self, rows: NDArray[np.int64], positions: NDArray[np.int64]) -> None:
        given = list(rows.T[:, :, None])
        self.trunk, self._states, _ = self._forward.step(given, positions[:, None], self._states)

    def _take(self, takes: NDArray[np.intp]) -> None:
        self._states = _of(self._states, takes)
        self.trunk = self.trunk[takes]

    def read(self, rows: NDArray[np.int64], positions: NDArray[np.int64]) -> None:
        self._step(self._begun_again(rows), positions)

    def only(self, takes: NDArray[np.intp]) -> None:
        self._take(takes)


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
        rows = np.stack([own[-window:] for own in followed.rows], axis=1).astype(np.int64)
        positions = np.stack([own[-window:] for own in followed.positions], axis=1)
        for step in range(window):
            self.read(rows[step], positions[step])
        self.only(followed.which)

    def read(self, rows: NDArray[np.int64], positions: NDArray[np.int64]) -> None:
        for state in self._states:
            for array in state:
                array[:, self._now % self._window] = 0
        wide = (len(rows), self._window)
        given = [np.broadcast_to(column[:, None], wide) for column in rows.T]
        place = np.broadcast_to(positions[:, None], wide)
        trunk, self._states, _ = self._forward.step(given, place, self._states)
        self._now += 1
        oldest = self._now % self._window
        self.trunk = np.ascontiguousarray(trunk[:, oldest : oldest + 1])

    def only(self, takes: NDArray[np.intp]) -> None:
        self._states = _of(self._states, takes)
        self.trunk = self.trunk[takes]


def _of(states: States, takes: NDArray[np.intp]) -> States:
    return tuple(tuple(array[takes] for array in state) for state in states)


def carried(
    forward: Forward, begun: Sequence[Begun], window: int, pitches: NDArray[np.integer] | None
) -> tuple[Reader, Grammars, Floats]:
    followed = _Followed(forward, begun, pitches)
    return _Carried(forward, followed), followed.grammars, followed.zero


def windowed(
    forward: Forward, begun: Sequence[Begun], window: int, pitches: NDArray[np.integer] | None
) -> tuple[Reader, Grammars, Floats]:
    followed = _Followed(forward, begun, pitches)
    return _Windowed(forward, followed, window), followed.grammars, followed.zero


Begin = Callable[
    [Forward, Sequence[Begun], int, NDArray[np.integer] | None], tuple[Reader, Grammars, Floats]
]

READERS: Mapping[Way, Begin] = {"carried": carried, "window": windowed}
"""Way of generating -> what reads the beginnings of B takes: the reader, the grammars, and when the
heard part of each begins, in quarter notes by the grammar (B,)."""
