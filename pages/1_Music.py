"""Music: bring it, see what was read, choose what the network shall learn from, listen."""

import streamlit as st

from musiccore.folders import collections, count, music_folder
from musiccore.instruments import names_of
from musiccore.statistics import totals
from ui.bringing import bring_from_folder, bring_uploads, key_of
from ui.choosing import choose_corpus, manage, show_chosen
from ui.cookie import forget_token
from ui.corpora import Material
from ui.counts import many
from ui.learned import remainder, remainder_words, warnings
from ui.listening import listening
from ui.page import close_page, open_page, plain
from ui.reading import follow
from ui.reports import messages, report_rows, summary
from ui.runs import forget_everything
from ui.selecting import select_parts
from ui.tables import csv_button
from ui.ticking import tick
from ui.uploads import empty, uploader
from ui.words import duration, megabytes

MOST_SENTENCES = 5
"""Files beyond this are told about in the table alone."""

AT_RANDOM = 100
"""How many files are picked from a large collection, unless the visitor wants more or fewer."""

NEW = ""
"""The choice to make a new corpus of what is uploaded."""


@st.cache_data(ttl=60, max_entries=64, show_spinner="Looking through the folder …")
def files_in(root: str, collection: str) -> int:
    folder = music_folder()
    return count(folder, collection) if folder else 0


workspace = open_page("Music", ":material/library_music:")
st.write("A network learns from the music that you choose here.")

# Reading under way, this tab's or one before a refresh.
if (brought := follow(key_of(workspace))) is not None:
    workspace.reload()
    show_chosen()
    st.session_state["said"] = brought.said
choosing, bringing = st.columns(2, gap="large")

# What stands above on a phone comes first, or the rest would move when it does.
with choosing:
    choose_corpus(workspace)
    manage(workspace)

with bringing:
    own = workspace.corpora
    usual = workspace.corpus if workspace.corpus in own else NEW
    into = f"into-{workspace.corpus}-{len(own)}"
    if given := uploader():
        bring_uploads(workspace, given, st.session_state.get(into, usual))
        empty()
        st.rerun()
    if own:
        st.selectbox(
            "New files become",
            [NEW, *own],
            index=[NEW, *own].index(usual),
            format_func=lambda c: f"Part of {workspace.title(c)}" if c else "A corpus of their own",
            key=into,
        )
    folder = music_folder()
    if folder is not None and (names := collections(folder)):
        with st.expander("Music on this server", icon=":material/folder:", expanded=True):
            collection = st.selectbox("Collection", names, key="collection")
            there = files_in(str(folder), collection)
            st.caption(f"{there:,} MIDI files. Only those that are picked are read.")
            with st.container(horizontal=True, vertical_alignment="bottom"):
                number = st.number_input(
                    "Pick at random",
                    1,
                    max(there, 1),
                    min(max(there, 1), AT_RANDOM),
                    key=f"pick-number-{collection}-{there}",
                )
                draw = st.number_input(
                    "Draw",
                    0,
                    2**31,
                    key="pick-draw",
                    help="The same draw picks the same files again; another one picks others.",
                )
                if st.button("Read them", key="pick", disabled=not there):
                    bring_from_folder(workspace, collection, number, draw)
                    st.rerun()

for sentence in st.session_state.get("said", []):
    st.warning(plain(sentence), icon=":material/info:")
refused_all = workspace.refused()
report = refused_all if refused_all.reports else workspace.own(workspace.corpus)
if report.reports:
    st.header("What was read", anchor=False)
    sentence, alone = summary(report.reports), len(report.reports) == 1
    refused = [r for r in report.reports if r.status == "refused" and r.reason != "duplicate"]
    if report.items:
        (st.info if refused else st.success)(sentence, icon=":material/task_alt:")
    elif not (refused and alone):
        st.error(sentence, icon=":material/error:")
    remarks = [r for r in report.reports if r.message and r.status != "refused"]
    if refused:
        st.error(messages(refused[:MOST_SENTENCES]), icon=":material/error:")
    if remarks:
        st.warning(messages(remarks[:MOST_SENTENCES]), icon=":material/info:")
    if more := len(refused[MOST_SENTENCES:] + remarks[MOST_SENTENCES:]):
        st.caption(f"What happened to {many(more, 'other file')} stands in the report.")
    with st.expander(
        f"The report on {len(report.reports):,} file{'s' * (len(report.reports) != 1)}"
    ):
        rows = report_rows(report.reports)
        st.dataframe(rows, hide_index=True, key="report")
        csv_button("Save the report as CSV", rows, "gruve-report.csv", key="report-csv")

pieces = workspace.all_pieces()
lost = 0 if workspace.corpus not in workspace.corpora else len(report.items) - len(pieces)
if not pieces:
    st.warning("None of these files can be read any more. Remove the corpus and bring them again.")
    close_page("Music")
    st.stop()

size = totals(pieces)
instruments = names_of(size.programs)
st.header(plain(workspace.corpus_title), anchor=False)
with st.container(horizontal=True, gap="medium", key="totals"):
    st.metric("Pieces", f"{size.pieces:,}", width="content")
    st.metric("Notes", f"{size.notes:,}", width="content")
    st.metric("Length", duration(size.seconds), width="content")
    st.metric("Instruments", len(instruments), width="content")
st.caption(f"Playing: {', '.join(instruments[:12])}{' and others' * (len(instruments) > 12)}.")
if lost > 0 and not refused_all.reports:
    st.warning(f"{lost:,} files of this corpus are not there any more, and were left out.")

st.header("What to learn from", anchor=False)
material = workspace.material()
selection = select_parts(workspace.corpus, size.programs, material.selection)
with st.expander("Pieces: all of them, or those you tick", expanded=size.pieces <= 400):
    left_out = tick(pieces, material.left_out)
material = Material(left_out, selection)
workspace.set_material(material)
rest = remainder(material.of(pieces))
st.info(remainder_words(rest, len(pieces)), icon=":material/school:")
for sentence in warnings(rest):
    st.warning(plain(sentence), icon=":material/warning:")

st.header("Listen", anchor=False)
position = st.selectbox(
    "Piece to look at and listen to",
    range(len(pieces)),
    format_func=lambda i: f"{pieces[i].name.removesuffix('.mid')} – {duration(pieces[i].seconds)}",
    key=f"piece-{workspace.corpus}",
)
add_sound = listening(pieces[position], pickable=False)

st.header("Your room here", anchor=False)
usage = workspace.usage()
music, networks = st.columns(2)
music.progress(
    min(1.0, usage.music / usage.most_music),
    f"Your music: {megabytes(usage.music)} of {megabytes(usage.most_music)}",
)
networks.progress(
    min(1.0, usage.runs / usage.most_runs),
    f"Your networks: {megabytes(usage.runs)} of {megabytes(usage.most_runs)}",
)
st.caption(
    "Kept on the machine that Gruve runs on, for this browser alone. Where room runs out, what was "
    "used longest ago goes first."
)
with st.popover("Forget everything of mine", icon=":material/delete_forever:"):
    st.write("Your files, corpora, networks and choices will be deleted at once, for good.")
    if st.button("Forget it all", key="forget", type="primary"):
        forget_everything(workspace)
        forget_token()
        st.rerun()

close_page("Music")
add_sound()
