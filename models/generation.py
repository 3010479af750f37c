"""Making music from a trained network, note by note, many takes at once. Needs NumPy alone.

A take is a function of (network, settings, beginning) and nothing else: it is the same, number for
number, alone and beside others. That is why B takes run as arrays (B, 1, units): NumPy multiplies
each of them with the very call that one take alone gets, while one large product would round
differently with B (BLAS orders its sums by the shape).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from models.choosing import Chooser, Copying
from models.forward import Forward
from models.reading import READERS
from models.sampling import Sampling, sample
from models.take_settings import (
    BOOK_WAY,
    MAX_NOTES,
    Length,
    TakeSettings,
    Way,
)
from musiccore.encoding import Encoded, Encoding, Grammar, Rows

__all__ = [
    "BOOK_WAY",
    "MAX_NOTES",
    "Beginning",
    "Length",
    "Sampling",
    "Take",
    "TakeSettings",
    "Way",
    "generate",
    "generate_takes",
    "sample",
]


def _nothing() -> Rows:
    return np.zeros((0, 0), np.int32)


@dataclass(frozen=True, eq=False)
class Beginning:
    """What a take goes on from.

    `prompt` (P, fields) is heard in front of it; `context` (C, fields) the network reads before
    that, unheard, which the way `window` needs. `bar` is the bar length in quarter notes where it
    is not the encoding's. Nothing new sounds before `since` (quarter notes from the prompt's
    beginning). `plan` (n, fields) are values for the first new rows, -1 where the network is free;
    one that is not legal there is not taken, nor, unless it `insists`, one that completes a copy
    that is too long. `drawn` rows were made with this seed before.
    """

    prompt: Rows = field(default_factory=_nothing)
    context: Rows = field(default_factory=_nothing)
    bar: float | None = None
    since: float | None = None
    plan: NDArray[np.int32] = field(default_factory=_nothing)
    drawn: int = 0
    insists: bool = False


@dataclass(frozen=True, eq=False)
class Take:
    """What was made: `rows` (T, fields) without the prompt."""

    rows: Rows


def generate(
    forward: Forward,
    settings: TakeSettings,
    primer: Encoded | None = None,
    *,
    window: int = 100,
    metre: float | None = None,
    on_note: Callable[[int], object] = lambda _: None,
) -> Take:
    """One take. `primer` is music to go on from; the way `window` needs one of at least `window`
    rows. `metre` is the bar length in quarter notes where it is not the corpus's.

    Raises `ConfigError` where the primer is too short.
    """
    rows = _nothing() if primer is None else primer.rows
    ends = [forward.encoding.is_end(row) for row in rows.tolist()]
    beginning = Beginning(prompt=rows[~np.array(ends, bool)], bar=metre)
    job = (settings, beginning)
    return Take(generate_takes(forward, [job], window=window, on_note=on_note)[0])


Job = tuple[TakeSettings, Beginning]


def generate_takes(
    forward: Forward,
    jobs: Sequence[Job],
    *,
    window: int = 100,
    pitches: NDArray[np.integer] | None = None,
    copying: Callable[[int], Copying] | None = None,
    on_note: Callable[[int], object] = lambda _: None,
) -> list[Rows]:
    """The new rows (T, fields) of each take, all in one loop.

    `pitches` are those that `Encoding.pitches` allows; `copying` makes, from a number of notes,
    what watches that one take copies no more of them, and is needed where a take asks for that.
    `on_note` is told how many notes there are, in all takes. Raises `ConfigError` where there is
    less than a `window` of rows to go on from and the way needs one.
    """
    made: list[Rows] = [_nothing()] * len(jobs)
    notes = 0

    def on_notes(new: int) -> None:
        nonlocal notes
        notes += new
        on_note(notes)

    for way in READERS:
        group = [i for i, (settings, _) in enumerate(jobs) if settings.way == way]
        if group:
            chosen = [jobs[i] for i in group]
            rows = _made_together(forward, way, chosen, window, pitches, copying, on_notes)
            for i, own in zip(group, rows, strict=True):
                made[i] = own
    return made


def _made_together(
    forward: Forward,
    way: Way,
    jobs: Sequence[Job],
    window: int,
    pitches: NDArray[np.integer] | None,
    copying: Callable[[int], Copying] | None,
    on_notes: Callable[[int], object],
) -> list[Rows]:
    encoding = forward.encoding
    fields = len(encoding.fields)
    jobs = [(settings, _shaped(beginning, fields)) for settings, beginning in jobs]
    reader, grammars, zero = READERS[way](forward, [b for _, b in jobs], window, pitches)
    starts = [
        _start(encoding, job, g.onset - z) for job, g, z in zip(jobs, grammars, zero, strict=True)
    ]
    until = [_end(encoding, job, start) for job, start in zip(jobs, starts, strict=True)]
    for (_, beginning), grammar, z in zip(jobs, grammars, zero, strict=True):
        if beginning.since is not None:
            grammar.wait_until(beginning.since + z)
    settings = [own for own, _ in jobs]
    watchers = [_watcher(encoding, job, z, copying) for job, z in zip(jobs, zero, strict=True)]
    choose = Chooser(forward, settings, [b for _, b in jobs], watchers)

    takes = [
        _Growing(own.notes, end + z, grammar)
        for own, end, z, grammar in zip(settings, until, zero, grammars, strict=True)
    ]
    alive = takes
    while True:
        rows = choose(reader.trunk, [take.grammar for take in alive])
        before = sum(take.notes for take in alive)
        positions = [
            take.add(row, encoding.is_end(row)) for take, row in zip(alive, rows, strict=True)
        ]
        on_notes(sum(take.notes for take in alive) - before)
        if any(take.is_done for take in alive):
            goes_on = [i for i, take in enumerate(alive) if not take.is_done]
            if not goes_on:
                break
            alive = [alive[i] for i in goes_on]
            rows, positions = [rows[i] for i in goes_on], [positions[i] for i in goes_on]
            choose = choose.only(goes_on)
            reader.only(goes_on)
        reader.read(rows, positions)
    return [np.array(take.rows, np.int32).reshape(-1, fields) for take in takes]


class _Growing:
    """One take in the making: `wanted` notes, none from `until` on (quarter notes, as its grammar
    counts them)."""

    def __init__(self, wanted: int, until: float, grammar: Grammar) -> None:
        self._wanted, self._until, self.grammar = wanted, until - _ROUNDING, grammar
        self.rows: list[list[int]] = []
        self.notes = 0
        self.is_done = False

    def add(self, row: list[int], is_end: bool) -> int:
        """The next row; returns its position in the bar."""
        position = self.grammar.accept(row)
        if not is_end and self.grammar.onset >= self._until:
            self.is_done = True
            return position
        self.rows.append(row)
        self.notes += not is_end
        self.is_done = self.notes == self._wanted
        return position


_ROUNDING = 1e-6
"""Quarter notes by which sums of lengths may be off."""


def _shaped(beginning: Beginning, fields: int) -> Beginning:
    """Without music an array has no fields yet."""
    return replace(
        beginning,
        prompt=beginning.prompt.reshape(-1, fields),
        context=beginning.context.reshape(-1, fields),
        plan=beginning.plan.reshape(-1, fields),
    )


def _watcher(
    encoding: Encoding, job: Job, zero: float, copying: Callable[[int], Copying] | None
) -> Copying | None:
    """What watches over a take that must not copy, having heard its prompt."""
    settings, beginning = job
    if not settings.longest_copy or copying is None:
        return None
    watcher = copying(settings.longest_copy)
    onsets = _own(encoding, beginning).onsets(beginning.prompt) + zero
    for onset, row in zip(onsets.tolist(), beginning.prompt.tolist(), strict=True):
        watcher.accept(onset, row)
    return watcher


def _own(encoding: Encoding, beginning: Beginning) -> Encoding:
    return encoding if beginning.bar is None else encoding.with_bar(beginning.bar)


def _start(encoding: Encoding, job: Job, last: float) -> float:
    """From where the length of new music counts; `last` is when the prompt's last row sounds."""
    beginning = job[1]
    if beginning.since is not None:
        return beginning.since
    return new_music_from(_own(encoding, beginning).bar, len(beginning.prompt) > 0, last)


def _end(encoding: Encoding, job: Job, start: float) -> float:
    """When new notes sound no more, in quarter notes; infinite where notes are counted."""
    settings, beginning = job
    if settings.length is None:
        return math.inf
    return start + settings.length.quarters(_own(encoding, beginning))


def new_music_from(bar: float, prompted: bool, last: float) -> float:
    """Where bars and seconds of new music are counted from: the bar line behind the last onset of
    the prompt, in quarter notes."""
    return (math.floor((last + _ROUNDING) / bar) + 1) * bar if prompted else 0.0
