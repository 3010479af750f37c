"""Runs as files: taken home, brought back, and handed to Keras."""

from __future__ import annotations

from functools import partial

import streamlit as st

from models.bundle import BundleError, import_bytes, pack, unpack
from models.connection import ClusterError
from models.store import StoreError
from ui.compare.entries import Entry
from ui.page import plain
from ui.runs import engine
from ui.words import megabytes
from ui.workspace import Workspace, store

SUFFIX = "gruve"
_TURN, _REFUSED, _MADE = "import-turn", "import-refused", "made-keras"


def take_home(workspace: Workspace, entry: Entry, *, busy: bool) -> None:
    """Buttons that save a run: with its best epoch, with all, or as a network for Keras."""
    with st.popover("Export", icon=":material/download:"):
        if busy:
            st.write("This network is waiting or learning. It can be exported when that has ended.")
            return
        if entry.best is None or not entry.kept:
            st.write("This network has learned nothing yet, so there is nothing to export.")
            return
        st.write("One file with the settings, the curves and the music as the network reads it.")
        pack_run = partial(pack, store(), entry.id, owner=workspace.id)
        _save(
            "With its best epoch",
            partial(pack_run, "best"),
            f"gruve-{entry.id[:4]}.{SUFFIX}",
            "export-best",
        )
        _save(
            f"With every epoch, to go on learning (up to {megabytes(entry.size)})",
            partial(pack_run, "all"),
            f"gruve-{entry.id[:4]}-all.{SUFFIX}",
            "export-all",
        )
        _save_keras(entry)


def _save_keras(entry: Entry) -> None:
    """The Keras model is made when it is asked for, by the training process: that takes seconds,
    and may go wrong in ways that want a sentence."""
    made: tuple[str, bytes] | None = st.session_state.get(_MADE)
    name = f"gruve-{entry.id[:4]}.keras"
    if made is None or made[0] != entry.id:
        if not st.button("Make a Keras model of the best epoch", key="make-keras"):
            return
        try:
            with st.spinner("The training process makes it …", show_time=True):
                made = st.session_state[_MADE] = (entry.id, engine().export_keras(entry.id))
        except (ClusterError, StoreError) as error:
            st.error(str(error), icon=":material/error:")
            return
    _save("The Keras model", made[1], name, "export-keras")


def _save(label: str, data: partial[bytes] | bytes, name: str, key: str) -> None:
    st.download_button(label, data, name, "application/octet-stream", key=key, on_click="ignore")


def bring_back(workspace: Workspace) -> None:
    """The uploader for a run that was exported; a file that is none is told why."""
    turn = st.session_state.get(_TURN, 0)
    with st.popover("Import a network", icon=":material/upload:"):
        st.write("A network that Gruve exported. It becomes one of yours.")
        given = st.file_uploader(
            "File with a network",
            SUFFIX,
            key=f"import-run-{turn}",
            max_upload_size=import_bytes() // 10**6,
        )
    if given is not None:
        st.session_state[_TURN] = turn + 1  # the next uploader is a new one, and holds nothing
        st.session_state[_REFUSED] = _imported(workspace, given.getvalue())
        st.rerun()
    if refused := st.session_state.pop(_REFUSED, ""):
        st.error(plain(refused), icon=":material/error:")


def _imported(workspace: Workspace, data: bytes) -> str:
    """Keep the run in a file; why not, in a sentence, where it is none."""
    try:
        with st.spinner("Looking at every number of it …"):
            run = unpack(store(), data, workspace.id)
    except BundleError as error:
        return str(error)
    busy = {r for r in workspace.run_ids if engine().job(r) is not None}
    workspace.add_run(run, busy)
    return ""
