"""Making what was asked for: by Generate, by the buttons of a take, by a click on a note."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from models.config import ConfigError
from models.prompts import Prompt
from models.store import StoreError
from models.takes import TakeRecipe
from musiccore.arrangement import Arrangement
from musiccore.encoding import EncodingError
from ui.generating.network import Player
from ui.generating.settings import chosen, has_one_outcome
from ui.page import plain
from ui.shelf import Entry, Takes, id_of
from ui.takes import made_takes
from ui.workspace import Workspace

_WANTED = "takes-wanted"
_REFUSED = "takes-refused"
_PRESSED = "generate-pressed"
_PRESSES = "generate-presses"

REFUSALS = (StoreError, ConfigError, EncodingError)
"""What can be wrong with a recipe, with a sentence for the visitor."""


class Wanted(NamedTuple):
    """Takes to be made; `origin` says of what take and how, empty where they are new."""

    recipes: Sequence[TakeRecipe]
    origin: str = ""


def press() -> None:
    """Generate was pressed; `ask` says for what."""
    st.session_state[_PRESSED] = True


def ask(workspace: Workspace, player: Player, prompt: Prompt | str) -> None:
    """Ask for what the controls say, where Generate was pressed: after the controls of the prompt,
    before that of the seed. Pressed again without any change it goes on to other seeds."""
    if not st.session_state.pop(_PRESSED, False):
        return
    if isinstance(prompt, str):
        st.session_state[_REFUSED] = prompt
        return

    def recipe(seed: int) -> TakeRecipe:
        return TakeRecipe(player.run.id, player.epoch, replace(settings, seed=seed), prompt)

    try:
        settings = chosen()
    except ConfigError as error:
        st.session_state[_REFUSED] = str(error)
        return
    if has_one_outcome(settings):
        want([recipe(settings.seed)])
        return
    first = unused(recipe, settings.seed, workspace.takes().ids)
    st.session_state["seed"] = first.settings.seed
    want(with_seeds(first, st.session_state["takes"]))


def want(recipes: Sequence[TakeRecipe], origin: str = "") -> None:
    """Ask for takes; `make_wanted` makes them."""
    st.session_state[_WANTED] = Wanted(recipes, origin)


def want_from(entry: Entry, how: str, recipe_of: Callable[[], TakeRecipe]) -> None:
    """Ask for a take that comes from another one; a refusal is said by `make_wanted`."""
    try:
        want([recipe_of()], f"{entry.number} {how}")
    except REFUSALS as error:
        st.session_state[_REFUSED] = str(error)


def make_wanted(workspace: Workspace) -> None:
    """Make what was asked for since the page was last shown, and open it."""
    wanted: Wanted | None = st.session_state.get(_WANTED)
    refused = st.session_state.pop(_REFUSED, None)
    try:
        if wanted is not None:
            with st.spinner("Making music …"):
                _make(workspace, wanted)
    except REFUSALS as error:
        refused = str(error)
        st.session_state.pop(_WANTED)
    if refused is not None:
        st.error(plain(refused), icon=":material/error:")
    elif wanted is not None:
        if not wanted.origin:
            st.session_state[_PRESSES] = presses() + 1
        # Not before: another click meanwhile runs the page anew, and what was asked for stays so.
        st.session_state.pop(_WANTED)


def _make(workspace: Workspace, wanted: Wanted) -> None:
    """Make and open takes. Nothing here asks Streamlit, which would stop at once where the visitor
    has left the page or loaded it anew: they find the takes there."""
    made = made_takes(wanted.recipes)
    played = _played_now(workspace.takes(), wanted.recipes[0].run)
    entries = [
        Entry(
            id=workspace.keep_recipe(one.recipe.to_json()),
            run=one.recipe.run,
            origin=wanted.origin,
            notes=len(one.piece),
            seconds=one.piece.seconds,
            arrangement=played,
        )
        for one in made
    ]
    workspace.change_takes(lambda takes: takes.opened(entries))


def presses() -> int:
    """How often Generate was pressed and made something since the page was opened: its music is to
    be seen, on a phone too, where it stands far below."""
    number: int = st.session_state.get(_PRESSES, 0)
    return number


def _played_now(takes: Takes, run: str) -> Arrangement:
    """How new takes are played: as the one shown, where the same network made it."""
    shown = takes.entry
    return shown.arrangement if shown is not None and shown.run == run else Arrangement()


def unused(recipe_of: Callable[[int], TakeRecipe], seed: int, known: Collection[str]) -> TakeRecipe:
    """A recipe by the first seed from `seed` on that makes none of the takes known already."""
    while id_of((recipe := recipe_of(seed % 2**32)).to_json()) in known:
        seed += 1
    return recipe


def with_seeds(recipe: TakeRecipe, takes: int) -> list[TakeRecipe]:
    """The recipe and its likes by the seeds that follow its own."""
    first = recipe.settings.seed
    settings = (replace(recipe.settings, seed=(first + k) % 2**32) for k in range(takes))
    return [replace(recipe, settings=one) for one in settings]
