"""How much of a take stands in the music that its network learned from, and how much of real music
that it never saw does: only beside that does the number mean something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.data import Corpus, split
from models.store import Run, Store
from musiccore.copies import Copy, Passages, passage
from musiccore.encoding import Encoded, Encoding
from musiccore.encoding.notes import GRID
from musiccore.piece import Piece

PASSAGE = 8
"""Notes of the passages whose share is told: about two beats of a chorale in four voices."""


class Usual(NamedTuple):
    """What real pieces that were held out share with those learned from: the longest copy of each
    in notes, ascending, and the share (mean) of their passages of `PASSAGE` notes."""

    longest: tuple[int, ...]
    share: float


@dataclass(frozen=True, eq=False)
class Learned:
    """The music that a run learns from, to be searched. `numbers` are its pieces' places in the
    run's corpus, `bars` the bar of each note by onset; no piece's name is kept here."""

    pieces: tuple[Piece, ...]
    numbers: tuple[int, ...]
    encoded: tuple[Encoded, ...]
    passages: Passages
    usual: Usual | None


class Original(NamedTuple):
    """Where a passage stands in a learned piece: `number` of that piece in the run's corpus, the
    `piece` as the network learned it, from and to in quarter notes, and its first bar (from 1),
    None where the encoding keeps no bars."""

    number: int
    piece: Piece
    start: float
    end: float
    bar: int | None


class Originality(NamedTuple):
    """`copy` is the longest passage of a take that stands in the learned music, `original` where,
    None where there is none; `share` that of the take's passages of `PASSAGE` notes."""

    copy: Copy
    original: Original | None
    share: float


def learned(store: Store, run: Run) -> Learned:
    """The music of a run, decoded and ready to be searched. Takes a second for some hundred
    pieces. Raises `StoreError`."""
    kept = store.corpus(run.id)
    numbered = Corpus(tuple(str(i) for i in range(len(kept))), kept.pieces)
    learn, held_out = split(run.encoding, numbered, run.training.held_out, run.training.seed)
    pieces = _decoded(run.encoding, learn)
    passages = Passages(pieces)
    unseen = _decoded(run.encoding, held_out)
    return Learned(
        pieces=pieces,
        numbers=tuple(int(name) for name in learn.names),
        encoded=learn.pieces,
        passages=passages,
        usual=_usual(passages, unseen) if unseen else None,
    )


def originality(run: Run, music: Learned, take: Piece) -> Originality:
    """How original a take of the run is."""
    copy = music.passages.longest(take)
    share = music.passages.share(take, PASSAGE)
    if not copy.notes:
        return Originality(copy, None, share)
    piece = music.pieces[copy.piece]
    start, end = passage(piece, copy.at, copy.notes)
    bar = bar_of(run.encoding, music.encoded[copy.piece], start)
    return Originality(copy, Original(music.numbers[copy.piece], piece, start, end, bar), share)


def bar_of(encoding: Encoding, piece: Encoded, onset: float) -> int | None:
    """The bar, from 1, in which a note of an encoded piece starts; None where it keeps no bars."""
    if encoding.positions == 1:
        return None
    rows = np.array([not encoding.is_end(row) for row in piece.rows.tolist()])
    onsets = _onsets(encoding, piece)
    begins = onsets - piece.position[rows] / GRID
    starts = np.unique(begins)
    if len(starts) < 2:
        return 1
    steps = np.diff(starts)
    # Bars in which no note starts are counted by the length that most bars have.
    bars = np.maximum(np.round(steps / np.median(steps)), 1)
    numbers = np.concatenate(([1], 1 + np.cumsum(bars)))
    at = int(np.searchsorted(onsets, onset - 0.5 / GRID))
    return int(numbers[np.searchsorted(starts, begins[min(at, len(begins) - 1)])])


def _onsets(encoding: Encoding, piece: Encoded) -> NDArray[np.float64]:
    return encoding.decode(piece.rows).notes().onset


def _decoded(encoding: Encoding, corpus: Corpus) -> tuple[Piece, ...]:
    return tuple(encoding.decode(piece.rows) for piece in corpus.pieces)


def _usual(passages: Passages, unseen: tuple[Piece, ...]) -> Usual:
    longest = sorted(passages.longest(piece).notes for piece in unseen)
    share = float(np.mean([passages.share(piece, PASSAGE) for piece in unseen]))
    return Usual(tuple(longest), share)
