"""A piece to hear and see: audio where this machine can make it, the piano roll in any case."""

from __future__ import annotations

import streamlit as st

from musiccore.audio import AudioError, cached_mp3, missing
from musiccore.piece import Piece
from ui.player import player
from ui.takes import audio_folder


def listen(piece: Piece, key: str = "player") -> None:
    """The player with sound; where there can be none, the roll and the sentence that says why."""
    lacking = missing()
    if lacking is not None:
        player(piece, None, key=key, note=lacking)
        return
    try:
        with st.spinner("Rendering the audio …"):
            mp3 = cached_mp3(piece, audio_folder())
    except AudioError as error:
        player(piece, None, key=key, note=str(error))
    else:
        player(piece, mp3, key=key)
