"""How well a network foretells music: loss, accuracy, perplexity, all by the NumPy forward pass."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.config import ConfigError
from models.data import Corpus, inputs_of
from models.forward import Forward
from musiccore.encoding import Encoded

_PIECES_AT_ONCE = 64
_STEPS_AT_ONCE = 64
_WINDOWS_AT_ONCE = 1024


@dataclass(frozen=True)
class Measure:
    """What was found on `rows` tokens that stand for `notes` notes.

    `nats` is the sum over all fields of -log p(what came); `right` counts the rows of which every
    field was the most probable one.
    """

    nats: float
    rows: int
    notes: int
    right: int

    @property
    def nats_per_token(self) -> float:
        return self.nats / self.rows

    @property
    def nats_per_note(self) -> float:
        """The only loss that compares across encodings."""
        return self.nats / max(1, self.notes)

    @property
    def accuracy(self) -> float:
        return self.right / self.rows

    @property
    def perplexity(self) -> float:
        """exp(nats per token): among how many equally likely tokens the network wavers."""
        return math.exp(min(self.nats_per_token, 700))


@dataclass(frozen=True)
class Sample:
    """The first `rows_a_piece` rows of each piece, of the first pieces until `rows` are reached."""

    rows_a_piece: int
    rows: int

    def of(self, corpus: Corpus) -> tuple[Encoded, ...]:
        cut = [
            Encoded(p.rows[: self.rows_a_piece], p.position[: self.rows_a_piece])
            for p in corpus.pieces
        ]
        before = np.cumsum([0] + [len(p.rows) for p in cut[:-1]])
        return tuple(p for p, seen in zip(cut, before, strict=False) if seen < self.rows)


MEASURED = Sample(rows_a_piece=1000, rows=20_000)
"""What of the held-out pieces is measured after every epoch."""


@dataclass(frozen=True, eq=False)
class _Scored:
    nats: NDArray[np.float64]  # (...) a row
    right: NDArray[np.bool_]


def evaluate(
    forward: Forward, corpus: Corpus, sequence_length: int, sample: Sample | None = None
) -> Measure:
    """Measure a network on every piece of `corpus`, or on a `sample` of it.

    A network that answers every step runs through each piece from its start; one that answers
    windows is asked for every row that has `sequence_length` rows before it. Raises `ConfigError`
    where there is none such.
    """
    pieces = corpus.pieces if sample is None else sample.of(corpus)
    if forward.config.objective == "every step":
        asked, scored = list(pieces), list(_whole(forward, pieces))
    else:
        asked = [
            Encoded(p.rows[sequence_length:], p.position[sequence_length:])
            for p in pieces
            if len(p.rows) > sequence_length
        ]
        scored = [
            _windows(forward, p, sequence_length) for p in pieces if len(p.rows) > sequence_length
        ]
    if not asked:
        raise ConfigError(f"No piece is longer than the window of {sequence_length} notes.")
    return Measure(
        nats=float(sum(s.nats.sum() for s in scored)),
        rows=sum(len(p.rows) for p in asked),
        notes=sum(forward.encoding.notes_in(p.rows) for p in asked),
        right=int(sum(s.right.sum() for s in scored)),
    )


def _score(forward: Forward, trunk: NDArray[np.float32], answers: NDArray[np.int32]) -> _Scored:
    """trunk (..., H), answers (..., F) -> nats and correctness (...)."""
    fields = np.moveaxis(answers, -1, 0)
    counts = forward.encoding.counts(answers.reshape(-1, len(fields)))
    counts = np.moveaxis(counts.reshape(answers.shape), -1, 0)
    hidden = forward.hidden(trunk)
    nats = np.zeros(answers.shape[:-1])
    right = np.ones(answers.shape[:-1], bool)
    for i, answer in enumerate(fields):
        logits = forward.logits(i, trunk, hidden, fields)
        top = logits.max(axis=-1)
        log_total = top + np.log(np.exp(logits - top[..., None]).sum(axis=-1))
        given = np.take_along_axis(logits, answer[..., None], axis=-1)[..., 0]
        nats += np.where(counts[i], log_total - given, 0)
        right &= (logits.argmax(axis=-1) == answer) | ~counts[i]
    return _Scored(nats, right)


def _whole(forward: Forward, pieces: Sequence[Encoded]) -> Iterator[_Scored]:
    """Pieces of like length side by side, each from its own start."""
    by_length = sorted(pieces, key=lambda p: len(p.rows))
    for first in range(0, len(by_length), _PIECES_AT_ONCE):
        group = by_length[first : first + _PIECES_AT_ONCE]
        steps, width = max(len(p.rows) for p in group), len(group)
        given = np.zeros((steps, group[0].rows.shape[1], width), np.int32)
        position = np.zeros((steps, width), np.int32)
        answers = np.zeros((steps, width, group[0].rows.shape[1]), np.int32)
        there = np.zeros((steps, width), bool)
        for i, piece in enumerate(group):
            n, inputs = len(piece.rows), inputs_of(forward.encoding, piece)
            given[:n, :, i], position[:n, i] = inputs.rows, inputs.position
            answers[:n, i], there[:n, i] = piece.rows, True
        states = forward.start(width)
        for begin in range(0, steps, _STEPS_AT_ONCE):
            cut = slice(begin, min(begin + _STEPS_AT_ONCE, steps))
            trunks = []
            for row, place in zip(given[cut], position[cut], strict=True):
                trunk, states, _ = forward.step(row, place, states)
                trunks.append(trunk)
            scored = _score(forward, np.stack(trunks), answers[cut])
            yield _Scored(scored.nats * there[cut], scored.right & there[cut])


def _windows(forward: Forward, piece: Encoded, window: int) -> _Scored:
    """Every window of one piece, each from a state of zeros."""
    starts = np.arange(len(piece.rows) - window)
    nats, right = [], []
    for first in range(0, len(starts), _WINDOWS_AT_ONCE):
        at = starts[first : first + _WINDOWS_AT_ONCE]
        states = forward.start(len(at))
        for t in range(window):
            trunk, states, _ = forward.step(piece.rows[at + t].T, piece.position[at + t], states)
        scored = _score(forward, trunk, piece.rows[at + window])
        nats.append(scored.nats)
        right.append(scored.right)
    return _Scored(np.concatenate(nats), np.concatenate(right))
