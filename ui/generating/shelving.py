"""The shelf on the page: what was liked, to be heard again, renamed or taken off."""

from __future__ import annotations

import streamlit as st

from ui.counts import many
from ui.generating.recalling import recall
from ui.page import plain
from ui.shelf import MAX_TAKE_NAME, Entry, ShelfFullError, Verdict, shelf_takes
from ui.words import duration
from ui.workspace import Workspace

_FULL = "shelf-full"
_THUMBS: tuple[Verdict, Verdict] = ("down", "up")  # as st.feedback counts them


def judge(workspace: Workspace, entry: Entry) -> None:
    """Thumbs up and down for a take: up puts it on the shelf."""
    key = f"thumbs-{entry.id}"
    if key not in st.session_state and entry.verdict:
        st.session_state[key] = _THUMBS.index(entry.verdict)
    st.feedback("thumbs", key=key, on_change=_judged, args=(workspace, entry.id))


def say_if_full() -> None:
    """Why a take did not go on the shelf, where it did not."""
    if (sentence := st.session_state.pop(_FULL, None)) is not None:
        st.warning(sentence, icon=":material/shelves:")


def show_shelf(workspace: Workspace) -> None:
    """Every take on the shelf: open it, call it something, take it off."""
    shelf = workspace.takes().shelf
    if not shelf:
        st.caption(
            "The shelf is empty. Thumbs up puts a take here; it stays when you close the page."
        )
        return
    for entry in shelf:
        with st.container(horizontal=True, vertical_alignment="center", key=f"shelf-{entry.id}"):
            st.button(
                plain(entry.called),
                key=f"open-{entry.id}",
                icon=":material/play_arrow:",
                on_click=_open,
                args=(workspace, entry.id),
                width="stretch",
            )
            st.caption(f"{many(entry.notes, 'note')}, {duration(entry.seconds)}", width="content")
            with st.popover("Change", key=f"change-{entry.id}"):
                st.text_input(
                    "Name",
                    entry.name,
                    max_chars=MAX_TAKE_NAME,
                    placeholder=entry.title,
                    key=f"name-{entry.id}",
                    on_change=_rename,
                    args=(workspace, entry.id),
                )
                st.button(
                    "Take off the shelf",
                    key=f"drop-{entry.id}",
                    icon=":material/delete:",
                    on_click=_judged_off,
                    args=(workspace, entry.id),
                )
    st.caption(f"{many(len(shelf), 'take')} of at most {shelf_takes():,}.")


def _judged(workspace: Workspace, take: str) -> None:
    given = st.session_state[f"thumbs-{take}"]
    try:
        verdict: Verdict = "" if given is None else _THUMBS[given]
        workspace.change_takes(lambda takes: takes.judged(take, verdict))
    except ShelfFullError as error:
        st.session_state[_FULL] = str(error)
        st.session_state[f"thumbs-{take}"] = None


def _judged_off(workspace: Workspace, take: str) -> None:
    workspace.change_takes(lambda takes: takes.judged(take, ""))
    st.session_state[f"thumbs-{take}"] = None


def _open(workspace: Workspace, take: str) -> None:
    workspace.change_takes(lambda takes: takes.opened(e for e in takes.shelf if e.id == take))
    recall(workspace, take)


def _rename(workspace: Workspace, take: str) -> None:
    name = st.session_state[f"name-{take}"]
    workspace.change_takes(lambda takes: takes.renamed(take, name))
