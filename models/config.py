"""What a network is and how it is trained, as plain settings, and the presets to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from models.optimizers import OPTIMIZERS

Input = Literal["scaled integer", "one-hot", "embedding"]
Objective = Literal["last step", "every step"]

INPUTS: tuple[Input, ...] = ("scaled integer", "one-hot", "embedding")
OBJECTIVES: tuple[Objective, ...] = ("last step", "every step")
RECURRENT = ("gru", "lstm", "rnn")
KINDS = (*RECURRENT, "dense", "dropout")
MAX_UNITS = 2048
MAX_LAYERS = 12
MAX_WIDTH = 1024
"""Of embeddings, and of the heads' hidden layers."""
MAX_CLIP = 1000.0
MAX_AVERAGE = 0.9999


class ConfigError(ValueError):
    """Settings that cannot be built or trained; the message is a sentence for the visitor."""


def _whole(words: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        given = f"{value:,}" if isinstance(value, int) else repr(value)
        raise ConfigError(
            f"{words.capitalize()} must be a whole number from {low:,} to {high:,}, not {given}."
        )


def _number(words: str, value: object, low: float, high: float) -> float:
    """`value` as a float, so that 1 and 1.0 are the same choice."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ConfigError(
            f"{words.capitalize()} must lie from {low:g} to {high:g}, not at {value!r}."
        )
    return float(value)


def _flag(words: str, value: object) -> None:
    if not isinstance(value, bool):
        raise ConfigError(f"The setting {words} is true or false, not {value!r}.")


@dataclass(frozen=True)
class Layer:
    """One layer of the visitor's: `units` for gru, lstm, rnn and dense; `rate` for dropout."""

    kind: str
    units: int = 0
    rate: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ConfigError(f"There is no layer kind {self.kind!r}. Choose {', '.join(KINDS)}.")
        if self.kind == "dropout":
            object.__setattr__(self, "units", 0)  # so that the same layer is equal
            object.__setattr__(self, "rate", _number("dropout rate", self.rate, 0, 1))
            if self.rate == 1:
                raise ConfigError("A dropout rate of 1 would silence the whole layer: choose less.")
        else:
            _whole(f"units of a {self.kind} layer", self.units, 1, MAX_UNITS)
            object.__setattr__(self, "rate", 0.0)


@dataclass(frozen=True)
class NetworkConfig:
    """The network between its two ends, which belong to the encoding.

    `embedding` is the width of the summed field embeddings, `head` that of the hidden layer of each
    conditional head; an encoding with one field has a plain softmax and uses no `head`.
    """

    layers: tuple[Layer, ...]
    input: Input = "embedding"
    objective: Objective = "every step"
    stateful: bool = True
    embedding: int = 128
    head: int = 64

    def __post_init__(self) -> None:
        if not self.layers:
            raise ConfigError("There are no layers yet. Add a recurrent one: gru, lstm or rnn.")
        if not any(layer.kind in RECURRENT for layer in self.layers):
            raise ConfigError(
                "A network needs at least one recurrent layer (gru, lstm or rnn): without one it "
                "remembers nothing."
            )
        if len(self.layers) > MAX_LAYERS:
            raise ConfigError(
                f"A network has at most {MAX_LAYERS} layers here, not {len(self.layers)}. "
                "Remove some."
            )
        if self.input not in INPUTS:
            raise ConfigError(f"Inputs are {', '.join(INPUTS)}, not {self.input!r}.")
        if self.objective not in OBJECTIVES:
            raise ConfigError(f"Objectives are {', '.join(OBJECTIVES)}, not {self.objective!r}.")
        _flag("stateful", self.stateful)
        if self.stateful and self.objective == "last step":
            raise ConfigError("Windows with one answer each carry no state: choose every step.")
        _whole("embedding width", self.embedding, 1, MAX_WIDTH)
        _whole("width of the heads", self.head, 1, MAX_WIDTH)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> NetworkConfig:
        return cls(**{**data, "layers": tuple(Layer(**layer) for layer in data["layers"])})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class TrainingConfig:
    """How a network learns.

    `sequence_length` is the window of the objective `last step` (stride 1), and for `every step`
    how many steps one batch unrolls. `transpose` n: every epoch moves each piece by a random
    -n to +n semitones. `held_out`: share of pieces that are never learned from, only measured.
    `clip`: norm to which the gradient over all weights is cut, 0 for none. `warm_up`: the learning
    rate rises evenly over so many first updates. `average`: the network that is kept is a running
    mean over its latest updates, each old one weighing `average` times the next (Polyak and
    Juditsky 1992); 0 keeps the latest alone. `patience`: stop early where so many epochs in a row
    were no better held out, 0 for never; see `models.training.train`.

    Nothing but `epochs` and `patience` depends on how long is learned, and those two are no part of
    a run's fingerprint: they say when to stop, not what is learned, so that more epochs continue
    what fewer began.
    """

    epochs: int = 30
    batch_size: int = 64
    sequence_length: int = 100
    optimizer: str = "adam"
    learning_rate: float = 0.001
    transpose: int = 0
    held_out: float = 0.1
    clip: float = 0.0
    warm_up: int = 0
    average: float = 0.0
    seed: int = 0
    patience: int = 0

    def __post_init__(self) -> None:
        for name, low, high in (
            ("epochs", 1, 10_000),
            ("batch_size", 1, 4096),
            ("sequence_length", 1, 4096),
            ("transpose", 0, 12),
            ("warm_up", 0, 100_000),
            ("seed", 0, 2**32 - 1),
            ("patience", 0, 10_000),
        ):
            _whole(name.replace("_", " "), getattr(self, name), low, high)
        if self.optimizer not in OPTIMIZERS:
            raise ConfigError(f"Optimizers are {', '.join(OPTIMIZERS)}, not {self.optimizer!r}.")
        for name, words, most in (
            ("learning_rate", "learning rate", 1.0),
            ("held_out", "held-out share", 0.9),
            ("clip", "gradient norm to cut at", MAX_CLIP),
            ("average", "weight of older updates", MAX_AVERAGE),
        ):
            object.__setattr__(self, name, _number(words, getattr(self, name), 0, most))
        if self.learning_rate == 0:
            raise ConfigError("With a learning rate of 0 nothing is learned: choose more than 0.")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TrainingConfig:
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Preset:
    """A network and a training that belong together, with the sentence the screen shows."""

    title: str
    description: str
    network: NetworkConfig
    training: TrainingConfig


def _stack(kind: str, *units: int, rate: float = 0.0) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    for size in units:
        layers.append(Layer(kind, size))
        if rate:
            layers.append(Layer("dropout", rate=rate))
    return tuple(layers)


_QUICK = Preset(
    title="Quick",
    description="Two GRU layers of 256 units that learn from every note. Good music in minutes.",
    network=NetworkConfig(layers=_stack("gru", 256, 256), head=256),
    training=TrainingConfig(
        sequence_length=16,
        learning_rate=0.003,
        transpose=3,
        clip=1.0,
        warm_up=200,
        average=0.99,
    ),
)

PRESETS: dict[str, Preset] = {
    "quick": _QUICK,
    "book": Preset(
        title="Book",
        description="The chapter's network, layer by layer: three small GRU layers that learn one "
        "answer from each window of 100. Slow, and it keeps no rhythm with the book encoding.",
        network=NetworkConfig(
            layers=(
                Layer("gru", 16),
                Layer("dropout", rate=0.3),
                Layer("gru", 64),
                Layer("dropout", rate=0.3),
                Layer("gru", 64),
                Layer("dense", 16),
                Layer("dropout", rate=0.3),
            ),
            input="scaled integer",
            objective="last step",
            stateful=False,
        ),
        training=TrainingConfig(optimizer="rmsprop"),
    ),
    "deep": Preset(
        title="Deep",
        description="Three GRU layers of 512 units with dropout. For a GPU, or for patience.",
        network=NetworkConfig(layers=_stack("gru", 512, 512, 512, rate=0.2), embedding=256),
        training=replace(_QUICK.training, sequence_length=64, learning_rate=0.001, transpose=5),
    ),
    "lstm": Preset(
        title="LSTM twin",
        description="Quick with LSTM cells: three gates and a separate memory.",
        network=replace(_QUICK.network, layers=_stack("lstm", 256, 256)),
        training=_QUICK.training,
    ),
    "rnn": Preset(
        title="Plain RNN twin",
        description="Quick with plain recurrent cells: no gates, a short memory.",
        network=replace(_QUICK.network, layers=_stack("rnn", 256, 256)),
        training=_QUICK.training,
    ),
}
"""Preset name -> settings; the first is the default."""
