"""The buttons that save a take. A file is made when its button is pressed, and only then: then
the browser saves it, or a sentence says why it cannot be made."""

from __future__ import annotations

import streamlit as st

from models.run import Run
from models.takes import MadeTake
from musiccore.arrangement import Arrangement
from musiccore.piece import Piece
from musiccore.soundfont import missing
from ui.page import plain
from ui.takes import audio_folder
from ui.taking_home.bundle import bundle_of
from ui.taking_home.formats import FORMATS, SOUND, Format, Parcel, file_of
from ui.taking_home.made import FAILURES, made
from ui.taking_home.saving import save
from ui.taking_home.sharing import show_sharing
from ui.workspace import Workspace, store


def show_taking_home(
    workspace: Workspace, run: Run, take: MadeTake, piece: Piece, arrangement: Arrangement | None
) -> None:
    """Save a take as it sounds, `piece`, in every format, or share it by a link."""
    if not len(piece):
        st.info("This take has no notes, so there is nothing to take home.")
        return
    parcel = Parcel(
        piece=piece,
        recipe=take.recipe,
        arrangement=arrangement,
        generated_from=take.generated_from if take.prompt_rows else 0.0,
        owner=workspace.id,
        store=store(),
        audio=audio_folder(),
        made=made(),
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("**Save it**")
        _downloads(parcel)
    with right:
        st.markdown("**Share it**")
        show_sharing(workspace, run, take.epoch, piece)


_ZIP = Format("zip", ".zip", "application/zip", ":material/folder_zip:", "All of it.", bundle_of)
_TURN = "home-saved"


@st.fragment
def _downloads(parcel: Parcel) -> None:
    pressed = ""
    silent = missing()
    with st.container(horizontal=True, gap="small", key="home-formats"):
        for name, form in FORMATS.items():
            off = silent is not None and name in SOUND
            if st.button(form.label, key=f"home-{name}", icon=form.icon, disabled=off):
                pressed = name
    if st.button("Everything in one zip", key="home-zip", icon=_ZIP.icon):
        pressed = "zip"
    if pressed:
        _save(parcel, pressed)
    words = " ".join(
        f"{form.label}: {form.what[0].lower()}{form.what[1:]}" for form in FORMATS.values()
    )
    st.caption(f"{words} Each is made when you ask for it; sound and scores take some seconds.")
    if silent is not None:
        st.caption(plain(silent))


def _save(parcel: Parcel, name: str) -> None:
    """Make a file and have the browser save it; else say why not."""
    form = FORMATS.get(name, _ZIP)
    try:
        with st.spinner("Making the file …"):
            data = bundle_of(parcel) if form is _ZIP else file_of(parcel, name)
    except FAILURES as error:
        st.warning(plain(str(error)), icon=":material/error:")
        return
    # The same file once more is another button, to be pressed once more.
    turn = st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    save(data, form.label, f"{parcel.stem}{form.ending}", form.mime, key=f"home-save-{turn}")
