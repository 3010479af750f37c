"""The button that saves music as MIDI at once."""

from __future__ import annotations

import streamlit as st

from musiccore.piece import Piece
from musiccore.writing import to_midi


def midi_button(piece: Piece, stem: str, key: str) -> None:
    """Save a piece under `stem`, with the ending of a MIDI file."""
    st.download_button(
        "Download MIDI",
        to_midi(piece),
        file_name=f"{stem}.mid",
        mime="audio/midi",
        key=key,
        icon=":material/download:",
        on_click="ignore",
    )
