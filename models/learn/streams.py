"""How a stateful network reads: pieces end to end, dealt into streams that run side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.cells import Array
from models.forward import Forward
from models.learn.foretelling import carried, of_trunk
from musiccore.encoding import Encoded


class Dealt(NamedTuple):
    """Which piece stands where, (streams, length), -1 where a stream is over; and where a piece
    begins (streams, length): there the network is given a start row."""

    piece: NDArray[np.int64]
    begins: NDArray[np.bool_]


def deal(lengths: Sequence[int], streams: int) -> Dealt:
    """Pieces of so many rows, one after the other, dealt as `models.data.Feed` deals them."""
    length = -(-sum(lengths) // streams)
    which = np.full(streams * length, -1, np.int64)
    begins = np.zeros(streams * length, bool)
    which[: sum(lengths)] = np.repeat(np.arange(len(lengths)), lengths)
    begins[np.cumsum([0, *lengths[:-1]])] = True
    return Dealt(which.reshape(streams, length), begins.reshape(streams, length))


class Memory(NamedTuple):
    """Mean surprise in nats a row by the place in the batch (steps,), with the state carried on
    and with it forgotten at every batch; `rows` were measured."""

    carried: NDArray[np.float64]
    forgotten: NDArray[np.float64]
    rows: int


def worth_of_state(forward: Forward, pieces: Sequence[Encoded], steps: int) -> Memory:
    """What the state carried from batch to batch of `steps` rows is worth on real music.

    The first batch of a piece counts for neither: there both begin at nothing.
    """
    kept: list[NDArray[np.float64]] = []
    lost: list[NDArray[np.float64]] = []
    for piece in pieces:
        batches = len(piece.rows) // steps
        if batches < 2:
            continue
        cut = Encoded(piece.rows[: batches * steps], piece.position[: batches * steps])
        for found, trunk in ((kept, carried(forward, cut)), (lost, carried(forward, cut, steps))):
            found.append(_nats(forward, trunk, cut).reshape(batches, steps)[1:])
    if not kept:
        empty = np.full(steps, np.nan)
        return Memory(empty, empty, 0)
    with_state, without = np.concatenate(kept), np.concatenate(lost)
    return Memory(with_state.mean(axis=0), without.mean(axis=0), with_state.size)


def _nats(forward: Forward, trunk: Array, piece: Encoded) -> NDArray[np.float64]:
    found: NDArray[np.float64] = of_trunk(forward, trunk, piece.rows).nats.sum(axis=1)
    return found
