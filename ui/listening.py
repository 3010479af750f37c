"""The piano roll at once, its sound as soon as FluidSynth has played it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from musiccore.audio import AudioError, cached_mp3, missing
from musiccore.piece import Piece
from ui.pieces import is_starter
from ui.player import player
from ui.takes import audio_folder
from ui.workspace import workspace_id

QUICK_SECONDS = 120.0
"""Music up to this long is rendered without being asked for; longer music at a button."""


def listening(
    piece: Piece, key: str = "player", height: int = 320, unasked: float = QUICK_SECONDS
) -> Callable[[], None]:
    """Show the piano roll now; the function returned puts the player with sound in its place.

    Rendering takes seconds the first time, so a page calls it last, when all else is on screen.
    Music longer than `unasked` seconds is rendered at the press of a button only.
    """
    place = st.empty()
    heard: set[str] = st.session_state.setdefault("heard", set())

    def show(mp3: bytes | None, note: str = "", key: str = f"{key}-silent") -> None:
        # A key may stand on a page only once a run, even where one player gives way to another.
        with place:
            player(piece, mp3, key=key, height=height, note=note)

    def add_sound() -> None:
        try:
            mp3 = cached_mp3(piece, audio_folder(), "" if is_starter(piece) else workspace_id())
        except AudioError as error:
            heard.discard(piece.digest)
            show(None, str(error), key=f"{key}-failed")
        else:
            heard.add(piece.digest)
            show(mp3, key=key)

    def nothing() -> None:
        pass

    if (absent := missing()) is not None:
        show(None, absent)
        return nothing
    if piece.digest in heard:
        add_sound()
        return nothing
    quick = piece.seconds <= unasked
    if quick or st.button("Render audio", key=f"{key}-render", icon=":material/volume_up:"):
        show(None, "The audio is being rendered …")
        return add_sound
    show(None, f"This piece lasts {piece.seconds / 60:.0f} minutes. Render its audio to hear it.")
    return nothing
