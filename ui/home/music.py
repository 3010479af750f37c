"""Music within seconds: the new piece in its player, another one at a press."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from models.shipped import SHIPPED
from musiccore.piece import Piece, excerpt
from musiccore.soundfont import missing
from musiccore.starters import STARTERS
from ui.home.adopting import adopt, adopt_take
from ui.home.making import PIECES, new_piece, origin
from ui.home.visits import hear, heard
from ui.listening import EVERYBODYS, listening
from ui.words import duration
from ui.workspace import Workspace

HEIGHT = 200
"""Of the piano roll in CSS pixels: music and what to do next fit a projector's first screen."""

_GO_ON = "home-go-on"


def greet(workspace: Workspace) -> Callable[[], None]:
    """Show the piece of this visit; the function returned brings its sound."""
    if st.session_state.pop(_GO_ON, False):
        st.switch_page("pages/4_Generate.py")
    style, seed = heard(workspace)
    with st.container(horizontal=True, vertical_alignment="center", key="home-choices"):
        st.session_state["home-style"] = style
        st.segmented_control(
            "Style",
            list(SHIPPED),
            required=True,
            format_func=lambda name: STARTERS[name].title,
            key="home-style",
            on_change=_restyle,
            args=(workspace,),
            label_visibility="collapsed",
            wrap=True,
        )
        st.button(
            "Make another",
            key="home-another",
            icon=":material/refresh:",
            on_click=hear,
            args=(workspace, style),
        )
        st.button(
            "Use this network",
            key="home-adopt",
            icon=":material/arrow_forward:",
            type="tertiary",
            on_click=_go_on,
            args=(workspace, style, seed),
        )
    piece = _from_first_note(new_piece(style, seed).piece)
    with st.container(key="home-told"):
        told = f"**A new {PIECES[style].one}**, {duration(piece.seconds)}"
        told += ": press play." if missing() is None else "."
        st.markdown(f"{told} {origin(style)}")
    return listening(piece, height=HEIGHT, pickable=False, owner=EVERYBODYS)


def _from_first_note(piece: Piece) -> Piece:
    """Without the rests of an upbeat's bar: whoever presses play for the first time takes two
    seconds of silence for no sound."""
    return excerpt(piece, float(piece.notes().onset.min(initial=piece.length)), piece.length)


def _restyle(workspace: Workspace) -> None:
    hear(workspace, st.session_state["home-style"])


def _go_on(workspace: Workspace, style: str, seed: int) -> None:
    adopt(workspace, style)
    adopt_take(workspace, new_piece(style, seed))
    st.session_state[_GO_ON] = True
