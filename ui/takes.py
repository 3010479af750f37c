"""Takes as pages have them: made when first asked for, remembered for a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st
from platformdirs import user_cache_dir

from models.generation import Sampling, TakeSettings, Way
from models.prompts import Prompt
from models.takes import MadeTake, TakeRecipe, make_takes
from musiccore.memory import budget
from musiccore.piece import Piece
from ui.shelf import id_of
from ui.workspace import store


@dataclass(frozen=True)
class TakeChoice:
    """A take from nothing by its few usual settings; the same choice is the same music."""

    run: str
    epoch: int
    notes: int
    temperature: float
    top_k: int
    top_p: float
    seed: int
    way: Way

    @property
    def recipe(self) -> TakeRecipe:
        """Raises `ConfigError` where a number is out of range."""
        sampling = Sampling(self.temperature, self.top_k, self.top_p)
        settings = TakeSettings(self.notes, sampling, self.seed, self.way)
        return TakeRecipe(self.run, self.epoch, settings, Prompt())


class TakeCache:
    """Made takes by the id of their recipe, up to `most_rows` notes in all; those not looked at for
    longest go first. For all visitors: a recipe tells what it makes."""

    def __init__(self, most_rows: int) -> None:
        self._most_rows = most_rows
        self._rows = 0
        self._takes: OrderedDict[str, MadeTake] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, take: str) -> MadeTake | None:
        with self._lock:
            if take in self._takes:
                self._takes.move_to_end(take)
            return self._takes.get(take)

    def put(self, take: str, made: MadeTake) -> None:
        with self._lock:
            if take in self._takes:
                return
            self._takes[take] = made
            self._rows += len(made.rows)
            while self._rows > self._most_rows and len(self._takes) > 1:
                _, oldest = self._takes.popitem(last=False)
                self._rows -= len(oldest.rows)


@st.cache_resource(show_spinner=False)
def take_cache() -> TakeCache:
    return TakeCache(budget().take_notes)


def made_takes(recipes: Sequence[TakeRecipe]) -> list[MadeTake]:
    """The takes of these recipes, in order; those not yet made are made together.

    The digest of each piece is its recipe's. Raises `StoreError`, `ConfigError` or `EncodingError`.
    """
    cache = take_cache()
    ids = [id_of(recipe.to_json()) for recipe in recipes]
    found = {take: cache.get(take) for take in ids}
    missing = {take: r for take, r in zip(ids, recipes, strict=True) if found[take] is None}
    made = make_takes(store(), list(missing.values())) if missing else []
    for take, new in zip(missing, made, strict=True):
        named = replace(new, piece=replace(new.piece, digest=take))
        cache.put(take, named)
        found[take] = named
    return [one for take in ids if (one := found[take]) is not None]


def made_take(recipe: TakeRecipe) -> MadeTake:
    """The take of a recipe. Raises as `made_takes` does."""
    return made_takes([recipe])[0]


def take(choice: TakeChoice) -> Piece:
    """The music of a choice. Raises as `made_takes` does."""
    with st.spinner("Making music …"):
        return made_take(choice.recipe).piece


def audio_folder() -> Path:
    """Where rendered audio is kept: beside the rest of the cache, bounded by `musiccore.audio`."""
    return Path(user_cache_dir("gruve")) / "audio"
