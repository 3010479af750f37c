"""The controls as they stood for a take: what made it is seen there, and can be changed."""

from __future__ import annotations

from typing import Any

import streamlit as st

from models.config import ConfigError
from models.prompts import Prompt
from models.takes import TakeRecipe, own_way
from ui.generating.beginnings import BEGINNINGS, LIKE, piece_keys
from ui.generating.network import epoch_key
from ui.generating.settings import UNITS, controls_of
from ui.workspace import Workspace, store


def recall(workspace: Workspace, take: str) -> None:
    """Set the controls to the recipe of a take; they stay where its network or its recipe is gone.

    To be called before the controls are on the page, so by the press of a button.
    """
    told = workspace.recipe(take)
    if told is None:
        return
    try:
        recipe = TakeRecipe.from_json(told)
    except ConfigError:
        return
    if recipe.run not in workspace.run_ids or recipe.run not in store():
        return
    workspace.choose_run(recipe.run)
    kept = store().kept(recipe.run)
    shown: dict[str, Any] = {"run": recipe.run}
    if recipe.epoch in kept:
        shown[epoch_key(recipe.run, kept)] = recipe.epoch
    settings = controls_of(recipe.settings)
    settings["length"] = min(settings["length"], UNITS[settings["length-unit"]].most)
    way = own_way(store().load(recipe.run))
    shown |= {**settings, "settings-for": way, **_beginning(recipe.run, recipe.prompt)}
    workspace.choose(**{LIKE: take if shown["begin-with"] == "like" else ""})
    st.session_state.update(shown)


def _beginning(run: str, prompt: Prompt) -> dict[str, Any]:
    """What the controls of the beginning show for this prompt."""
    match prompt.kind:
        case "held out":
            return {"begin-with": "held out", "passage": prompt.seed, "passage-bars": prompt.bars}
        case "piece":
            piece, bar = piece_keys(run, prompt.piece)
            bars = {"passage-bars": prompt.bars}
            return {"begin-with": "piece", piece: prompt.piece, bar: prompt.bar, **bars}
        case "given":
            return {"begin-with": "like"}
    return {"begin-with": next(iter(BEGINNINGS))}
