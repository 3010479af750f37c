"""How long an epoch takes on this machine: measured in earlier trainings, never guessed.

Every training leaves what its epochs took, learning and measuring together, with the work they
were. An epoch not yet tried is put between those: the time of a batch is a line through what was
measured, a + b x work, where work is the multiplications of a batch. There is an answer only near
what was measured: for networks of the same kinds of layers, and up to `REACH` times more or less
work.

    machines/<machine>.json   what was measured on one machine, the newest last
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import prod
from typing import Any

import numpy as np

from models.config import RECURRENT, NetworkConfig, TrainingConfig
from models.files import Files
from models.summary import weight_shapes
from musiccore.encoding import Encoding

MOST = 200
"""Trainings that are remembered of a machine."""

REACH = 4.0
"""How many times more or less work than was measured may be foretold."""


@dataclass(frozen=True)
class Measured:
    """One training: `kinds` of its layers, `work` a batch, `seconds` a batch."""

    kinds: str
    work: float
    seconds: float


@dataclass(frozen=True)
class Estimate:
    """`seconds` an epoch, from `trainings` that were measured here."""

    seconds: float
    trainings: int


def kinds_of(network: NetworkConfig) -> str:
    """What decides, beside the work, how fast a batch is: recurrent kinds, objective and input."""
    kinds = sorted({layer.kind for layer in network.layers if layer.kind in RECURRENT})
    return " ".join([*kinds, network.objective, network.input])


def work_of(encoding: Encoding, network: NetworkConfig, training: TrainingConfig) -> float:
    """Multiplications of one batch, forwards and back."""
    matrices = sum(
        prod(shape)
        for name, shape in weight_shapes(encoding, network).items()
        if not name.endswith(("/table", "/bias"))
    )
    return 6.0 * matrices * training.batch_size * training.sequence_length


def machine() -> str:
    """This machine, without its name."""
    told = [platform.node(), platform.machine(), str(os.cpu_count())]
    return hashlib.sha256(" ".join(told).encode()).hexdigest()[:16]


def remember(
    files: Files,
    encoding: Encoding,
    network: NetworkConfig,
    training: TrainingConfig,
    batches: int,
    epochs: Sequence[float],
) -> None:
    """Keep what a training's epochs took, in seconds. The first of them has to build the network
    as well: where it is the only one, nothing is kept."""
    if len(epochs) < 2:
        return
    seconds = float(np.median(epochs[1:])) / batches
    found = Measured(kinds_of(network), work_of(encoding, network, training), seconds)
    kept = [*_read(files), found][-MOST:]
    files.write_json(_path(), {"measured": [asdict(m) for m in kept]})


def estimate(
    files: Files,
    encoding: Encoding,
    network: NetworkConfig,
    training: TrainingConfig,
    batches: int,
) -> Estimate | None:
    """Seconds that an epoch of `batches` batches takes; None where nothing like it was measured
    on this machine."""
    kinds, work = kinds_of(network), work_of(encoding, network, training)
    near = [m for m in _read(files) if m.kinds == kinds and 1 / REACH <= m.work / work <= REACH]
    if not near:
        return None
    works, seconds = np.array([m.work for m in near]), np.array([m.seconds for m in near])
    newest = {m.work: m.seconds for m in near}
    if work in newest:
        return Estimate(newest[work] * batches, len(near))
    if works.max() > 1.2 * works.min():
        slope, floor = np.polyfit(works, seconds, 1)
        if slope > 0 and floor >= 0:
            return Estimate(float(floor + slope * work) * batches, len(near))
    nearest = min(near, key=lambda m: abs(np.log(m.work / work)))
    return Estimate(nearest.seconds * work / nearest.work * batches, len(near))


def _path() -> str:
    return f"machines/{machine()}.json"


def _read(files: Files) -> list[Measured]:
    try:
        data: Mapping[str, Any] = files.read_json(_path())
    except FileNotFoundError:
        return []
    return [Measured(**m) for m in data["measured"]]
