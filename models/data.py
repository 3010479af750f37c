"""A corpus as the network is fed it: split by piece, transposed, in parallel streams or windows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.config import ConfigError, NetworkConfig, TrainingConfig
from musiccore.encoding import Encoded, Encoding, EncodingError
from musiccore.piece import Piece

Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, eq=False)
class Corpus:
    """Encoded pieces and their names, in parallel."""

    names: tuple[str, ...]
    pieces: tuple[Encoded, ...]

    @classmethod
    def of(cls, encoding: Encoding, pieces: Sequence[Piece]) -> Corpus:
        """Encode `pieces`; those of which nothing remains are left out.

        Raises `EncodingError` where nothing remains of any.
        """
        names, encoded, refusal = [], [], None
        for piece in pieces:
            try:
                encoded.append(encoding.encode(piece))
                names.append(piece.name)
            except EncodingError as error:
                refusal = error
        if not encoded:
            raise refusal or EncodingError("There is no music to learn from. Choose some pieces.")
        return cls(tuple(names), tuple(encoded))

    @cached_property
    def digest(self) -> str:
        """Identifies the music whatever its file names: SHA-256 over the rows, hex."""
        digest = hashlib.sha256()
        for piece in self.pieces:
            digest.update(piece.rows.tobytes())
            digest.update(piece.position.tobytes())
            digest.update(b"|")
        return digest.hexdigest()

    def only(self, indices: Sequence[int]) -> Corpus:
        return Corpus(tuple(self.names[i] for i in indices), tuple(self.pieces[i] for i in indices))

    def __len__(self) -> int:
        return len(self.pieces)


def split(encoding: Encoding, corpus: Corpus, share: float, seed: int) -> tuple[Corpus, Corpus]:
    """(to learn from, held out): whole pieces, so that no window leaks.

    Pieces that are the same up to transposition stay on one side. A corpus with a single such
    group holds nothing out.
    """
    groups: dict[bytes, list[int]] = {}
    for i, piece in enumerate(corpus.pieces):
        shape = hashlib.sha256(encoding.up_to_transposition(piece.rows)).digest()
        groups.setdefault(shape, []).append(i)
    order = np.random.default_rng([seed, 1]).permutation(len(groups))
    wanted = len(corpus) * share
    held: list[int] = []
    members = list(groups.values())
    for g in order[:-1]:
        if len(held) >= wanted:
            break
        held += members[g]
    chosen = set(held)
    learn = [i for i in range(len(corpus)) if i not in chosen]
    return corpus.only(learn), corpus.only(sorted(held))


def start_row(encoding: Encoding) -> NDArray[np.int32]:
    """The input (fields,) that says a piece begins: every field one past its last value."""
    return np.array([f.size for f in encoding.fields], np.int32)


def inputs_of(encoding: Encoding, piece: Encoded) -> Encoded:
    """What the network is given to predict `piece`: a start row, then all rows but the last."""
    rows = np.concatenate([start_row(encoding)[None], piece.rows[:-1]])
    position = np.concatenate([np.zeros(1, np.int32), piece.position[:-1]])
    return Encoded(rows.astype(np.int32), position.astype(np.int32))


class Batch(NamedTuple):
    """Inputs, answers and their weights by name, as `models.network.build` describes them."""

    x: Arrays
    y: Arrays
    weight: Arrays


class Feed:
    """The batches of every epoch. An epoch is a function of (corpus, settings, seed, epoch)."""

    def __init__(
        self, encoding: Encoding, corpus: Corpus, network: NetworkConfig, training: TrainingConfig
    ) -> None:
        """Raises `ConfigError`, with the longest sequence length that would work, where there is
        too little music."""
        self.encoding, self.corpus = encoding, corpus
        self.network, self.training = network, training
        if not any(field.is_choice for field in encoding.fields):
            raise ConfigError("The music repeats one and the same note: there is nothing to learn.")
        longest = longest_sequence(corpus, network, training)
        if training.sequence_length > longest:
            remedy = (
                f"The longest sequence length that would work is {longest}."
                if longest
                else "Choose more music or a smaller batch."
            )
            raise ConfigError(
                f"There is too little music for sequences of {training.sequence_length} notes "
                f"with a batch size of {training.batch_size}. {remedy}"
            )

    @property
    def batches(self) -> int:
        """Batches an epoch."""
        if self.network.objective == "every step":
            return -(-self._stream_length // self.training.sequence_length)
        return -(-self._windows // self.training.batch_size)

    @property
    def _stream_length(self) -> int:
        total = sum(len(p.rows) for p in self.corpus.pieces)
        return -(-total // self.training.batch_size)

    @property
    def _windows(self) -> int:
        window = self.training.sequence_length
        return sum(max(0, len(p.rows) - window) for p in self.corpus.pieces)

    def epoch(self, number: int) -> Iterator[Batch]:
        """The batches of epoch `number` (from 1), pieces in a new order and transposition."""
        rng = np.random.default_rng([self.training.seed, 2, number])
        pieces = [self._transposed(p, rng) for p in self.corpus.pieces]
        if self.network.objective == "every step":
            return self._streams([pieces[i] for i in rng.permutation(len(pieces))])
        return self._sliding_windows(pieces, rng)

    def _transposed(self, piece: Encoded, rng: np.random.Generator) -> Encoded:
        reach = self.training.transpose
        if not reach:
            return piece
        moved = self.encoding.transposed(piece.rows, int(rng.integers(-reach, reach + 1)))
        return piece if moved is None else Encoded(moved, piece.position)

    def _streams(self, pieces: Sequence[Encoded]) -> Iterator[Batch]:
        """All pieces laid end to end, dealt into `batch_size` streams that run side by side."""
        given = [inputs_of(self.encoding, p) for p in pieces]
        width, steps = self.training.batch_size, self.training.sequence_length
        total = width * self.batches * steps

        def dealt(parts: Sequence[NDArray[np.generic]]) -> NDArray[np.generic]:
            """(sum T, ...) -> (B, batches x steps, ...), zeros at the end of the last streams."""
            flat = np.concatenate(parts)
            length = self._stream_length
            padded = np.zeros((width * length, *flat.shape[1:]), flat.dtype)
            padded[: len(flat)] = flat
            streams = np.zeros((width, total // width, *flat.shape[1:]), flat.dtype)
            streams[:, :length] = padded.reshape(width, length, *flat.shape[1:])
            return streams

        rows = dealt([g.rows for g in given])
        position = dealt([g.position for g in given])
        answers = dealt([p.rows for p in pieces])
        weight = dealt([self.encoding.counts(p.rows) for p in pieces])
        for start in range(0, self.batches * steps, steps):
            cut = slice(start, start + steps)
            yield self._batch(rows[:, cut], position[:, cut], answers[:, cut], weight[:, cut])

    def _sliding_windows(
        self, pieces: Sequence[Encoded], rng: np.random.Generator
    ) -> Iterator[Batch]:
        """Windows of stride 1 within each piece, shuffled over all pieces (Keras' default)."""
        window = self.training.sequence_length
        rows = np.concatenate([p.rows for p in pieces])
        position = np.concatenate([p.position for p in pieces])
        counts = np.concatenate([self.encoding.counts(p.rows) for p in pieces])
        ends = np.cumsum([len(p.rows) for p in pieces])
        starts = np.concatenate(
            [
                np.arange(end - len(p.rows), end - window)
                for p, end in zip(pieces, ends, strict=True)
            ]
        )
        starts = rng.permutation(starts)
        for first in range(0, len(starts), self.training.batch_size):
            at = starts[first : first + self.training.batch_size]
            cut = at[:, None] + np.arange(window)
            answer = at + window
            yield self._batch(rows[cut], position[cut], rows[answer], counts[answer])

    def _batch(
        self,
        rows: NDArray[np.generic],
        position: NDArray[np.generic],
        answers: NDArray[np.generic],
        weight: NDArray[np.generic],
    ) -> Batch:
        fields = self.encoding.fields
        x: Arrays = {"rows": rows}
        if self.encoding.positions > 1:
            x["position"] = position
        if len(fields) > 1:
            x["decided"] = answers
        one_hot = self.network.objective == "last step"
        y = {
            f.name: np.eye(f.size, dtype=np.float32)[answers[..., i]]
            if one_hot
            else answers[..., i]
            for i, f in enumerate(fields)
            if f.is_choice
        }
        weights = {f.name: weight[..., i].astype(np.float32) for i, f in enumerate(fields)}
        return Batch(x, y, {name: weights[name] for name in y})


def longest_sequence(corpus: Corpus, network: NetworkConfig, training: TrainingConfig) -> int:
    """The longest sequence length that this much music allows; 0 where there is none."""
    if network.objective == "every step":
        return sum(len(p.rows) for p in corpus.pieces) // training.batch_size
    return max((len(p.rows) for p in corpus.pieces), default=1) - 1


def divide(
    encoding: Encoding, corpus: Corpus, network: NetworkConfig, training: TrainingConfig
) -> tuple[Corpus, Corpus]:
    """(to learn from, held out), as training will have them.

    Raises `ConfigError` where the music is too little for the settings.
    """
    learn, held_out = split(encoding, corpus, training.held_out, training.seed)
    Feed(encoding, learn, network, training)
    return learn, held_out
