"""What one does with a run: name it, pin it, take it home, delete it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from ui.compare.entries import Entry
from ui.compare.exchange import take_home
from ui.own_runs import MAX_RUN_NAME, RunNote
from ui.page import plain
from ui.runs import engine
from ui.words import megabytes
from ui.workspace import Workspace


def keeping(workspace: Workspace, entries: Sequence[Entry], busy: Collection[str]) -> None:
    """The controls for one run; `busy` are those that are queued or learning."""
    by_id = {entry.id: entry for entry in entries}
    run_id = st.selectbox(
        "Network to name, pin, export or delete",
        list(by_id),
        format_func=lambda i: by_id[i].name,
        key=f"keep-{len(by_id)}-{entries[0].id}",
    )
    entry = by_id[run_id]
    with st.container(horizontal=True, gap="small", key="keeping"):
        _rename(workspace, entry)
        _pin(workspace, entry)
        take_home(workspace, entry, busy=run_id in busy)
        _delete(workspace, entry, run_id in busy)
    st.caption(
        "A pinned network is never thrown out when your room here runs out. "
        "A network that is waiting or learning is neither deleted nor thrown out."
    )


def _rename(workspace: Workspace, entry: Entry) -> None:
    with st.popover("Rename", icon=":material/edit:"):
        note = workspace.run_note(entry.id)
        name = st.text_input(
            "Name",
            note.name,
            max_chars=MAX_RUN_NAME,
            placeholder=entry.name,
            key=f"run-name-{entry.id}",
        )
        if st.button("Rename", key="run-rename"):
            workspace.note_run(entry.id, note._replace(name=name))
            st.rerun()


def _pin(workspace: Workspace, entry: Entry) -> None:
    label, icon = ("Unpin", ":material/keep_off:") if entry.pinned else ("Pin", ":material/keep:")
    if st.button(label, key="run-pin", icon=icon):
        note: RunNote = workspace.run_note(entry.id)
        workspace.note_run(entry.id, note._replace(pinned=not entry.pinned))
        st.rerun()


def _delete(workspace: Workspace, entry: Entry, busy: bool) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        if busy:
            st.write("This network is waiting or learning. Stop it first, then it can be deleted.")
            return
        st.write(
            f"**{plain(entry.name)}** and all its epochs ({megabytes(entry.size)}) will be deleted "
            "for good. To keep a copy, export it first."
        )
        if st.button("Delete it", key="run-delete", type="primary"):
            engine().forget(entry.id, workspace.id)
            workspace.leave_run(entry.id)
            st.rerun()
