"""How much of a take stands in the music that its network learned from, and how much of real music
that it never saw does: only beside that does the number mean something."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.data import Corpus, split
from models.store import Run, Store
from musiccore.copies import Copy, Passages, passage
from musiccore.encoding import Encoded, Encoding
from musiccore.encoding.notes import GRID
from musiccore.piece import Piece, excerpt

PASSAGE = 8
"""Notes of the passages whose share is told: about two beats of a chorale in four voices."""


NGRAMS = (4, 8, 12, 16, 24)
"""Notes of the passages whose shares are shown beside each other."""

MOST_UNSEEN = 100
"""Held-out pieces that a take is compared with at most."""


class Usual(NamedTuple):
    """What real pieces that were held out share with those learned from: the longest copy of each
    in notes, ascending, the share (mean) of their passages of `PASSAGE` notes, and for each of
    `NGRAMS` the shares of all pieces, ascending."""

    longest: tuple[int, ...]
    share: float
    shares: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Learned:
    """The music that a run learns from, to be searched. `numbers` are its pieces' places in the
    run's corpus; no piece's name is kept here. `unseen` are held-out pieces."""

    pieces: tuple[Piece, ...]
    numbers: tuple[int, ...]
    encoded: tuple[Encoded, ...]
    passages: Passages
    usual: Usual | None
    unseen: tuple[Piece, ...] = ()


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
    None where there is none; `share` that of the take's passages of `PASSAGE` notes, `shares` those
    of its passages of `NGRAMS` notes."""

    copy: Copy
    original: Original | None
    share: float
    shares: tuple[float, ...] = ()


def learned(store: Store, run: Run) -> Learned:
    """The music of a run, decoded and ready to be searched. Takes a second for some hundred
    pieces. Raises `StoreError`."""
    kept = store.corpus(run.id)
    numbered = Corpus(tuple(str(i) for i in range(len(kept))), kept.pieces)
    learn, held_out = split(run.encoding, numbered, run.training.held_out, run.training.seed)
    pieces = _decoded(run.encoding, learn)
    passages = Passages(pieces)
    unseen = _decoded(run.encoding, held_out)[:MOST_UNSEEN]
    return Learned(
        pieces=pieces,
        numbers=tuple(int(name) for name in learn.names),
        encoded=learn.pieces,
        passages=passages,
        usual=_usual(passages, unseen) if unseen else None,
        unseen=unseen,
    )


def originality(run: Run, music: Learned, take: Piece) -> Originality:
    """How original a take of the run is."""
    copy = music.passages.longest(take)
    share, shares = music.passages.share(take, PASSAGE), _shares(music.passages, take)
    if not copy.notes:
        return Originality(copy, None, share, shares)
    piece = music.pieces[copy.piece]
    start, end = passage(piece, copy.at, copy.notes)
    bar = bar_of(run.encoding, music.encoded[copy.piece], start)
    original = Original(music.numbers[copy.piece], piece, start, end, bar)
    return Originality(copy, original, share, shares)


@lru_cache(maxsize=8)
def usual_for(music: Learned, notes: int) -> Usual | None:
    """What is usual for so many notes: longer music has longer copies by chance, so of held-out
    pieces no more than their first `notes` notes are looked at. None where nothing was held out."""
    if music.usual is None:
        return None
    if all(len(piece) <= notes for piece in music.unseen):
        return music.usual
    return _usual(music.passages, tuple(_beginning(piece, notes) for piece in music.unseen))


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
    shares = zip(*(_shares(passages, piece) for piece in unseen), strict=True)
    return Usual(tuple(longest), share, tuple(tuple(sorted(column)) for column in shares))


def _shares(passages: Passages, piece: Piece) -> tuple[float, ...]:
    return tuple(passages.share(piece, notes) for notes in NGRAMS)


def _beginning(piece: Piece, notes: int) -> Piece:
    """The first notes of a piece, those that start with the last of them too."""
    onset = piece.notes().onset
    return piece if len(onset) <= notes else excerpt(piece, 0, float(onset[notes - 1]) + 0.5 / GRID)
