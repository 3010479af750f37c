"""Sheet music on the screen: pages as SVG in one Streamlit component, and MusicXML to save.

A long piece is written some bars at a time. The browser turns the pages of those bars by itself;
it asks for others, another zoom or another width through the component's state, which runs this
part of the page again and nothing else of it.
"""

from __future__ import annotations

import hashlib
import re
import threading
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from musiccore.frames import packed
from musiccore.notation.bars import TICKS, bars_of, count_bars
from musiccore.notation.engraving import Paper
from musiccore.notation.grid import Moved
from musiccore.notation.sheets import engravers
from musiccore.notation.terms import Engraving, Notation, NotationError
from musiccore.piece import Piece
from musiccore.reading import FileReport
from ui.assets import MOUNTED, asset
from ui.counts import many
from ui.page import plain
from ui.pianoroll import seconds
from ui.remembered import remembered
from ui.theme import styles

WINDOWS = (32, 16, 8)
"""Bars of a long piece that are written at a time: as many as have `WINDOW_NOTES` on average."""

WINDOW_NOTES = 1_000

WHOLE_BARS, WHOLE_NOTES = 64, 2_000
"""A piece of at most so many bars and notes is written as a whole."""

ZOOMS = (50, 75, 100, 125, 150, 200)
"""The sizes to choose from, in percent."""

_WIDTHS = (280, 1600)  # CSS pixels, at the least and at the most
_WIDTH_STEP = 20
_HEIGHT = 860
_HERE = Path(__file__).parent


# As with the player, styles stay in the page, under one class prefix.
_component = st.components.v2.component(
    "gruve_sheet",
    html=asset(_HERE / "sheet.html"),
    css=styles(_HERE / "sheet.css"),
    js=asset(MOUNTED, _HERE / "follow.js", _HERE / "sheet.js"),
    isolate_styles=False,
)


class View(NamedTuple):
    """What a visitor looks at: the first bar written (counted from 0), zoom and width."""

    place: int = 0
    zoom: int = 100
    width: int = 1100


@st.fragment
def sheet_music(piece: Piece, key: str = "sheet", *, player: str = "") -> None:
    """Show a piece as sheet music, page by page, with its MusicXML to save.

    It follows the playhead of the player with the key `player`, which plays the same piece.

    Above it stands what was moved to make it readable, below it the download. `key` becomes the
    CSS class `st-key-<key>`; two on one page need two.
    """
    if not len(piece):
        st.info("There are no notes to write.")
        return
    identity = identity_of(piece)
    view = _view(key, identity)
    window = window_of(piece)
    first = view.place // window * window if window else 0
    notation = _notated(identity, first, window, piece)
    if isinstance(notation, str):
        st.warning(notation, icon=":material/music_off:")
        return
    paper = Paper(view.width, _HEIGHT, view.zoom)
    engraving = _engraved(piece.name, notation.musicxml, paper)
    if isinstance(engraving, str):
        st.warning(engraving, icon=":material/music_off:")
    else:
        for sentence in remarks(piece, notation):
            st.caption(sentence)
        _component(
            key=key,
            data=message(piece, identity, notation, engraving, paper, player),
            on_view_change=_nothing,
        )
    _download(piece, identity, None if window else notation, key)


def warm_up() -> None:
    """Have an engraver ready for whoever asks for sheet music next. Returns at once."""
    threading.Thread(target=engravers.warm, name="engraver", daemon=True).start()


def window_of(piece: Piece) -> int | None:
    """How many bars are written at a time; None where it is the whole piece."""
    bars = count_bars(piece)
    if len(piece) <= WHOLE_NOTES and bars <= WHOLE_BARS:
        return None
    few_enough = (w for w in WINDOWS if w * len(piece) <= WINDOW_NOTES * bars)
    return next(few_enough, WINDOWS[-1])


def remarks(piece: Piece, notation: Notation) -> list[str]:
    """What a visitor should know of how the piece was written down, in sentences."""
    found = [_moved(notation.moved, 1000 * piece.seconds / max(piece.length, 1e-9))]
    if notation.shortened:
        found.append(
            f"In these bars {many(notation.shortened, 'note')} "
            f"{'is' if notation.shortened == 1 else 'are'} cut short, because more sound at once "
            "than can be written on one staff."
        )
    return [sentence for sentence in found if sentence]


def message(
    piece: Piece,
    identity: str,
    notation: Notation,
    engraving: Engraving,
    paper: Paper,
    player: str = "",
) -> dict[str, Any]:
    """What the browser receives: the pages, the bars on each, and where in the piece they are.

    `beats` are (seconds, ids of the notes that begin, ids of those that end) of these bars, which
    last from `begins` to `until`; `windows` are the seconds at which all windows of bars begin.
    """
    window = window_of(piece) or notation.bars
    begins = bars_of(piece).start[:-1:window] / TICKS
    windows = seconds(piece, begins).round(4).tolist()
    here = notation.place // window
    at = seconds(
        piece, np.array([notation.start, *(notation.start + b[0] for b in engraving.timemap)])
    )
    return {
        "player": player,
        "beats": [
            (round(float(s), 4), *b[1:]) for s, b in zip(at[1:], engraving.timemap, strict=True)
        ],
        "begins": 0.0 if notation.place == 0 else float(at[0]),
        "until": windows[here + 1] if here + 1 < len(windows) else 1e9,
        "windows": windows,
        "piece": identity,
        "name": piece.name,
        "pages": engraving.pages,
        "bars": engraving.bars,
        "place": notation.place,
        "written": notation.last - notation.first + 1,
        "total": notation.bars,
        "lastBar": notation.first - notation.place + notation.bars - 1,
        "window": window,
        "zoom": paper.zoom,
        "zooms": ZOOMS,
        "width": paper.width,
    }


def identity_of(piece: Piece) -> str:
    """What tells a piece from every other: a digest of its name and all that is written of it."""
    header, body = packed(piece, FileReport(file=piece.name, status="read"))
    return hashlib.sha256(repr(header).encode("utf-8", "replace") + body).hexdigest()


def _view(key: str, identity: str) -> View:
    """The view that the browser asked for, within what there is."""
    state = st.session_state.get(key)
    asked = dict((state or {}).get("view") or {})
    zoom, width = asked.get("zoom"), asked.get("width")
    narrowest, widest = _WIDTHS
    return View(
        # Another piece begins at its beginning.
        place=max(_whole(asked.get("place"), 0), 0) if asked.get("piece") == identity else 0,
        zoom=zoom if zoom in ZOOMS else View().zoom,
        width=min(max(_whole(width, View().width), narrowest), widest) // _WIDTH_STEP * _WIDTH_STEP,
    )


def _whole(number: object, otherwise: int) -> int:
    return number if isinstance(number, int) else otherwise


@st.cache_data(max_entries=64, ttl=1800, show_spinner="Writing the notes …")
def _notated(identity: str, first: int, bars: int | None, _piece: Piece) -> Notation | str:
    try:
        found = engravers.notate(_piece, first, bars)
    except NotationError as error:
        return plain(str(error))
    known = (identity, first, bars)
    remembered().used(known, len(found.musicxml), lambda: _notated.clear(*known, None))
    return found


@st.cache_data(max_entries=32, ttl=1800, show_spinner="Engraving …")
def _engraved(name: str, musicxml: bytes, paper: Paper) -> Engraving | str:
    try:
        found = engravers.engrave(name, musicxml, paper)
    except NotationError as error:
        return plain(str(error))
    known = (name, musicxml, paper)
    size = len(musicxml) + sum(map(len, found.pages))
    remembered().used(known, size, lambda: _engraved.clear(*known))
    return found


def _download(piece: Piece, identity: str, notation: Notation | None, key: str) -> None:
    """The whole piece as MusicXML: at once where it is there, else when it is asked for."""
    found: Notation | str | None = notation
    if found is None:
        wanted = f"{key}-prepared"
        asked = st.session_state.get(wanted) == identity
        if not asked and not st.button(
            "Prepare MusicXML", key=f"{key}-prepare", icon=":material/library_music:"
        ):
            st.caption("MusicXML of the whole piece, for MuseScore and other notation programs.")
            return
        st.session_state[wanted] = identity
        found = _notated(identity, 0, None, piece)
    if isinstance(found, str):
        st.warning(found)
        return
    st.download_button(
        "Download MusicXML",
        data=found.musicxml,
        file_name=_file_name(piece.name),
        mime="application/vnd.recordare.musicxml+xml",
        key=f"{key}-musicxml",
        icon=":material/download:",
        on_click="ignore",
    )


def _file_name(name: str) -> str:
    stem = re.sub(r"\.(midi?|kar|rmi)$", "", Path(name).name, flags=re.IGNORECASE)
    return f"{stem or 'piece'}.musicxml"


def _moved(moved: Moved, milliseconds: float) -> str:
    """`milliseconds`: how long a quarter note lasts, on average."""
    if not moved.notes and not moved.lengths:
        return ""
    if not moved.notes:
        return "The lengths of some notes were rounded to note values that can be read."
    return (
        f"Quantized: {many(moved.notes, 'note')} of {moved.of:,} were moved to the nearest place "
        f"in the bar that can be written, by {moved.mean:.2f} quarter notes "
        f"({moved.mean * milliseconds:.0f} ms) on average and {moved.most:.2f} at the most."
        + (" Lengths were rounded, too." if moved.lengths else "")
    )


def _nothing() -> None:
    pass
