"""Making music from a trained network, note by note, many takes at once. Needs NumPy alone.

A take is a function of (network, settings, beginning) and nothing else: it is the same, number for
number, alone and beside others. That is why B takes run as arrays (B, 1, units): NumPy multiplies
each of them with the very call that one take alone gets, while one large product would round
differently with B (BLAS orders its sums by the shape).
"""

from __future__ import annotations

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
from musiccore.encoding import Encoded, Encoding, Rows

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
    one that is not legal there is not taken. `drawn` rows were made with this seed before.
    """

    prompt: Rows = field(default_factory=_nothing)
    context: Rows = field(default_factory=_nothing)
    bar: float | None = None
    since: float | None = None
    plan: NDArray[np.int32] = field(default_factory=_nothing)
    drawn: int = 0


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
    beginnings = [_shaped(b, fields) for _, b in jobs]
    reader, grammars, zero = READERS[way](forward, beginnings, window, pitches)
    wanted = np.array([settings.notes for settings, _ in jobs])
    since, until = _limits(encoding, jobs, grammars.onset - zero)
    grammars.wait_until(since + zero)
    watchers = [
        _watcher(encoding, settings, beginning, start, copying)
        for settings, beginning, start in zip(
            (s for s, _ in jobs), beginnings, zero.tolist(), strict=True
        )
    ]
    choose = Chooser(forward, [s for s, _ in jobs], beginnings, watchers)

    rows: list[list[NDArray[np.int64]]] = [[] for _ in jobs]
    alive, made = np.arange(len(jobs)), np.zeros(len(jobs), np.int64)
    while True:
        row = choose(reader.trunk, grammars)
        positions = grammars.accept(row)
        notes = ~np.array([encoding.is_end(r) for r in row.tolist()])
        late = notes & (grammars.onset - zero >= until - _ROUNDING)
        made += notes & ~late
        for take, own, is_late in zip(alive.tolist(), row, late.tolist(), strict=True):
            if not is_late:
                rows[take].append(own)
        on_notes(int((notes & ~late).sum()))
        done = late | (made >= wanted)
        if done.any():
            goes_on = np.flatnonzero(~done)
            if not len(goes_on):
                break
            alive, made, wanted = alive[goes_on], made[goes_on], wanted[goes_on]
            until, zero = until[goes_on], zero[goes_on]
            row, positions = row[goes_on], positions[goes_on]
            grammars, choose = grammars.only(goes_on), choose.only(goes_on)
            reader.only(goes_on)
        reader.read(row, positions)
    return [np.array(own, np.int32).reshape(-1, fields) for own in rows]


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
    encoding: Encoding,
    settings: TakeSettings,
    beginning: Beginning,
    zero: float,
    copying: Callable[[int], Copying] | None,
) -> Copying | None:
    """What watches over a take that must not copy, having heard its prompt."""
    if not settings.longest_copy or copying is None:
        return None
    watcher = copying(settings.longest_copy)
    own = encoding if beginning.bar is None else encoding.with_bar(beginning.bar)
    onsets = own.onsets(beginning.prompt) + zero
    for onset, row in zip(onsets.tolist(), beginning.prompt.tolist(), strict=True):
        watcher.accept(onset, row)
    return watcher


def _limits(
    encoding: Encoding, jobs: Sequence[Job], last: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """From when on and until when new notes may sound (B,), in quarter notes of each take; `last`
    is when the last row of its prompt sounds."""
    since, until = np.zeros(len(jobs)), np.full(len(jobs), np.inf)
    for i, (settings, beginning) in enumerate(jobs):
        if beginning.since is not None:
            since[i] = beginning.since
        if settings.length is not None:
            own = encoding if beginning.bar is None else encoding.with_bar(beginning.bar)
            start = beginning.since
            if start is None:
                start = new_music_from(own.bar, len(beginning.prompt) > 0, last[i])
            until[i] = start + settings.length.quarters(own)
    return since, until


def new_music_from(bar: float, prompted: bool, last: float) -> float:
    """Where bars and seconds of new music are counted from: the bar line behind the last onset of
    the prompt, in quarter notes."""
    return (np.floor((last + _ROUNDING) / bar) + 1) * bar if prompted else 0.0
