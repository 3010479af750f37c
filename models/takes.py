"""From a run in the store to a piece of new music: what both the Generate page and the command
line call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.generation import Take, TakeSettings, Way, generate
from models.store import Run, Store
from musiccore.encoding import Encoded
from musiccore.piece import Piece


@dataclass(frozen=True, eq=False)
class MadeTake:
    """`piece` with the primer, if there was one, in front; `take` without it."""

    piece: Piece
    take: Take
    epoch: int


def make_take(
    store: Store,
    run: Run,
    settings: TakeSettings,
    epoch: int | None = None,
    primer: Piece | None = None,
    keep_gates: bool = False,
    on_note: Callable[[int], object] = lambda _: None,
) -> MadeTake:
    """A take by a run's `epoch` (default: its best). Without a primer the way `window` starts from
    the first window of the music the run learned, which the chapter does and leaves out of what
    is heard.

    Raises `StoreError`, `ConfigError` or `EncodingError` with a sentence.
    """
    epoch = epoch if epoch is not None else store.best(run.id)
    forward = store.forward(run, epoch)
    window = run.training.sequence_length if run.network.objective == "last step" else BOOK_WINDOW
    given = _without_ends(run, run.encoding.encode(primer)) if primer is not None else None
    start = given
    if settings.way == "window" and given is None:
        start = _first_window(store, run, window)
    metre = primer.metres[0].bar if primer is not None and primer.metres else None
    take = generate(
        forward,
        settings,
        start,
        window=window,
        metre=metre,
        keep_gates=keep_gates,
        on_note=on_note,
    )
    rows = take.rows
    if given is not None:
        rows = np.concatenate([given.rows, rows])
    name = f"{run.title}, epoch {epoch}, seed {settings.seed}"
    return MadeTake(run.encoding.decode(rows, name), take, epoch)


BOOK_WINDOW = 100
"""The chapter's window, for networks that have none of their own."""


def _first_window(store: Store, run: Run, window: int) -> Encoded:
    """The first `window` rows of the corpus, pieces laid end to end without their ends."""
    pieces = [_without_ends(run, piece) for piece in store.corpus(run.id).pieces]
    rows = np.concatenate([p.rows for p in pieces])
    position = np.concatenate([p.position for p in pieces])
    return Encoded(rows[:window], position[:window])


def _without_ends(run: Run, piece: Encoded) -> Encoded:
    notes = [not run.encoding.is_end(row) for row in piece.rows.tolist()]
    return Encoded(piece.rows[notes], piece.position[notes])


def own_way(run: Run) -> Way:
    """The way of generating that a run was trained for."""
    return "carried" if run.network.objective == "every step" else "window"
