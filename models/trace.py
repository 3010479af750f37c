"""What a network was about while it made a take: its gates, its state and its odds, note by note.

The take is read again by the same NumPy step that made it, so the numbers are those of the making.
All that is told of a row is how the network stood when it chose that row: after it had read every
row before, and before it read that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.cells import Array, Gates
from models.config import RECURRENT, NetworkConfig
from models.data import start_row
from models.forward import Forward, States
from models.generation import Beginning, Way
from models.prompts import beginning_of
from models.run_music import run_music, window_of
from models.store import Store
from models.takes import MadeTake
from musiccore.encoding import Grammar, Rows

KEPT_BYTES = 12 * 1024 * 1024
"""What gates and states may take; those of the rows beyond are not kept."""

_ARRAYS = {"gru": 4, "lstm": 5, "rnn": 1}  # kept of each cell: its gates and its state
_BLOCK = 256  # rows whose odds are computed in one call

Mask = NDArray[np.bool_] | None
"""Which values (size of the field,) were legal; None where all were."""


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """One recurrent layer over the kept rows: each gate by name, and the output `state` that it
    hands on, all (K, units)."""

    kind: str
    gates: Mapping[str, Array]
    state: Array


@dataclass(frozen=True, eq=False)
class Trace:
    """A take as its network made it.

    `nats` (T, fields) is the surprise of every row: -log p(what came), given the fields of the row
    before it, by the network's own odds before temperature, among what the grammar allowed. 0 where
    there was nothing to choose; NaN in the first `unasked` rows, for which no network was asked.
    `layers` (bottom first) and `odds` (K, size) of each field tell of the rows in `kept` alone.
    """

    rows: Rows
    nats: Array
    kept: range
    layers: tuple[LayerTrace, ...]
    odds: tuple[Array, ...]
    unasked: int

    @property
    def surprise(self) -> Array:
        """Nats a row (T,): the sum over its fields."""
        return self.nats.sum(axis=1)


def rows_that_fit(config: NetworkConfig) -> int:
    """How many rows' gates and states of such a network `KEPT_BYTES` hold."""
    floats = sum(_ARRAYS[y.kind] * y.units for y in config.layers if y.kind in RECURRENT)
    return max(1, KEPT_BYTES // (4 * floats))


def trace(
    forward: Forward,
    rows: Rows,
    *,
    way: Way = "carried",
    window: int = 100,
    beginning: Beginning | None = None,
    pitches: NDArray[np.integer] | None = None,
    keep: range | None = None,
) -> Trace:
    """Read the rows (T, fields) of a take again, its prompt included.

    `way`, `window`, `beginning` and `pitches` are those of the making. Kept are the rows in `keep`,
    by default as many from the first on as fit. The way `window` asks no network until it has seen
    a whole window; until then gates and states are those of the one that reads from the first row
    on.
    """
    rows = np.asarray(rows, np.int32)
    begun = Beginning() if beginning is None else beginning
    before = begun.context.reshape(-1, rows.shape[1])
    given = len(before) + len(begun.prompt)
    fit = rows_that_fit(forward.config)
    keep = range(fit) if keep is None else keep
    keep = range(max(0, keep.start), max(0, keep.start, min(keep.stop, len(rows))))
    listed = np.concatenate([before, rows]).tolist()
    grammar = forward.encoding.grammar(begun.bar, pitches)
    positions, legal = _followed(grammar, listed, len(before), given, begun.since or 0.0)
    readings = _READ[way](forward, listed, positions, window, max(0, given - window))

    kept: list[_Reading] = []
    nats = [np.zeros((0, rows.shape[1]), np.float32)]
    odds = [[np.zeros((0, f.size), np.float32)] for f in forward.encoding.fields]
    coming = islice(readings, len(before), None)
    for start in range(0, len(rows), _BLOCK):
        block = list(islice(coming, _BLOCK))
        came = rows[start : start + len(block)]
        masks = legal[len(before) + start : len(before) + start + len(block)]
        log_odds = _log_odds(forward, np.stack([r.trunk for r in block]), came, masks)
        nats.append(_nats(log_odds, came, forward.encoding.counts(came)))
        wanted = [i for i in range(len(block)) if start + i in keep]
        kept += [block[i] for i in wanted]
        for found, of_field in zip(odds, log_odds, strict=True):
            found.append(np.exp(of_field[wanted]))
    unasked = 0 if way == "carried" else min(max(0, window - len(before)), len(rows))
    surprise = np.concatenate(nats)
    surprise[:unasked] = np.nan
    return Trace(
        rows, surprise, keep, _layers(forward, kept), tuple(map(np.concatenate, odds)), unasked
    )


def trace_take(store: Store, made: MadeTake, keep: range | None = None) -> Trace:
    """The trace of a take that a run in the store made. Raises `StoreError` or `ConfigError`."""
    recipe = made.recipe
    run = store.load(recipe.run)
    music, window, way = run_music(store, run), window_of(run), recipe.settings.way
    return trace(
        store.forward(run, recipe.epoch),
        made.rows,
        way=way,
        window=window,
        beginning=beginning_of(recipe.prompt, music, way, window),
        pitches=music.pitches,
        keep=keep,
    )


class _Reading(NamedTuple):
    """How the network stood before a row: the trunk's output, each recurrent layer's output and
    its gates."""

    trunk: Array
    states: tuple[Array, ...]
    gates: tuple[Gates, ...]


def _followed(
    grammar: Grammar, rows: list[list[int]], context: int, given: int, since: float
) -> tuple[list[int], list[tuple[Mask, ...]]]:
    """Of each row its position in the bar, and for each field what was legal. After the `given`
    rows, of which the first are `context`, nothing new sounds before `since` (quarter notes)."""
    positions, legal, zero = [], [], 0.0
    for number, row in enumerate(rows):
        if number == context:
            zero = grammar.onset
        if number == given:
            grammar.wait_until(since + zero)
        masks = (grammar.legal(field, row[:field]) for field in range(len(row)))
        # What was given may be what sampling may not choose: then there was no mask.
        legal.append(
            tuple(
                m if m is not None and m[value] else None
                for m, value in zip(masks, row, strict=True)
            )
        )
        positions.append(grammar.accept(row))
    return positions, legal


# Both ways step arrays (1, width, units), as one take among others is made: so the products are
# the very same, to the last bit.


def _carried(
    forward: Forward, rows: list[list[int]], positions: list[int], window: int, skipped: int
) -> Iterator[_Reading]:
    """State carried on; after the end of a piece a new one begins."""
    start = start_row(forward.encoding).tolist()
    trunk, states, gates = forward.step(*_wide(start, 0, 1), forward.start(1, 1))
    for row, position in zip(rows, positions, strict=True):
        yield _read(trunk, states, gates, 0)
        given = start if forward.encoding.is_end(row) else row
        trunk, states, gates = forward.step(*_wide(given, position, 1), states)


def _windowed(
    forward: Forward, rows: list[list[int]], positions: list[int], window: int, skipped: int
) -> Iterator[_Reading]:
    """As `models.reading` computes windows: `window` networks side by side, each begun one row
    after the other; the one that began `window` rows ago answers. The making had `skipped` the
    rows that no window it was asked for could see."""
    states = forward.start(1, window)
    # Before the first row nothing was read: the step is taken for its shapes alone.
    start = start_row(forward.encoding).tolist()
    trunk, _, gates = forward.step(*_wide(start, 0, window), states)
    yield _read(trunk * 0, states, [{n: g * 0 for n, g in of.items()} for of in gates], 0)
    for now, (row, position) in enumerate(zip(rows[:-1], positions, strict=False)):
        for state in states:
            for array in state:
                array[:, (now - skipped) % window] = 0
        trunk, states, opened = forward.step(*_wide(row, position, window), states)
        oldest = max(0, now + 1 - window)
        yield _read(trunk, states, opened, (oldest - skipped) % window)


_READ = {"carried": _carried, "window": _windowed}


def _read(trunk: Array, states: States, gates: Sequence[Gates], slot: int) -> _Reading:
    return _Reading(
        trunk[0, slot].copy(),  # no view: it would keep all that is beside it
        tuple(state[0][0, slot].copy() for state in states),
        tuple({name: g[0, slot].copy() for name, g in of.items()} for of in gates),
    )


def _wide(
    row: Sequence[int], position: int, width: int
) -> tuple[list[NDArray[np.int32]], NDArray[np.int32]]:
    """A row and its position, given to `width` networks at once: each (1, width)."""
    *fields, place = (np.full((1, width), value, np.int32) for value in (*row, position))
    return list(fields), place


def _log_odds(
    forward: Forward, trunk: Array, rows: Rows, legal: Sequence[tuple[Mask, ...]]
) -> list[Array]:
    """For each field the log-probabilities (n, size) of its values, given the fields of `rows`
    before it; trunk (n, H)."""
    hidden = forward.hidden(trunk)
    found = []
    for field in range(rows.shape[1]):
        logits = forward.logits(field, trunk, hidden, rows.T)
        for i, masks in enumerate(legal):
            if (mask := masks[field]) is not None:
                logits[i] = np.where(mask, logits[i], -np.inf)
        logits = logits - logits.max(axis=-1, keepdims=True)
        found.append(logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True)))
    return found


def _nats(log_odds: Sequence[Array], rows: Rows, counts: NDArray[np.bool_]) -> Array:
    """-log p(what came) (n, fields); 0 for what means nothing."""
    of_what_came = [
        np.take_along_axis(of, value[:, None], axis=-1)[:, 0]
        for of, value in zip(log_odds, rows.T, strict=True)
    ]
    return np.where(counts, -np.stack(of_what_came, axis=1), 0).astype(np.float32)


def _layers(forward: Forward, kept: Sequence[_Reading]) -> tuple[LayerTrace, ...]:
    kinds = [y.kind for y in forward.config.layers if y.kind in RECURRENT]
    if not kept:
        return ()
    return tuple(
        LayerTrace(
            kind,
            {name: np.stack([r.gates[i][name] for r in kept]) for name in kept[0].gates[i]},
            np.stack([r.states[i] for r in kept]),
        )
        for i, kind in enumerate(kinds)
    )
