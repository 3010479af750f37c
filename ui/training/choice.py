"""The choice on the Train page: what its controls hold, where that comes from, where it is kept.

Every control has a key in the session, and the choice is read from there. It stands in the page's
address, so that a link or a refresh brings it back, and in the workspace, for the next visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from models.config import PRESETS, ConfigError, Layer, NetworkConfig, TrainingConfig
from models.recipe import Recipe, from_query, from_text, to_query, to_text
from musiccore.encoding import ENCODINGS
from ui.workspace import Workspace

NETWORK_KEYS = {name: name for name in ("input", "objective", "stateful", "embedding", "head")}
TRAINING_KEYS = {
    "epochs": "epochs",
    "batch_size": "batch-size",
    "sequence_length": "sequence-length",
    "optimizer": "optimizer",
    "learning_rate": "learning-rate",
    "transpose": "transpose",
    "held_out": "held-out",
    "clip": "clip",
    "warm_up": "warm-up",
    "average": "average",
    "seed": "training-seed",
    "patience": "patience",
}
"""Setting -> the key of its control."""

LAYERS = "layers"
"""Where the session keeps the numbers of the rows of the layer editor, in order. A number stays
with its layer wherever that is moved, so that its controls keep what they hold."""

DEFAULT_UNITS = 128
DEFAULT_RATE = 0.3

_DRAWN = TRAINING_KEYS["sequence_length"]
_BAD_LINK = "bad-link"
_DECIMALS = 9


@dataclass(frozen=True)
class Choice:
    """What the controls hold. Where network or training cannot be, it is None and a sentence says
    why: `layers_error` of the layers, `ends_error` of input and objective."""

    encoding: str
    network: NetworkConfig | None
    training: TrainingConfig | None
    layers_error: str = ""
    ends_error: str = ""
    training_error: str = ""

    @property
    def recipe(self) -> Recipe | None:
        """The whole choice; None where part of it cannot be."""
        if self.network is None or self.training is None:
            return None
        return Recipe(self.encoding, self.network, self.training)


def open_choice(workspace: Workspace) -> None:
    """Fill the controls when the page is opened: from its address, else as they were left, else
    with the first preset. `bad_link` then says what is wrong with the address."""
    if _DRAWN in st.session_state:
        return
    st.session_state[_BAD_LINK] = ""
    recipe = kept(workspace)
    if "layers" in st.query_params:
        try:
            recipe = from_query(st.query_params.to_dict())
        except ConfigError as error:
            st.session_state[_BAD_LINK] = str(error)
            recipe = default()
    fill(recipe)


def kept(workspace: Workspace) -> Recipe:
    """What this visitor chose last; the default where they chose nothing yet."""
    try:
        return from_text(workspace.choice("recipe", ""))
    except ConfigError:
        return default()


def default() -> Recipe:
    """The first encoding and the first preset."""
    preset = next(iter(PRESETS.values()))
    return Recipe(next(iter(ENCODINGS)), preset.network, preset.training)


def bad_link() -> str:
    """What is wrong with the address that the page was opened by, in a sentence."""
    return str(st.session_state.get(_BAD_LINK, ""))


def fill(recipe: Recipe) -> None:
    """Let the controls hold a recipe. Before they are drawn, or in a callback."""
    state = st.session_state
    state["encoding"] = recipe.encoding
    for name, key in NETWORK_KEYS.items():
        state[key] = getattr(recipe.network, name)
    for name, key in TRAINING_KEYS.items():
        state[key] = getattr(recipe.training, name)
    state[LAYERS] = []
    for layer in recipe.network.layers:
        add_layer(layer)


def add_layer(layer: Layer) -> None:
    """A row more in the layer editor, at the end."""
    state = st.session_state
    number = state.get("layers-ever", 0) + 1
    state["layers-ever"] = number
    state[LAYERS] = [*state.get(LAYERS, []), number]
    state[f"layer-kind-{number}"] = layer.kind
    state[f"layer-units-{number}"] = layer.units or DEFAULT_UNITS
    state[f"layer-rate-{number}"] = layer.rate or DEFAULT_RATE
    if layer.kind == "dropout":
        state[f"layer-rate-{number}"] = layer.rate


def _layer(number: int) -> Layer:
    state = st.session_state
    kind = state[f"layer-kind-{number}"]
    # A control that was not drawn lately has forgotten what it held.
    units = state.get(f"layer-units-{number}", DEFAULT_UNITS)
    rate = round(state.get(f"layer-rate-{number}", DEFAULT_RATE), _DECIMALS)
    return Layer(kind, rate=rate) if kind == "dropout" else Layer(kind, units)


def chosen() -> Choice:
    """What the controls hold now."""
    state = st.session_state
    network: NetworkConfig | None = None
    training: TrainingConfig | None = None
    layers_error = ends_error = training_error = ""
    try:
        network = NetworkConfig(layers=tuple(_layer(number) for number in state[LAYERS]))
    except ConfigError as error:
        layers_error = str(error)
    else:
        try:
            network = NetworkConfig(layers=network.layers, **_held(NETWORK_KEYS))
        except ConfigError as error:
            network, ends_error = None, str(error)
    try:
        training = TrainingConfig(**_held(TRAINING_KEYS))
    except ConfigError as error:
        training_error = str(error)
    return Choice(state["encoding"], network, training, layers_error, ends_error, training_error)


def _held(keys: dict[str, str]) -> dict[str, Any]:
    held = {name: st.session_state[key] for name, key in keys.items()}
    # Browsers count 0.1 + 0.05 as 0.15000000000000002.
    return {n: round(v, _DECIMALS) if isinstance(v, float) else v for n, v in held.items()}


def keep(workspace: Workspace, recipe: Recipe) -> None:
    """Put a recipe into the page's address and into the workspace."""
    query = to_query(recipe)
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    training = recipe.training
    workspace.choose(
        recipe=to_text(recipe),
        encoding=recipe.encoding,
        batch_size=training.batch_size,
        training_seed=training.seed,
        sequence_length_quick=training.sequence_length,
        transpose_quick=training.transpose,
    )
