"""The table in which pieces are ticked: those that are to be learned from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import streamlit as st

from musiccore.instruments import names_of
from musiccore.piece import Piece
from ui.counts import Rows

_TABLE_PIXELS = 380

LENGTHS = ("Length (s)", "Length (quarter notes)")
"""Columns of one decimal each, so that numbers below each other can be compared."""


@st.cache_resource(max_entries=8, ttl=1800, show_spinner=False)
def piece_rows(corpus: tuple[str, ...], _pieces: Sequence[Piece]) -> Rows:
    """One row a piece, for a table; `corpus` are their digests."""
    return [
        {
            "Piece": piece.name,
            "Notes": len(piece),
            "Length (s)": round(piece.seconds, 1),
            "Length (quarter notes)": round(piece.length, 2),
            "Instruments": ", ".join(names_of(piece.programs)),
        }
        for piece in _pieces
    ]


def tick(pieces: Sequence[Piece], left_out: frozenset[str]) -> frozenset[str]:
    """Show the pieces with a tick at each that is learned from; the digests of the others."""
    digests = tuple(piece.digest for piece in pieces)
    corpus = hashlib.sha256("".join(digests).encode()).hexdigest()[:16]
    turn = f"ticks-{corpus}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="tick-some"):
        everything = st.button("Tick all", key="tick-all")
        number = st.number_input(
            "Or this many", 1, len(pieces), min(len(pieces), 100), key=f"number-{corpus}", width=140
        )
        some = st.button("Tick so many at random", key="tick-random", icon=":material/casino:")
    if everything or some:
        st.session_state[turn] = st.session_state.get(turn, 0) + 1
        left_out = frozenset() if everything else _others(digests, number)
    key = f"{turn}-{st.session_state.get(turn, 0)}"
    # What is ticked at first belongs to the table's identity: it may not change while it is shown.
    first = st.session_state.setdefault(
        f"{key}-first", [i for i, digest in enumerate(digests) if digest not in left_out]
    )
    state = st.dataframe(
        piece_rows(digests, pieces),
        key=key,
        height=min(_TABLE_PIXELS, 36 * (len(pieces) + 1) + 2),
        hide_index=True,
        column_config={name: st.column_config.NumberColumn(format="%.1f") for name in LENGTHS},
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": first, "columns": [], "cells": []}},
    )
    ticked = set(state["selection"]["rows"])
    return frozenset(digest for i, digest in enumerate(digests) if i not in ticked)


def _others(digests: Sequence[str], number: int) -> frozenset[str]:
    """All but `number` of them, picked at random."""
    picked = np.random.default_rng().permutation(len(digests))[:number]
    return frozenset(digests) - {digests[i] for i in picked}
