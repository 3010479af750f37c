"""Presets, one click each, and what a choice has in common with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import streamlit as st

from models.config import PRESETS, NetworkConfig, Preset, TrainingConfig
from models.optimizers import OPTIMIZERS
from models.recipe import Recipe
from ui.glossary import what_is
from ui.training.choice import Choice, fill

OWN = "own"
"""The choice of a network that is no preset's."""

_KEY = "preset"


def preset_of(network: NetworkConfig | None) -> str:
    """The preset with exactly this network; empty where there is none."""
    return next((name for name, p in PRESETS.items() if p.network == network), "")


WORDS = {
    "batch_size": "batch size",
    "sequence_length": "sequence length",
    "optimizer": "optimizer",
    "learning_rate": "learning rate",
    "transpose": "transposition",
    "held_out": "held-out share",
    "clip": "gradients cut at",
    "warm_up": "warm-up",
    "average": "averaging",
    "seed": "seed",
    "patience": "patience",
}


def changes(preset: Preset, training: TrainingConfig) -> list[str]:
    """In which settings a training differs from a preset's, like `batch size 16 (64)`. How many
    epochs it learns is no other way of learning."""
    found = []
    for field in fields(TrainingConfig):
        value, usual = getattr(training, field.name), getattr(preset.training, field.name)
        if value != usual and field.name in WORDS:
            found.append(f"{WORDS[field.name]} {_said(value)} ({_said(usual)})")
    return found


def _said(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return OPTIMIZERS[value].title if isinstance(value, str) else f"{value:,}"


def title_of(choice: Choice) -> str:
    """What the screen calls a choice."""
    name = preset_of(choice.network)
    return PRESETS[name].title if name else "Own network"


def choose_preset(choice: Choice, takes: Callable[[Recipe], str]) -> None:
    """The presets to choose from, and whether the choice is still what its preset says. `takes`
    says how long a recipe takes here, or nothing."""
    name = preset_of(choice.network)
    options = [*PRESETS] if name else [OWN, *PRESETS]
    st.session_state[_KEY] = name or OWN
    st.radio(
        "Start from a preset",
        options,
        format_func=lambda p: "Own network" if p == OWN else PRESETS[p].title,
        captions=[_caption(p, choice, takes) for p in options],
        key=_KEY,
        on_change=_fill_from,
        args=(choice.encoding,),
        help="A network and a way of training it that belong together. A click fills everything "
        "below; change what you like afterwards." + what_is("preset"),
    )
    if not name or choice.training is None:
        return
    changed = changes(PRESETS[name], choice.training)
    if changed:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(
                f"{PRESETS[name].title} with changes: {', '.join(changed)}.", width="content"
            )
            st.button(
                f"Back to {PRESETS[name].title}",
                key="preset-back",
                type="tertiary",
                on_click=_fill_from,
                args=(choice.encoding,),
            )


def _caption(name: str, choice: Choice, takes: Callable[[Recipe], str]) -> str:
    if name == OWN:
        return "What you have made of it below."
    preset = PRESETS[name]
    time = takes(Recipe(choice.encoding, preset.network, preset.training))
    return f"{preset.description} {time}".strip()


def _fill_from(encoding: str) -> None:
    preset = PRESETS.get(st.session_state[_KEY])
    if preset is not None:
        fill(Recipe(encoding, preset.network, preset.training))
