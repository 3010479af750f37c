"""The uploader: files of any number, each dealt with once."""

from __future__ import annotations

import streamlit as st

from ui.glossary import what_is

_SUFFIXES = ("mid", "midi", "kar", "rmi", "zip")
_TURN = "uploader-turn"


def uploader() -> list[tuple[str, bytes]]:
    """Show the uploader; (name, bytes) of what was just put into it. `empty` it then."""
    # Streamlit has no way to empty an uploader, but takes one that accepts other types for new.
    turn = st.session_state.get(_TURN, 0) % len(_SUFFIXES)
    given = st.file_uploader(
        "Your own MIDI files, or ZIP archives of them",
        type=_SUFFIXES[turn:] + _SUFFIXES[:turn],
        accept_multiple_files=True,
        key="upload-midi",
        help="Standard MIDI files (.mid, .midi, .kar, .rmi) and .zip archives that hold some, as "
        "many at once as you like." + what_is("midi"),
    )
    return [(file.name, file.getvalue()) for file in given]


def empty() -> None:
    """Make the next uploader a new one, so that the server forgets what this one holds."""
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
