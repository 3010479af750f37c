"""A run in a store whose network was never trained: its weights are drawn at random."""

from __future__ import annotations

from pathlib import Path

from models.config import PRESETS, Layer, NetworkConfig, TrainingConfig
from models.data import Corpus
from models.forward import Forward
from models.store import Epoch, Run, Store
from musiccore.encoding import ENCODINGS
from musiccore.piece import Piece
from tests.models.music import band, tunes
from tests.models.test_generation import SMALL, random_weights


def kept_run(
    folder: Path,
    encoding: str = "notes",
    pieces: list[Piece] | None = None,
    network: NetworkConfig = SMALL,
) -> tuple[Store, Run]:
    """A run with two epochs; `tunes` and a `band` unless there are other pieces."""
    pieces = [*tunes(), band()] if pieces is None else pieces
    fitted = ENCODINGS[encoding].fit(pieces)
    corpus = Corpus.of(fitted, pieces)
    store = Store(str(folder / "store"))
    run = store.create(Run.of("tunes", fitted, network, TrainingConfig(), corpus), corpus)
    for number in (1, 2):
        epoch = Epoch(number, 3.0, 3.0 - number, 0.1, 2.0, 1.0)
        store.save_epoch(run.id, epoch, random_weights(fitted, network, number))
    return store, run


BOOK_SHAPED = NetworkConfig(
    layers=(Layer("gru", 8), Layer("gru", 6)),
    input="scaled integer",
    objective="last step",
    stateful=False,
)


def big_network() -> Forward:
    """The default preset's shape, on the tests' music."""
    encoding = ENCODINGS["notes"].fit([*tunes(), band()])
    config = PRESETS["quick"].network
    return Forward(encoding, config, random_weights(encoding, config))
