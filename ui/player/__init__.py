"""The player: a piece's piano roll with its sound, in one Streamlit component.

Everything travels to the browser in one binary message: a JSON header, the notes, the MP3. The
browser plays the MP3 from its own memory, so that seeking works at once, whatever address or proxy
the app is served under, and the server keeps nothing for it. The message holds a digest of itself:
the same music again leaves the sound undisturbed when a page reruns.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import streamlit as st

from musiccore.piece import Piece
from ui.pianoroll import roll

NO_AUDIO = "There is no audio here: the notes can be seen, not heard."

_HERE = Path(__file__).parent


def _asset(*names: str) -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


# Styles stay in the page, under one class prefix: in a shadow root, `document.querySelector`
# (tests, screen readers' helpers, browser extensions) would not find the audio element.
_component = st.components.v2.component(
    "gruve_player",
    html=_asset("player.html"),
    css=_asset("player.css"),
    js=_asset("roll.js", "player.js"),
    isolate_styles=False,
)


def player(
    piece: Piece,
    mp3: bytes | None,
    *,
    key: str = "player",
    height: int = 320,
    note: str = NO_AUDIO,
) -> None:
    """Show a piece as a piano roll of `height` CSS pixels that plays `mp3`.

    Without `mp3` the roll is shown with the sentence `note` in place of the controls. `key` becomes
    the CSS class `st-key-<key>`; two players on one page need two keys, and only one of them sounds
    at a time.
    """
    _component(key=key, data=message(piece, mp3, height=height, note=note))


def message(piece: Piece, mp3: bytes | None, *, height: int, note: str = NO_AUDIO) -> bytes:
    """What the browser receives, little-endian: the header's length as uint32, the header (JSON).

    Then the arrays of `Roll`, `notes` of each (onset and duration float32; pitch, part and velocity
    uint8), then the MP3 up to the end.
    """
    shown = roll(piece)
    body = b"".join(
        (
            shown.onset.astype("<f4").tobytes(),
            shown.duration.astype("<f4").tobytes(),
            shown.pitch.tobytes(),
            shown.part.tobytes(),
            shown.velocity.tobytes(),
            mp3 or b"",
        )
    )
    header = {
        "name": piece.name,
        "notes": len(shown.onset),
        "seconds": round(piece.seconds, 3),
        "parts": shown.parts,
        "drums": shown.drums,
        "bars": shown.bars,
        "height": height,
        "audible": mp3 is not None,
        "note": note,
    }
    digest = hashlib.sha256(json.dumps(header).encode() + body).hexdigest()
    head = json.dumps({"id": digest, **header}).encode()
    return len(head).to_bytes(4, "little") + head + body
