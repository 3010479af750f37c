"""Home: music within seconds, or the song whose link was followed; then the steps."""

import streamlit as st

from musiccore.piece import Piece
from ui.contents import DEFAULT_CORPUS
from ui.listening import listening
from ui.page import STEPS, close_page, open_page
from ui.pieces import starter_pieces
from ui.songs import show_song

FIRST_HEARD = "BWV 244.10"
"""A chorale of half a minute, from the St Matthew Passion."""


def first_heard() -> Piece:
    pieces = starter_pieces(DEFAULT_CORPUS)
    return next((piece for piece in pieces if piece.name.startswith(FIRST_HEARD)), pieces[0])


open_page("Gruve", ":material/graphic_eq:")
song = st.query_params.get("song")
if song:
    add_sound = show_song(song)
st.markdown(
    "##### Teach a small recurrent network your own music, and hear what it has learned.",
    help="A recurrent network reads music note by note and learns which note comes next.",
)
if not song:
    piece = first_heard()
    st.markdown(
        f"**Listen first:** {piece.name.removesuffix('.mid')}, one of the "
        f"{len(starter_pieces(DEFAULT_CORPUS))} chorales by Johann Sebastian Bach that come with "
        f"Gruve ({len(piece):,} notes, {piece.seconds:.0f} s)."
    )
    add_sound = listening(piece, height=220, pickable=False)

st.subheader("The way to new music", anchor=False)
for number, (column, step) in enumerate(zip(st.columns(len(STEPS)), STEPS, strict=True), 1):
    with column.container(border=True, height="stretch"):
        st.page_link(step.path, label=f"**{number} {step.title}**", icon=step.icon)
        st.write(step.what)

close_page("Gruve")
add_sound()
