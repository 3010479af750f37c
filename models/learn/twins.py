"""Three small networks that differ in their cells alone: plain RNN, GRU and LSTM, taught the same
music in the same order. They come with Gruve; `scripts/make_twins.py` trained them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from models.config import NetworkConfig, TrainingConfig
from models.data import Corpus
from models.forward import Forward
from musiccore.encoding import Encoded, Encoding, encoding_from_json

HERE = Path(__file__).with_name("twins")
INDEX = HERE / "twins.json"
MUSIC = HERE / "music.safetensors"
KINDS = ("rnn", "gru", "lstm")


@dataclass(frozen=True)
class Twin:
    """One of them as it is kept: after its best epoch, with that epoch's loss in nats a note on
    held-out pieces; `numbers` says how many it has learned."""

    network: NetworkConfig
    epoch: int
    nats_per_note: float
    numbers: int


@dataclass(frozen=True, eq=False)
class Twins:
    """The three by kind, and what they share. `title` names the music."""

    title: str
    encoding: Encoding
    training: TrainingConfig
    by_kind: Mapping[str, Twin]

    def forward(self, kind: str) -> Forward:
        """One of them, ready to run; the same object every time."""
        return _forward(kind)

    @property
    def held_out(self) -> Corpus:
        """Pieces that none of them learned from, without names."""
        return _held_out()


@cache
def twins() -> Twins:
    """The three networks that come with Gruve."""
    data: dict[str, Any] = json.loads(INDEX.read_text(encoding="utf-8"))
    return Twins(
        data["title"],
        encoding_from_json(data["encoding"]),
        TrainingConfig.from_json(data["training"]),
        {
            kind: Twin(**{**of, "network": NetworkConfig.from_json(of["network"])})
            for kind, of in data["twins"].items()
        },
    )


@cache
def _forward(kind: str) -> Forward:
    halves = load_file(HERE / f"{kind}.safetensors")
    weights = {name: array.astype(np.float32) for name, array in halves.items()}
    return Forward(twins().encoding, twins().by_kind[kind].network, weights)


@cache
def _held_out() -> Corpus:
    kept = load_file(MUSIC)
    ends = np.cumsum(kept["lengths"])[:-1]
    rows = np.split(kept["rows"].astype(np.int32), ends)
    position = np.split(kept["position"].astype(np.int32), ends)
    pieces = tuple(Encoded(r, p) for r, p in zip(rows, position, strict=True))
    return Corpus(tuple(f"Piece {i}" for i in range(1, len(pieces) + 1)), pieces)
