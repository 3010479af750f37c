"""The piano roll at once, its sound as soon as FluidSynth has played it, sheet music if wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import streamlit as st

from musiccore.audio import cached_opening, cached_part, cached_sound, is_kept
from musiccore.piece import Piece
from musiccore.soundfont import missing
from musiccore.synthesis import AudioError
from ui.drawing import MANY, drawing
from ui.pianoroll import part_tracks
from ui.pieces import is_starter
from ui.player import parts_wanted, player
from ui.player.sound import deliver, fail
from ui.sheet import sheet_music
from ui.takes import audio_folder
from ui.workspace import workspace_id

QUICK_SECONDS = 120.0
"""Music up to this long is rendered without being asked for; longer music at a button."""

OPENINGS = (12.0, 180.0)
"""The first seconds of longer music, rendered first: they play while the rest is rendered."""

EVERYBODYS = ""
"""The owner of sound that holds nothing of a visitor: rendered once for all."""

_RENDERING = "The audio is being rendered …"


def listening(
    piece: Piece,
    key: str = "player",
    height: int = 320,
    unasked: float = QUICK_SECONDS,
    *,
    generated_from: float | None = None,
    surprise: Sequence[float] | None = None,
    sheet: bool = False,
    pickable: bool = True,
    owner: str | None = None,
    news: int = 0,
) -> Callable[[], None]:
    """Show the piano roll now; the function returned brings the sound.

    Rendering takes seconds the first time, so a page calls it last, when all else is on screen.
    Music longer than `unasked` seconds is rendered at the press of a button only. With `sheet`
    there is a switch for sheet music that follows the playhead. What is rendered is the `owner`'s,
    the visitor's unless somebody else is named; starter sets are everybody's. `generated_from`,
    `surprise`, `pickable` and `news` are those of `ui.player.player`.
    """
    absent = missing()
    asked: set[str] = st.session_state.setdefault("heard", set())
    audible = absent is None and (piece.seconds <= unasked or piece.digest in asked)
    minutes = f"This piece lasts {piece.seconds / 60:.0f} minutes. Render its audio to hear it."
    player(
        piece,
        key=key,
        height=height,
        audible=audible,
        note=absent or (_RENDERING if audible else minutes),
        generated_from=generated_from,
        surprise=surprise,
        pickable=pickable,
        news=news,
    )
    place = st.container(key=f"{key}-sounds", gap=None)  # nothing of it can be seen
    if absent is None and not audible:
        st.button(
            "Render audio",
            key=f"{key}-render",
            icon=":material/volume_up:",
            on_click=asked.add,
            args=(piece.digest,),
        )
    if sheet and st.toggle("Sheet music", key=f"{key}-sheet"):
        sheet_music(piece, key=f"{key}-paper", player=key)
    if not audible:
        return _nothing
    if owner is None:
        owner = EVERYBODYS if is_starter(piece) else workspace_id()
    return partial(_add_sound, piece, key, place, owner)


def _add_sound(
    piece: Piece, key: str, place: st.delta_generator.DeltaGenerator, owner: str
) -> None:
    """Deliver what is rendered as it comes: beginnings, the whole, instruments alone."""
    folder = audio_folder()
    drawing.wait(MANY)
    with place:
        try:
            for number, (recording, whole) in enumerate(_recordings(piece, folder, owner)):
                sent = f"{key}-sound" if whole else f"{key}-opening-{number}"
                deliver(piece, recording, player=key, key=sent, whole=whole)
            tracks = part_tracks(piece)
            for part in parts_wanted(key):
                if part >= len(tracks):
                    continue
                recording = cached_part(piece, tracks[part], folder, owner)
                deliver(piece, recording, player=key, key=f"{key}-part-{part}", part=part)
        except AudioError as error:
            st.session_state["heard"].discard(piece.digest)
            fail(piece, str(error), player=key, key=f"{key}-failed")
        else:
            st.session_state["heard"].add(piece.digest)


def _recordings(piece: Piece, folder: Path, owner: str) -> Iterator[tuple[bytes, bool]]:
    """(recording, whether it is the whole) as soon as each is there; the whole is the last one."""
    if not is_kept(piece, folder, owner):
        for seconds in OPENINGS:
            if piece.seconds > 2 * seconds:
                with suppress(AudioError):  # silence at first, say; the whole has the last word
                    yield cached_opening(piece, seconds, folder, owner), False
    yield cached_sound(piece, folder, owner), True


def _nothing() -> None:
    pass
