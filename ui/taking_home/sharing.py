"""A link that plays a take for anybody: made, copied, revoked."""

from __future__ import annotations

import streamlit as st

from models.run import Run
from models.songs import MAX_TITLE, USUAL_TITLE, SongError, song_digest
from musiccore.piece import Piece
from ui.page import plain
from ui.songs import facts_of, link_to, songs
from ui.workspace import Workspace

_FAILED = "song-failed"


@st.fragment
def show_sharing(workspace: Workspace, run: Run, epoch: int, piece: Piece) -> None:
    """Share this take, or see its link and stop sharing it; and what else is shared."""
    mine = songs().of(workspace.id)
    shared = mine.get(song_digest(piece))
    if shared is None:
        _offer(workspace, run, epoch, piece)
    else:
        st.write("Whoever has this link can hear this take, and see nothing else of yours:")
        st.code(link_to(shared), language=None, wrap_lines=True)
        st.button(
            "Stop sharing",
            key="song-revoke",
            icon=":material/link_off:",
            on_click=_revoke,
            args=(workspace, shared),
        )
    others = [id_ for id_ in mine.values() if id_ != shared]
    if others and st.toggle(f"Your other shared songs ({len(others)})", key="songs-shared"):
        for id_ in others:
            _line(workspace, id_)


def _offer(workspace: Workspace, run: Run, epoch: int, piece: Piece) -> None:
    st.write(
        "A link plays this take for anybody on this server. It tells nobody who you are, and you "
        "can take it back at any time."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Title of the song", key="song-title", max_chars=MAX_TITLE, placeholder=USUAL_TITLE
        )
        st.button(
            "Make a link",
            key="song-share",
            icon=":material/link:",
            on_click=_share,
            args=(workspace, run, epoch, piece),
        )
    if failed := st.session_state.pop(_FAILED, ""):
        st.warning(plain(failed), icon=":material/link_off:")


def _line(workspace: Workspace, id_: str) -> None:
    try:
        title = songs().open(id_).title
    except SongError:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"[{plain(title)}]({link_to(id_)})", width="stretch")
        st.button("Stop sharing", key=f"song-revoke-{id_}", on_click=_revoke, args=(workspace, id_))


def _share(workspace: Workspace, run: Run, epoch: int, piece: Piece) -> None:
    title = st.session_state.get("song-title", "")
    try:
        songs().share(piece, workspace.id, title, facts_of(run, epoch))
    except SongError as error:
        st.session_state[_FAILED] = str(error)


def _revoke(workspace: Workspace, id_: str) -> None:
    songs().revoke(id_, workspace.id)
