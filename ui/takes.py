"""Takes as the Generate page makes them: remembered, given an instrument, rendered."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st
from platformdirs import user_cache_dir

from models.generation import Sampling, TakeSettings, Way
from models.takes import make_take
from musiccore.instruments import name_of
from musiccore.piece import Piece
from ui.workspace import store

AS_LEARNED = -1
"""The choice of instrument that leaves each note with the one the network gave it."""


@dataclass(frozen=True)
class TakeChoice:
    """Everything a take depends on; the same choice is the same music."""

    run: str
    epoch: int
    notes: int
    temperature: float
    top_k: int
    top_p: float
    seed: int
    way: Way
    instrument: int = AS_LEARNED

    @property
    def settings(self) -> TakeSettings:
        """Raises `ConfigError` where a number is out of range."""
        sampling = Sampling(self.temperature, self.top_k, self.top_p)
        return TakeSettings(self.notes, sampling, self.seed, self.way)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@st.cache_resource(max_entries=32, ttl=3600, show_spinner="Making music …")
def take(choice: TakeChoice) -> Piece:
    """The music of a choice. Raises `StoreError`, `ConfigError` or `EncodingError`."""
    run = store().load(choice.run)
    made = make_take(store(), run, choice.settings, epoch=choice.epoch).piece
    made = replace(made, digest=hashlib.sha256(repr(choice).encode()).hexdigest())
    if choice.instrument == AS_LEARNED:
        return made
    name = name_of(choice.instrument)
    return replace(
        made,
        tracks=tuple(
            t if t.is_drums else replace(t, program=choice.instrument, name=name)
            for t in made.tracks
        ),
    )


def audio_folder() -> Path:
    """Where rendered audio is kept: beside the rest of the cache, bounded by `musiccore.audio`."""
    return Path(user_cache_dir("gruve")) / "audio"
