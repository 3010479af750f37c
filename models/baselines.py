"""What counting alone achieves: the losses that a network has to beat to be worth its training.

Everything is counted in the pieces a run learns from, in all transpositions it learns them in, and
measured on the very rows of the held-out pieces that `Epoch.held_out` is measured on, in the same
unit: nats a row, summed over fields. A network below `unigram` has learned more than what is
frequent; one below `markov 3` knows more than three rows can tell. What a network is told beside
the rows, the place in the bar, is not counted.

Each field is foretold, as the network's heads do it, from the fields of the same row decided before
it and, at order k, from the k rows before. Contexts grow one step at a time, the fields decided
before first, then of each earlier row the same field and the whole row; what a long context has
not seen is left to the shorter one, down to the uniform distribution, by interpolated Witten-Bell
smoothing: p(w | c) = (n(cw) + t(c) p(w | shorter c)) / (n(c) + t(c)), where t(c) is the number of
different values seen after c (Witten and Bell 1991, method C; Chen and Goodman 1998, section 2.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.config import NetworkConfig, TrainingConfig
from models.data import Corpus, start_row
from models.evaluation import MEASURED
from musiccore.encoding import Encoding

Ints = NDArray[np.int64]

ORDERS = (1, 2, 3)
"""How many rows back the Markov baselines look."""

MOST_ROWS = 600_000
"""Rows beyond which no further piece is counted: it would take long, and tell little."""

BASELINES: Mapping[str, str] = {
    "uniform": "every value equally likely",
    "unigram": "counting values, fields in turn",
    **{
        f"markov {k}": f"counting what follows the last {f'{k} rows' if k > 1 else 'row'}"
        for k in ORDERS
    },
}
"""Name -> what it does, in words for the screen; from the weakest to the strongest."""


@dataclass(frozen=True)
class Baselines:
    """`nats` of each of `BASELINES` on `rows` held-out rows that stand for `notes` notes."""

    rows: int
    notes: int
    nats: Mapping[str, float]

    def per_row(self, name: str) -> float:
        """Nats a row, as `Epoch.held_out`."""
        return self.nats[name] / self.rows

    def per_note(self, name: str) -> float:
        """Nats a note, as `Epoch.nats_per_note`: compares across encodings."""
        return self.nats[name] / max(1, self.notes)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Baselines:
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def baselines(
    encoding: Encoding,
    learn: Corpus,
    held_out: Corpus,
    network: NetworkConfig,
    training: TrainingConfig,
) -> Baselines | None:
    """Count in `learn`, measure on `held_out`; None where nothing of it is measured."""
    skip = training.sequence_length if network.objective == "last step" else 0
    measured = [p.rows for p in MEASURED.of(held_out) if len(p.rows) > skip]
    if not measured:
        return None
    counted = _learned(encoding, learn, training.transpose)
    pieces = [*counted, *measured]
    asked = np.concatenate(
        [np.zeros(len(p), bool) for p in counted] + [np.arange(len(p)) >= skip for p in measured]
    )
    contexts = _Contexts(encoding, pieces)
    nats = dict.fromkeys(BASELINES, 0.0)
    for i, field in enumerate(encoding.fields):
        if field.is_choice:
            for name, odds in contexts.odds(i, asked, sum(map(len, counted))).items():
                nats[name] -= float(np.log(odds).sum())
    return Baselines(
        rows=int(asked.sum()),
        notes=sum(encoding.notes_in(p[skip:]) for p in measured),
        nats=nats,
    )


def _learned(encoding: Encoding, learn: Corpus, reach: int) -> list[NDArray[np.int32]]:
    """The rows of every piece in each transposition, up to `MOST_ROWS` in all."""
    found: list[NDArray[np.int32]] = []
    rows = 0
    for piece in learn.pieces:
        for semitones in range(-reach, reach + 1):
            moved = encoding.transposed(piece.rows, semitones) if semitones else piece.rows
            if moved is not None and rows < MOST_ROWS:
                found.append(moved)
                rows += len(moved)
    return found


class _Contexts:
    """All rows of all pieces laid end to end, and what precedes each."""

    def __init__(self, encoding: Encoding, pieces: list[NDArray[np.int32]]) -> None:
        self._fields = encoding.fields
        self._rows: Ints = np.concatenate(pieces).astype(np.int64)  # (N, fields)
        self.counts = np.concatenate([encoding.counts(p) for p in pieces])
        begin = np.concatenate([np.arange(len(p)) for p in pieces])  # rows since the piece began
        start = start_row(encoding).astype(np.int64)
        whole = _numbered(
            np.zeros(len(self._rows), np.int64),
            [(self._rows[:, i], f.size) for i, f in enumerate(self._fields)],
        )
        outside = int(whole.max()) + 1
        self._earlier = []  # per lag: the rows (N, fields) and their numbers (N,)
        for lag in ORDERS:
            inside = begin >= lag
            self._earlier.append(
                (
                    np.where(inside[:, None], np.roll(self._rows, lag, axis=0), start),
                    np.where(inside, np.roll(whole, lag), outside),
                )
            )
        self._wholes = outside + 1

    def odds(
        self, field: int, asked: NDArray[np.bool_], learned: int
    ) -> dict[str, NDArray[np.float64]]:
        """By each of `BASELINES` the probability of what came in `field` in every row (N,) that is
        `asked` for and counts; the first `learned` rows are those to learn from."""
        size = self._fields[field].size
        columns = [(np.zeros(len(asked), np.int64), 1)]
        columns += [(self._rows[:, i], self._fields[i].size) for i in reversed(range(field))]
        for rows, whole in self._earlier:
            same = [(rows[:, field], size + 1)] if len(self._fields) > 1 else []
            columns += [*same, (whole, self._wholes)]
        alive = np.flatnonzero(self.counts[:, field] & (asked | (np.arange(len(asked)) < learned)))
        context = np.zeros(len(alive), np.int64)
        odds = np.full(len(alive), 1 / size)
        steps = [odds[asked[alive]]]
        for column, values in columns:
            context = _distinct(context * values + column[alive])
            # Contexts only divide: the rows of one in which nothing is asked are done with.
            wanted = np.zeros(len(context), bool)
            wanted[context[asked[alive]]] = True
            stays = wanted[context]
            alive, context, odds = alive[stays], context[stays], odds[stays]
            odds = _smoothed(odds, context, self._rows[alive, field], size, alive < learned)
            steps.append(odds[asked[alive]])
        lags = (len(columns) - 1 - field) // len(ORDERS)
        return {
            "uniform": steps[0],
            "unigram": steps[1 + field],
            **{f"markov {order}": steps[1 + field + lags * order] for order in ORDERS},
        }


def _numbered(context: Ints, columns: list[tuple[Ints, int]]) -> Ints:
    """Contexts (N,) joined with further columns, numbered anew from 0."""
    for column, values in columns:
        context = _distinct(context * values + column)
    return context


def _distinct(numbers: Ints) -> Ints:
    """The same numbers for the same numbers, 0, 1, 2 … (a hash table: sorting took ten times as
    long)."""
    import pandas as pd  # takes a while, and only who trains counts

    return pd.factorize(numbers)[0]


def _smoothed(
    shorter: NDArray[np.float64],
    context: Ints,
    value: Ints,
    size: int,
    counted: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """The probability (N,) of `value` after `context`, given that by the `shorter` context."""
    pair = _distinct(context * size + value)
    after = np.bincount(context[counted], minlength=int(context.max()) + 1)  # n(c)
    pairs = np.bincount(pair[counted], minlength=int(pair.max()) + 1)  # n(cw)
    of_pair = np.zeros(len(pairs), np.int64)
    of_pair[pair] = context
    kinds = np.bincount(of_pair[pairs > 0], minlength=len(after))  # t(c)
    seen = after[context] + kinds[context]
    joined = pairs[pair] + kinds[context] * shorter
    return np.where(seen > 0, joined / np.maximum(seen, 1), shorter)
