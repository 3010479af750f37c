"""Music: choose what the network shall learn from, see what was read, listen."""

import streamlit as st

from musiccore.instruments import names_of
from musiccore.starters import STARTERS
from musiccore.statistics import totals
from ui.listening import listening
from ui.page import close_page, open_page, plain
from ui.uploads import forget, remember, remembered, report_rows, suffixes, summary, unseen
from ui.words import duration
from ui.workspace import UPLOADS, WorkspaceError

MOST_SENTENCES = 8
"""Files beyond this are told about in the table alone."""


def title(corpus: str) -> str:
    return "My files" if corpus == UPLOADS else STARTERS[corpus].title


def caption(corpus: str) -> str:
    if corpus == UPLOADS:
        count = len(workspace.uploads)
        return f"{count:,} MIDI file{'s' * (count != 1)} that you uploaded."
    starter = STARTERS[corpus]
    return f"{starter.description} {starter.files:,} pieces, {starter.instruments}."


workspace = open_page("Music", ":material/library_music:")
st.write("A network learns from the music that you choose here.")
choosing, uploading = st.columns(2, gap="large")

with uploading:
    given = st.file_uploader(
        "Or your own MIDI files",
        type=suffixes(),
        accept_multiple_files=True,
        key="upload-midi",
        help="Standard MIDI files (.mid, .midi, .kar, .rmi), several at once if you like.",
    )
    if new := unseen(given):
        try:
            with st.spinner(f"Reading {len(new):,} file{'s' * (len(new) != 1)} …"):
                remember(workspace.add_uploads(new))
        except WorkspaceError as error:
            st.error(plain(str(error)), icon=":material/error:")
        st.session_state["starter-set"] = workspace.corpus
    if workspace.uploads and st.button(
        "Remove my files",
        key="remove-uploads",
        icon=":material/delete:",
        help="Forgets your uploaded files. What networks have learned from them stays.",
    ):
        workspace.remove_uploads()
        forget()
        st.rerun()

with choosing:
    corpora = [*STARTERS, *([UPLOADS] if workspace.uploads else [])]
    if st.session_state.get("starter-set") not in corpora:
        st.session_state["starter-set"] = workspace.corpus
    workspace.choose_corpus(
        st.radio(
            "Music to learn from",
            corpora,
            format_func=title,
            captions=[caption(corpus) for corpus in corpora],
            key="starter-set",
        )
    )

if reports := remembered():
    st.subheader("What was read", anchor=False)
    refused = [report for report in reports if report.status == "refused"]
    remarks = [report for report in reports if report.message and report not in refused]
    (st.info if refused else st.success)(summary(reports), icon=":material/task_alt:")
    for report in refused[:MOST_SENTENCES]:
        st.error(plain(report.message), icon=":material/error:")
    for report in remarks[:MOST_SENTENCES]:
        st.warning(plain(report.message), icon=":material/info:")
    if len(reports) > 1:
        st.dataframe(report_rows(reports), hide_index=True, key="upload-report")

pieces = workspace.pieces()
if not pieces:
    st.warning("None of these files can be read any more. Remove them and upload them again.")
    close_page("Music")
    st.stop()

size = totals(pieces)
instruments = names_of(size.programs)
st.subheader(title(workspace.corpus), anchor=False)
with st.container(horizontal=True, gap="medium", key="totals"):
    st.metric("Pieces", f"{size.pieces:,}", width="content")
    st.metric("Notes", f"{size.notes:,}", width="content")
    st.metric("Length", duration(size.seconds), width="content")
    st.metric("Instruments", len(instruments), width="content")
st.caption(f"Playing: {', '.join(instruments[:12])}{' and others' * (len(instruments) > 12)}.")

position = st.selectbox(
    "Piece to look at and listen to",
    range(len(pieces)),
    format_func=lambda i: f"{pieces[i].name.removesuffix('.mid')} – {duration(pieces[i].seconds)}",
    key=f"piece-{workspace.corpus}",
)
add_sound = listening(pieces[position])

with st.expander(f"All {size.pieces:,} pieces" if size.pieces > 1 else "The piece in numbers"):
    st.dataframe(
        [
            {
                "Piece": piece.name,
                "Notes": len(piece),
                "Length (s)": round(piece.seconds, 1),
                "Length (quarter notes)": round(piece.length, 2),
                "Instruments": ", ".join(names_of(piece.programs)),
            }
            for piece in pieces
        ],
        hide_index=True,
        key="pieces",
    )

close_page("Music")
add_sound()
