"""What a network is trained on: processors, one GPU, or several of them.

Loaded with TensorFlow, in the process that trains.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import keras
import tensorflow as tf

from models.config import RECURRENT, NetworkConfig, TrainingConfig

HALF_UNITS = 512
"""Recurrent layers from this width on are computed in half precision on a GPU made for it: smaller
products wait for memory, not for arithmetic."""

HALF_CAPABILITY = (7, 0)
"""From this compute capability on a GPU has units for half precision (NVIDIA's Volta)."""


@dataclass(frozen=True)
class Devices:
    """`names` as TensorFlow gives them, none for the processor; `half`: mixed precision."""

    names: tuple[str, ...] = ()
    half: bool = False

    @property
    def is_gpu(self) -> bool:
        return any("GPU" in name for name in self.names)

    def strategy(self) -> tf.distribute.Strategy:
        """How one batch is shared among several devices; the default one with fewer than two."""
        return tf.distribute.get_strategy() if len(self.names) < 2 else _mirrored(self.names)

    @contextmanager
    def precision(self) -> Iterator[None]:
        """Layers made inside compute in the precision that suits."""
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy("mixed_float16" if self.half else "float32")
        try:
            yield
        finally:
            keras.config.set_dtype_policy(before)


def devices(network: NetworkConfig, training: TrainingConfig) -> Devices:
    """Every GPU that this process sees, as far as a batch can be dealt to them evenly."""
    gpus = tf.config.list_physical_devices("GPU")
    while gpus and training.batch_size % len(gpus):
        gpus = gpus[:-1]
    widest = max(layer.units for layer in network.layers if layer.kind in RECURRENT)
    half = bool(gpus) and widest >= HALF_UNITS and all(map(_has_half, gpus))
    return Devices(tuple(gpu.name.replace("physical_device:", "") for gpu in gpus), half)


@cache  # a second strategy over the same devices would mix up its sums with the first one's
def _mirrored(names: tuple[str, ...]) -> tf.distribute.Strategy:
    return tf.distribute.MirroredStrategy(names)


def _has_half(gpu: Any) -> bool:
    details = tf.config.experimental.get_device_details(gpu)
    return tuple(details.get("compute_capability", (0, 0))) >= HALF_CAPABILITY
