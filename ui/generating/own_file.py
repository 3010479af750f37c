"""A visitor's own MIDI file as the beginning of takes: read elsewhere, kept for the next visit."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import streamlit as st

from musiccore.isolation import read_isolated
from musiccore.limits import current_limits
from musiccore.piece import Piece
from ui.counts import many
from ui.page import plain
from ui.pieces import piece_cache
from ui.reading import Reading, UnfinishedError, follow, readings
from ui.workspace import Workspace

_TURN = "prompt-turn"
_SAID = "prompt-said"


def own_piece(workspace: Workspace) -> Piece | None:
    """Show the uploader; the music of the file that was brought last, None where there is none."""
    turn = st.session_state.get(_TURN, 0)
    given = st.file_uploader(
        "Your MIDI file",
        type=("mid", "midi", "kar", "rmi"),
        key=f"prompt-midi-{turn}",
        max_upload_size=max(1, current_limits().file_bytes // 2**20),
    )
    key = f"prompt/{workspace.id}"
    if given is not None:
        # The next uploader is a new one, so that the server forgets what this one holds.
        st.session_state[_TURN] = turn + 1
        _read(workspace, key, given.name, given.getvalue())
    if (reading := follow(key)) is not None:
        st.session_state[_SAID] = reading.said
        workspace.reload()
        if given is not None:
            st.rerun()
    for sentence in st.session_state.get(_SAID, []):
        st.error(plain(sentence), icon=":material/error:")
    piece = _kept(workspace)
    if piece is not None:
        st.caption(f"{plain(piece.name)}: {many(len(piece), 'note')}.")
    return piece


def _read(workspace: Workspace, key: str, name: str, data: bytes) -> None:
    """Begin to read a file in the reader's process; where there is music in it, it is kept."""
    twin = workspace.twin()

    def work(reading: Reading) -> None:
        for piece, report in reading.counted(read_isolated([(name, data)])):
            if piece is None:
                raise UnfinishedError(report.message)
            piece_cache().put(piece)
            twin.keep_prompt(data)
            twin.choose(**{"prompt-name": name, "prompt-digest": piece.digest})

    readings().start(key, 1, work)


def _kept(workspace: Workspace) -> Piece | None:
    digest = workspace.choice("prompt-digest", "")
    if not digest:
        return None
    piece = piece_cache().get(digest)
    if piece is None and (data := workspace.prompt()) is not None:
        # The app was started anew since the file was read.
        if hashlib.sha256(data).hexdigest() != digest:
            return None
        key = f"prompt/{workspace.id}"
        _read(workspace, key, workspace.choice("prompt-name", ""), data)
        follow(key)
        piece = piece_cache().get(digest)
    # Whoever else brought the same bytes may call them otherwise.
    return piece and replace(piece, name=workspace.choice("prompt-name", ""))
