"""A whole choice as text for an address, so that a link reproduces an experiment.

Only the recipe: the encoding's name, the network and the training. Never anyone's music, and
nothing that could be run.

    encoding=notes&layers=gru256-dropout0.3-gru256&input=embedding&objective=every+step&...
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np

from models.config import KINDS, ConfigError, Layer, NetworkConfig, TrainingConfig
from musiccore.encoding import ENCODINGS

MAX_LENGTH = 2000
"""Characters of a link's recipe; the longest that `to_query` writes is far shorter."""


@dataclass(frozen=True)
class Recipe:
    """Everything that is chosen on the Train page but the music."""

    encoding: str
    network: NetworkConfig
    training: TrainingConfig

    def __post_init__(self) -> None:
        if self.encoding not in ENCODINGS:
            raise ConfigError(f"Encodings are {', '.join(ENCODINGS)}, not {self.encoding!r}.")


def to_query(recipe: Recipe) -> dict[str, str]:
    """Every setting by its name in the address; `to_text` joins them."""
    settings = {**recipe.network.__dict__, **recipe.training.__dict__}
    del settings["layers"]
    return {
        "encoding": recipe.encoding,
        "layers": "-".join(_layer_text(layer) for layer in recipe.network.layers),
        **{name: _text(value) for name, value in settings.items()},
    }


def from_query(query: Mapping[str, str]) -> Recipe:
    """The recipe that `to_query` wrote. Names it does not know are passed over, as an address may
    hold other things; what is left out takes its default.

    Raises `ConfigError` with a sentence where it is none, or asks for what cannot be.
    """
    if sum(len(name) + len(value) for name, value in query.items()) > MAX_LENGTH:
        raise ConfigError("This link is too long to be a recipe for training.")
    if "layers" not in query:
        raise ConfigError("This link holds no layers, so it is no recipe for training.")
    return Recipe(
        query.get("encoding", next(iter(ENCODINGS))),
        NetworkConfig(layers=_layers(query["layers"]), **_settings(NetworkConfig, query)),
        TrainingConfig(**_settings(TrainingConfig, query)),
    )


def to_text(recipe: Recipe) -> str:
    """The recipe as the part of an address behind the question mark."""
    return urlencode(to_query(recipe))


def from_text(text: str) -> Recipe:
    """The recipe that `to_text` wrote. Raises `ConfigError`."""
    if len(text) > MAX_LENGTH:
        raise ConfigError("This link is too long to be a recipe for training.")
    return from_query(dict(parse_qsl(text.lstrip("?"))))


def _layer_text(layer: Layer) -> str:
    return f"{layer.kind}{_text(layer.rate if layer.kind == 'dropout' else layer.units)}"


def _layers(text: str) -> tuple[Layer, ...]:
    found = []
    for part in filter(None, text.split("-")):
        match = re.fullmatch(rf"({'|'.join(KINDS)})(\d{{1,6}}(?:\.\d{{1,40}})?)", part, re.ASCII)
        if match is None:
            raise ConfigError(f"This link names a layer that does not exist: {part[:40]!r}.")
        kind, size = match.groups()
        if kind == "dropout":
            found.append(Layer(kind, rate=float(size)))
        else:
            found.append(Layer(kind, _integer("units", size)))
    return tuple(found)


def _integer(name: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII):
        raise ConfigError(f"This link's {_words(name)} is no whole number: {text[:40]!r}.")
    return int(text)


def _decimal(name: str, text: str) -> float:
    if not re.fullmatch(r"\d{1,6}(\.\d{1,40})?", text, re.ASCII):
        raise ConfigError(f"This link's {_words(name)} is no number: {text[:40]!r}.")
    return float(text)


def _flag(name: str, text: str) -> bool:
    if text not in ("yes", "no"):
        raise ConfigError(f"This link's {_words(name)} is neither yes nor no: {text[:40]!r}.")
    return text == "yes"


def _phrase(_: str, text: str) -> str:
    return text


_READ: Mapping[str, Callable[[str, str], Any]] = {
    "int": _integer,
    "float": _decimal,
    "bool": _flag,
}
"""Type of a setting -> how its text is read; any other is one of several phrases."""


def _settings(config: type, query: Mapping[str, str]) -> dict[str, Any]:
    return {
        field.name: _READ.get(str(field.type), _phrase)(field.name, query[field.name])
        for field in fields(config)
        if field.name in query and field.name != "layers"
    }


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return np.format_float_positional(value, trim="-")  # without the minus of an exponent
    return str(value)


def _words(name: str) -> str:
    return name.replace("_", " ")
