"""From a run in the store to a piece of new music: what both the Generate page and the command
line call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from models.data import Corpus
from models.forward import Forward
from models.generation import Take, TakeSettings, Way, generate
from models.store import Run, Store
from musiccore.encoding import Encoded, Rows
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
        start = _first_window(run, store.corpus(run.id), window)
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


SAMPLE = TakeSettings(notes=64)
"""The short take that a network makes of itself while it learns."""


def is_sampled(epoch: int) -> bool:
    """Whether an epoch makes a sample: 1, 2, 5, 10, 20, 50, 100 …"""
    return str(epoch).rstrip("0") in ("1", "2", "5")


def sample_of(run: Run, forward: Forward, corpus: Corpus) -> Rows:
    """A network's sample, with the same prompt and seed at every epoch: from where music begins,
    or from the first window of the corpus. Never the likeliest note alone, even in the book's way:
    what it would repeat for ever is no sign of how much is learned."""
    way, window = own_way(run), run.training.sequence_length
    start = _first_window(run, corpus, window) if way == "window" else None
    return generate(forward, replace(SAMPLE, way=way), start, window=window).rows


def sample_pieces(store: Store, run: Run) -> dict[int, Piece]:
    """Epoch -> the music of its sample, without the prompt."""
    return {
        epoch: run.encoding.decode(rows, f"{run.title}, sample of epoch {epoch}")
        for epoch, rows in store.samples(run.id).items()
    }


def _first_window(run: Run, corpus: Corpus, window: int) -> Encoded:
    """The first `window` rows of the corpus, pieces laid end to end without their ends."""
    pieces = [_without_ends(run, piece) for piece in corpus.pieces]
    rows = np.concatenate([p.rows for p in pieces])
    position = np.concatenate([p.position for p in pieces])
    return Encoded(rows[:window], position[:window])


def _without_ends(run: Run, piece: Encoded) -> Encoded:
    notes = [not run.encoding.is_end(row) for row in piece.rows.tolist()]
    return Encoded(piece.rows[notes], piece.position[notes])


def own_way(run: Run) -> Way:
    """The way of generating that a run was trained for."""
    return "carried" if run.network.objective == "every step" else "window"
