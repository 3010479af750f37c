"""Passages of real music that the chapters look at, and the network's weights."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from models.cells import Array
from models.run_music import window_of
from models.store import Store
from musiccore.encoding import Encoded
from ui.learn.example import Example, Network

MOST_LISTED = 40
"""Pieces that are offered: the first of those that the network never learned from, then others."""


def needed(example: Example) -> Network | None:
    """The network to show; where there is none, a way to one."""
    if example.network is None:
        st.info("This chapter looks into a trained network, and there is none yet.")
        st.page_link("pages/3_Train.py", label="Train a network", icon=":material/school:")
    return example.network


def choose_piece(network: Network, chapter: str) -> Encoded:
    """One of the network's pieces, as rows without its end; first those that were held out."""
    music = network.music
    numbers = [*music.held_out, *music.learned][:MOST_LISTED]
    held_out = set(music.held_out)
    chosen = st.selectbox(
        "Piece",
        numbers,
        format_func=lambda n: f"Piece {n + 1}{' (never learned from)' if n in held_out else ''}",
        key=f"{chapter}-piece-{network.run.id}",
    )
    return music.notes_of(chosen)


def cut(piece: Encoded, most: int) -> Encoded:
    """The first rows of a piece, at most so many."""
    return Encoded(piece.rows[:most], piece.position[:most])


def window(network: Network) -> int | None:
    """How many rows the network sees afresh for each one; None where it carries its state on."""
    return window_of(network.run) if network.run.network.objective == "last step" else None


def words(network: Network, piece: Encoded) -> list[str]:
    """Each row in words, numbered from 1: `3: E4`, as short as tells them apart."""
    encoding = network.run.encoding
    field = encoding.pitch_field
    return [
        f"{i}: {encoding.value_words(field, int(row[field]))}"
        for i, row in enumerate(piece.rows, 1)
    ]


@st.cache_resource(max_entries=2, ttl=1800, show_spinner=False)
def _weights(url: str, run_id: str, epoch: int) -> Mapping[str, Array]:
    return Store(url).weights(run_id, epoch)


def weights(network: Network) -> Mapping[str, Array]:
    """The network's arrays by name, kept for a while."""
    return _weights(network.store.url, network.run.id, network.epoch)
