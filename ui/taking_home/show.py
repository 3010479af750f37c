"""The buttons that save a take. A file is made when its button is pressed, and only then.

A press does two things at once: the browser asks for the file, and this part of the page runs again
to say that it is being made, or why it cannot be. Both wait for one and the same making.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from models.run import Run
from models.takes import MadeTake
from musiccore.arrangement import Arrangement
from musiccore.piece import Piece
from musiccore.soundfont import missing
from ui.page import plain
from ui.takes import audio_folder
from ui.taking_home.bundle import bundle_of
from ui.taking_home.formats import FORMATS, SOUND, Parcel, file_of
from ui.taking_home.made import FAILURES, made
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


@st.fragment
def _downloads(parcel: Parcel) -> None:
    pressed: list[Callable[[], bytes]] = []
    silent = missing()
    with st.container(horizontal=True, gap="small", key="home-formats"):
        for name, form in FORMATS.items():
            make: Callable[[], bytes] = partial(file_of, parcel, name)
            if st.download_button(
                form.label,
                make,
                f"{parcel.stem}{form.ending}",
                form.mime,
                key=f"home-{name}",
                icon=form.icon,
                disabled=silent is not None and name in SOUND,
            ):
                pressed.append(make)
    bundle = partial(bundle_of, parcel)
    if st.download_button(
        "Everything in one zip",
        bundle,
        f"{parcel.stem}.zip",
        "application/zip",
        key="home-zip",
        icon=":material/folder_zip:",
    ):
        pressed.append(bundle)
    words = " ".join(
        f"{form.label}: {form.what[0].lower()}{form.what[1:]}" for form in FORMATS.values()
    )
    st.caption(f"{words} Each is made when you ask for it; sound and scores take some seconds.")
    if silent is not None:
        st.caption(plain(silent))
    for file in pressed:
        try:
            with st.spinner("Making the file …"):
                file()
        except FAILURES as error:
            st.warning(plain(str(error)), icon=":material/error:")
