"""Hear it learn: the short takes that a network made while it was learning."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import streamlit as st

from models.store import Run
from musiccore.piece import Piece
from ui.counts import many
from ui.glossary import what_is
from ui.listening import listening
from ui.workspace import store

_EVERY = 2.0  # seconds between two looks for a new sample


def sample(run: Run, epoch: int) -> Piece:
    """The take that this epoch made."""
    rows = store().samples(run.id)[epoch]
    piece = run.encoding.decode(rows, f"{run.title}, epoch {epoch}")
    return replace(piece, digest=hashlib.sha256(f"{run.id} {epoch} sample".encode()).hexdigest())


def hear(run: Run, learning: bool) -> None:
    """The samples of a run, each at a press. While it is `learning` new ones appear, and what
    plays is left alone."""
    st.fragment(_hear, run_every=_EVERY if learning else None)(run)


def _hear(run: Run) -> None:
    epochs = sorted(store().samples(run.id))
    if not epochs:
        return
    st.markdown(
        "**Hear it learn**",
        help="Short takes from one and the same beginning, made after these epochs. They stay with "
        "the network." + what_is("epoch"),
    )
    chosen = f"sample-of-{run.id}"
    with st.container(horizontal=True, gap="small", key="samples"):
        for epoch in epochs:
            if st.button(
                f"Epoch {epoch}", key=f"sample-{run.id}-{epoch}", icon=":material/play_arrow:"
            ):
                st.session_state[chosen] = epoch
    heard = st.session_state.get(chosen, 0)
    if heard not in epochs:
        return
    piece = sample(run, heard)
    st.caption(f"Epoch {heard}: {many(len(piece), 'note')}")
    if len(piece):
        listening(piece, key=f"sample-player-{heard}", height=200, pickable=False)()
