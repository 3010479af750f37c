"""The optimizers to choose from: what a Keras user expects, with a sentence on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Optimizer:
    """One optimizer. `keras` is its class in `keras.optimizers`, `options` what it gets beside the
    learning rate; `rate` is a learning rate to begin with; `slots` is how many numbers it keeps for
    every parameter of the network."""

    title: str
    description: str
    keras: str
    rate: float
    slots: int
    options: Mapping[str, Any] = field(default_factory=dict)


OPTIMIZERS: Mapping[str, Optimizer] = {
    "adam": Optimizer(
        "Adam",
        "A step size of its own for every weight, from the mean and spread of recent gradients. "
        "Learns fast with little tuning.",
        "Adam",
        0.001,
        2,
    ),
    "adamw": Optimizer(
        "AdamW",
        "Adam that also pulls weights towards zero a little at every step (weight decay 0.004), "
        "which holds back learning by heart.",
        "AdamW",
        0.001,
        2,
        {"weight_decay": 0.004},
    ),
    "nadam": Optimizer(
        "Nadam",
        "Adam that looks one step ahead (Nesterov momentum).",
        "Nadam",
        0.001,
        2,
    ),
    "rmsprop": Optimizer(
        "RMSprop",
        "Divides each step by the recent size of the gradient. The chapter's choice.",
        "RMSprop",
        0.001,
        1,
    ),
    "sgd": Optimizer(
        "SGD",
        "Plain steps down the gradient, all weights alike. Simple and slow.",
        "SGD",
        0.1,
        0,
    ),
    "momentum": Optimizer(
        "SGD with momentum",
        "Plain steps that keep nine tenths of their speed and look one step ahead (Nesterov).",
        "SGD",
        0.1,
        1,
        {"momentum": 0.9, "nesterov": True},
    ),
    "adagrad": Optimizer(
        "Adagrad",
        "Steps get smaller the more a weight has moved. It calms down by itself, often too soon.",
        "Adagrad",
        0.01,
        1,
    ),
    "adadelta": Optimizer(
        "Adadelta",
        "Adagrad that forgets old gradients and scales its own steps.",
        "Adadelta",
        1.0,
        2,
    ),
    "adamax": Optimizer(
        "Adamax",
        "Adam measured by the largest recent gradient: calmer where gradients jump.",
        "Adamax",
        0.002,
        2,
    ),
    "lion": Optimizer(
        "Lion",
        "Steps of one size, up or down, by the sign of a running mean. Wants a small rate.",
        "Lion",
        0.0003,
        1,
    ),
}
"""Setting -> optimizer; the first is the default."""
