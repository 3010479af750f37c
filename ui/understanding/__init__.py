"""What happened inside the network while it made a take: why each note, its gates, its units."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from models.config import ConfigError
from models.store import Run, StoreError
from models.takes import MadeTake, TakeRecipe
from musiccore.piece import Piece
from ui.page import plain
from ui.player import picked
from ui.understanding.layers import show_layers
from ui.understanding.reacting import show_reactions
from ui.understanding.traces import measured, numbers, rows_of_notes, surprise_of, traced
from ui.understanding.why import choose_row, is_wanted, show_why, wanted
from ui.workspace import Workspace

__all__ = ["show_understanding", "surprise_of"]


def show_understanding(
    workspace: Workspace, run: Run, made: MadeTake, piece: Piece, player_key: str
) -> TakeRecipe | None:
    """Show a take from within. `piece` is its music as the player of this key plays it.

    A recipe where the visitor took an alternative and wants the take to go on from there.
    """
    if not numbers(run, made).any():
        st.info("This take has no notes, so there is nothing to look into.")
        return None
    recipe = wanted(run, made)
    _looking(run, made, piece, player_key)
    return recipe


@st.fragment
def _looking(run: Run, made: MadeTake, piece: Piece, player_key: str) -> None:
    """Choosing a note or a gate runs this part of the page again, and nothing else of it; an
    alternative concerns the whole page."""
    if is_wanted():
        st.rerun()
    view = st.segmented_control(
        "What to look at",
        list(_VIEWS),
        default=next(iter(_VIEWS)),
        required=True,
        key="understanding-view",
        label_visibility="collapsed",
        wrap=True,
    )
    try:
        _VIEWS[view](run, made, piece, player_key)
    except (StoreError, ConfigError) as error:
        st.error(plain(str(error)), icon=":material/error:")


def _why(run: Run, made: MadeTake, piece: Piece, player_key: str) -> None:
    note, rows = picked(player_key), rows_of_notes(run, made)
    clicked = int(rows[note]) if note is not None and note < len(rows) else None
    named = numbers(run, made)
    row = choose_row(made, named, traced(run, made).surprise, clicked)
    show_why(run, made, traced(run, made, row), row, int(named[row]))


def _reactions(run: Run, made: MadeTake, piece: Piece, player_key: str) -> None:
    show_reactions(*measured(run.id, made.epoch))


_VIEWS: Mapping[str, Callable[[Run, MadeTake, Piece, str], None]] = {
    "Why this note": _why,
    "The gates": show_layers,
    "What the units react to": _reactions,
}
