"""The piece that greets a visitor, made here and lately by a network that comes with Gruve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from models.endings import Span, whole_take
from models.sampling import PRESETS, Sampling
from models.shipped import LEARNED, Learned, shipped_store
from models.take_settings import TakeSettings
from models.takes import MadeTake, TakeRecipe
from ui.shelf import id_of
from ui.takes import take_cache

TRIES = 6
"""Seeds that are tried, one after the other, for a take without a fault."""


class Kind(NamedTuple):
    """What one piece of a starter set is called, and what many are."""

    one: str
    many: str


PIECES: Mapping[str, Kind] = {
    "bach-chorales": Kind("chorale", "Bach chorales"),
    "fiddle-tunes": Kind("fiddle tune", "fiddle tunes"),
    "string-quartets": Kind("string quartet", "movements of string quartets"),
}

SAMPLINGS: Mapping[str, Sampling] = {
    "bach-chorales": Sampling(temperature=0.9, top_p=0.95),
    "fiddle-tunes": Sampling(temperature=0.9, top_p=0.95),
    "string-quartets": PRESETS["balanced"].sampling,
}
"""Starter set -> how notes are chosen: of Safe, Balanced and what lies between, where takes are
most typical of the set (`models.typical`), or within 0.01 of that."""


@st.cache_resource(max_entries=100, show_spinner=False)
def new_piece(name: str, seed: int) -> MadeTake:
    """A new piece in the style of a starter set, by the first seed from `seed` on that makes one
    without a fault and without the end of a piece in it; else by the last one tried."""
    learned = LEARNED[name]
    for further in range(TRIES):
        settings = TakeSettings(sampling=SAMPLINGS[name], seed=(seed + further) % 2**32)
        made = whole_take(shipped_store(), TakeRecipe(learned.run, learned.epoch, settings), Span())
        if not made.faults and _is_one(name, made):
            break
    take = id_of(made.recipe.to_json())
    named = replace(made, piece=replace(made.piece, digest=take))
    # Whoever goes on with it on another page need not have it made again.
    take_cache().put(take, named)
    return named


def _is_one(name: str, made: MadeTake) -> bool:
    encoding = shipped_store().load(LEARNED[name].run).encoding
    return not any(encoding.is_end(row) for row in made.rows.tolist())


def origin(name: str) -> str:
    """What made the music, in one sentence."""
    learned = LEARNED[name]
    return (
        f"Made here by a network of {learned.numbers / 1000:,.0f} thousand numbers that "
        f"learned from {learned.pieces:,} {PIECES[name].many} in {_minutes(learned)}."
    )


def _minutes(learned: Learned) -> str:
    minutes = max(1, round(learned.seconds / 60))
    return (
        f"{minutes:,} minute{'s' * (minutes != 1)} on "
        f"{learned.cores:,} processor core{'s' * (learned.cores != 1)}"
    )
