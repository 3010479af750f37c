"""The player: a piece's piano roll with its sound, in one Streamlit component.

The picture travels to the browser in one binary message: a JSON header and the notes. Sound follows
in messages of their own (`ui.player.sound`) as soon as it is there, so that the picture never waits
for it and stays while it comes. The browser plays it from its own memory: seeking works at once,
whatever address or proxy the app is served under, and the server keeps nothing for it. Every
message holds a digest of itself: the same music again leaves the sound undisturbed when a page
reruns.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from musiccore.piece import Piece
from ui.assets import MOUNTED, asset
from ui.pianoroll import Roll, roll, seconds
from ui.theme import styles

NO_AUDIO = "There is no audio here: the notes can be seen, not heard."

MIXABLE_SECONDS, MIXABLE_PARTS = 300.0, 16
"""Music up to this long and with so many instruments can be heard one instrument at a time."""

_HERE = Path(__file__).parent
_MODULE = (
    *("numbers.js", "song.js", "view.js", "ground.js", "motion.js", "roll.js"),
    *("mix.js", "transport.js", "gestures.js", "keys.js", "legend.js"),
    *("picking.js", "passage.js", "player.js"),
)


# Styles stay in the page, under one class prefix: in a shadow root, `document.querySelector`
# (tests, screen readers' helpers, browser extensions) would not find the audio element.
_component = st.components.v2.component(
    "gruve_player",
    html=asset(_HERE / "player.html"),
    css=styles(_HERE / "player.css", _HERE / "tools.css"),
    js=asset(MOUNTED, *(_HERE / name for name in _MODULE)),
    isolate_styles=False,
)


def player(
    piece: Piece,
    *,
    key: str = "player",
    height: int = 320,
    audible: bool = False,
    note: str = NO_AUDIO,
    generated_from: float | None = None,
    surprise: Sequence[float] | None = None,
    pickable: bool = True,
    news: int = 0,
) -> None:
    """Show a piece as a piano roll of `height` CSS pixels.

    Where it is `audible` there are controls, and `ui.player.sound.deliver` brings the sound; else
    the sentence `note` stands in their place. Until sound comes `note` is shown in any case. Notes
    before `generated_from` (quarter notes) are the prompt's. `surprise` (nats) has a number for
    each note in the order of `Roll`. A note that is clicked is `picked`, which runs the page again;
    not where it is not `pickable`. A player is brought into view when it shows higher `news` than
    any player before it in this tab. `key` becomes the CSS class `st-key-<key>`; two players on one
    page need two keys, and only one of them sounds at a time.
    """
    sent = message(
        piece,
        key=key,
        height=height,
        audible=audible,
        note=note,
        generated_from=generated_from,
        surprise=surprise,
        pickable=pickable,
        news=news,
    )
    st.session_state[f"{key}-music"] = identity_of(piece)
    _component(key=key, data=sent, on_picked_change=_nothing, on_parts_change=_nothing)


def picked(key: str = "player") -> int | None:
    """The note that was clicked last in this player, an index in the order of `Roll`; None: none.

    To be asked after the player has been shown: a note of other music than it shows is none.
    """
    chosen = _state(key, "picked").get("note")
    return chosen if isinstance(chosen, int) else None


def parts_wanted(key: str = "player") -> tuple[int, ...]:
    """The parts (indices into `Roll.parts`) that the visitor wants to hear one at a time."""
    chosen = _state(key, "parts").get("parts", ())
    return tuple(part for part in chosen if isinstance(part, int) and 0 <= part < MIXABLE_PARTS)


def _state(key: str, name: str) -> dict[str, Any]:
    """What the browser said of the music that this player shows; empty where it said nothing."""
    said = dict((st.session_state.get(key) or {}).get(name) or {})
    return said if said.get("song") == st.session_state.get(f"{key}-music") else {}


def message(
    piece: Piece,
    *,
    key: str,
    height: int,
    audible: bool,
    note: str = NO_AUDIO,
    generated_from: float | None = None,
    surprise: Sequence[float] | None = None,
    pickable: bool = True,
    news: int = 0,
) -> bytes:
    """What the browser receives, little-endian: the header's length as uint32, the header (JSON).

    Then the arrays of `Roll`, `notes` of each (onset and duration float32; pitch, part and velocity
    uint8), then surprise as float32 where the header says so. Raises ValueError where `surprise`
    has another length.
    """
    shown = roll(piece)
    if surprise is not None and len(surprise) != len(shown.onset):
        raise ValueError(f"{len(surprise)} numbers of surprise for {len(shown.onset)} notes")
    body = _notes(shown)
    if surprise is not None:
        body += np.asarray(surprise, "<f4").tobytes()
    begins = 0.0 if generated_from is None else float(seconds(piece, np.array([generated_from]))[0])
    header = {
        "key": key,
        "name": piece.name,
        "music": identity_of(piece),
        "notes": len(shown.onset),
        "seconds": round(piece.seconds, 3),
        "parts": shown.parts,
        "drums": shown.drums,
        "bars": shown.bars,
        "height": height,
        "audible": audible,
        "note": note,
        "generatedFrom": round(begins, 4),
        "surprise": surprise is not None,
        "mixable": audible
        and 1 < len(shown.parts) <= MIXABLE_PARTS
        and piece.seconds <= MIXABLE_SECONDS,
        "pickable": pickable,
        "news": news,
    }
    digest = hashlib.sha256(json.dumps(header).encode() + body).hexdigest()
    head = json.dumps({"id": digest, **header}).encode()
    return len(head).to_bytes(4, "little") + head + body


def identity_of(piece: Piece) -> str:
    """What tells a piece's picture and sound from every other: a digest of its notes and parts."""
    shown = roll(piece)
    about = repr((shown.parts, piece.programs, round(piece.seconds, 3)))
    return hashlib.sha256(about.encode("utf-8", "replace") + _notes(shown)).hexdigest()


def _notes(shown: Roll) -> bytes:
    return b"".join(
        (
            shown.onset.astype("<f4").tobytes(),
            shown.duration.astype("<f4").tobytes(),
            shown.pitch.tobytes(),
            shown.part.tobytes(),
            shown.velocity.tobytes(),
        )
    )


def _nothing() -> None:
    pass
