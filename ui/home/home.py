"""Home: music within seconds, or the song whose link was followed; then the steps."""

from __future__ import annotations

import streamlit as st

from ui.home.music import greet
from ui.home.path import show_path
from ui.page import close_page, open_page
from ui.songs import show_song
from ui.tour import offer_tour, show_tour


def show_home() -> None:
    """Draw the page."""
    workspace = open_page("Gruve", ":material/graphic_eq:")
    song = st.query_params.get("song")
    if song:
        add_sound = show_song(song)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="home-head"):
        st.markdown(
            "Teach a small recurrent network your own music, and hear what it has learned.",
            help="A recurrent network reads music note by note and learns which note comes next.",
            width="content",
        )
        offer_tour(workspace)
    if not song:
        add_sound = greet(workspace)
    show_path(workspace)
    close_page("Gruve")
    if not show_tour(workspace):
        add_sound()
