"""The music that a run learns from, as making takes needs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from models.data import Corpus, split
from models.no_copies import NoCopies
from models.store import Run, Store
from musiccore.encoding import Encoded, Encoding, Rows
from musiccore.ngrams import NGrams

BOOK_WINDOW = 100
"""The chapter's window, for networks that have none of their own."""


@dataclass(frozen=True, eq=False)
class RunMusic:
    """A run's pieces in the order of its corpus; those with numbers in `held_out` it never learns
    from."""

    encoding: Encoding
    corpus: Corpus
    held_out: tuple[int, ...]

    @cached_property
    def learned(self) -> tuple[int, ...]:
        """The numbers of the pieces that are learned from."""
        held = set(self.held_out)
        return tuple(i for i in range(len(self.corpus)) if i not in held)

    @cached_property
    def pitches(self) -> NDArray[np.int64] | None:
        """What each instrument may play: `Encoding.pitches` of all pieces."""
        return self.encoding.pitches(piece.rows for piece in self.corpus.pieces)

    def copying(self, longest: int) -> NoCopies:
        """What watches that one take copies no more than `longest` notes of what is learned."""
        if longest not in self._ngrams:
            pieces = [self.encoding.decode(self.corpus.pieces[i].rows) for i in self.learned]
            self._ngrams[longest] = NGrams(pieces, longest + 1)
        return NoCopies(self.encoding, self._ngrams[longest])

    @cached_property
    def _ngrams(self) -> dict[int, NGrams]:
        return {}

    def notes_of(self, number: int) -> Encoded:
        """A piece without the end row."""
        return without_ends(self.encoding, self.corpus.pieces[number])

    def first_rows(self, count: int) -> Rows:
        """The first rows of the corpus, pieces laid end to end without their ends."""
        return np.concatenate(list(self._until(count)))[:count]

    def _until(self, count: int) -> Iterator[Rows]:
        for number in range(len(self.corpus)):
            if count <= 0:
                return
            rows = self.notes_of(number).rows
            count -= len(rows)
            yield rows


def run_music(store: Store, run: Run) -> RunMusic:
    """The music of a run; that of the last two runs asked for is remembered, since no run's music
    ever changes. Raises `StoreError`."""
    return _remembered(store.url, run.id)


@lru_cache(maxsize=2)
def _remembered(url: str, run_id: str) -> RunMusic:
    store = Store(url)
    run, kept = store.load(run_id), store.corpus(run_id)
    numbered = Corpus(tuple(map(str, range(len(kept)))), kept.pieces)
    _, held_out = split(run.encoding, numbered, run.training.held_out, run.training.seed)
    return RunMusic(run.encoding, numbered, tuple(map(int, held_out.names)))


def window_of(run: Run) -> int:
    """How many rows the way `window` shows a run's network."""
    return run.training.sequence_length if run.network.objective == "last step" else BOOK_WINDOW


def without_ends(encoding: Encoding, piece: Encoded) -> Encoded:
    """The notes of a piece alone."""
    notes = np.array([not encoding.is_end(row) for row in piece.rows.tolist()], bool)
    return Encoded(piece.rows[notes], piece.position[notes])
