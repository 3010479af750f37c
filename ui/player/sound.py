"""Brings sound to a player: a Streamlit component that shows nothing, one for each recording.

Messages are as binary as the player's: a JSON header, then the recording.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import streamlit as st

from musiccore.piece import Piece
from ui.player import identity_of

_component = st.components.v2.component(
    "gruve_sound",
    html='<div class="gruve-sound"></div>',
    js=Path(__file__).with_name("sound.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def deliver(
    piece: Piece,
    recording: bytes,
    *,
    player: str,
    key: str,
    part: int | None = None,
    whole: bool = True,
) -> None:
    """Give the player with the key `player`, if it shows this piece, a recording (MP3 or FLAC).

    Of all its instruments, or of one `part` (an index into `Roll.parts`). One that is not `whole`
    is how the piece begins: the player goes on with the next one where it is.
    """
    _component(key=key, data=message(piece, recording, player=player, part=part, whole=whole))


def fail(piece: Piece, error: str, *, player: str, key: str) -> None:
    """Have the player say in a sentence why there is no sound."""
    _component(key=key, data=message(piece, b"", player=player, error=error))


def message(
    piece: Piece,
    recording: bytes,
    *,
    player: str,
    part: int | None = None,
    whole: bool = True,
    error: str = "",
) -> bytes:
    """What the browser receives: the header's length as uint32 (little-endian), the header, sound.

    The header names the player, the music that it must show (`identity_of`), and a digest.
    """
    header = {
        "player": player,
        "music": identity_of(piece),
        "part": part,
        "whole": whole,
        "error": error,
        "id": hashlib.sha256(recording).hexdigest(),
    }
    head = json.dumps(header).encode()
    return len(head).to_bytes(4, "little") + head + recording
