"""Explore: which instruments, notes and chords occur, and when."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from musiccore.instruments import name_of
from musiccore.piece import DRUMS, Piece
from musiccore.statistics import (
    BookView,
    Count,
    InstrumentCount,
    book_view,
    chords_together,
    field_counts,
    instrument_counts,
)
from ui.counts import (
    Rows,
    chord_rows,
    chords_sentence,
    count_rows,
    instrument_rows,
    instruments_sentence,
    many,
    notes_sentence,
    offset_rows,
    offsets_sentence,
    share,
)
from ui.figures import (
    chords_figure,
    instruments_figure,
    offset_points,
    offsets_figure,
    pitches_figure,
    values_figure,
)
from ui.page import close_page, open_page

FIRST = -1
"""The choice of instrument that means the first one of each piece."""

FIRST_WORDS = "The first of each piece, as in the book"
WITHIN, TOGETHER = "within a track", "in all parts together"

FEW_PIECES = 20
"""As many teeth of the offset plot can be told apart."""

FIELD_WORDS = {
    "wait": "wait since the note before (quarter notes)",
    "instrument": "instrument",
    "pitch": "pitch",
    "duration": "duration (quarter notes)",
    "velocity": "velocity (1 to 127)",
}

Corpus = tuple[str, ...]
"""What a corpus is cached under: the digests of its pieces, whoever uploaded them."""


@st.cache_data(max_entries=16, ttl=1800, show_spinner="Counting instruments …")
def instruments_in(corpus: Corpus, _pieces: Sequence[Piece]) -> tuple[InstrumentCount, ...]:
    return instrument_counts(_pieces)


@st.cache_resource(max_entries=16, ttl=1800, show_spinner="Counting notes and chords …")
def events_in(corpus: Corpus, program: int | None, _pieces: Sequence[Piece]) -> BookView:
    return book_view(_pieces, program)


@st.cache_data(max_entries=16, ttl=1800, show_spinner="Counting chords …")
def chords_in(corpus: Corpus, _pieces: Sequence[Piece]) -> tuple[Count, ...]:
    return chords_together(_pieces)


@st.cache_data(max_entries=16, ttl=1800, show_spinner="Counting the fields of all notes …")
def fields_in(corpus: Corpus, _pieces: Sequence[Piece]) -> dict[str, tuple[Count, ...]]:
    return field_counts(_pieces)


def show(sentence: str, figure: go.Figure, rows: Rows, key: str) -> None:
    """One sentence, its figure, and the table behind it."""
    st.write(sentence)
    st.plotly_chart(figure, key=f"{key}-figure", config={"displayModeBar": False})
    with st.expander("The numbers as a table"):
        st.dataframe(rows, hide_index=True, key=f"{key}-table")


workspace = open_page("Explore", ":material/bar_chart:")
pieces = workspace.pieces()
corpus = tuple(piece.digest for piece in pieces)
st.write(
    f"What the network would learn from: **{workspace.corpus_title}**, "
    f"{many(len(pieces), 'piece')}."
)
st.page_link("pages/1_Music.py", label="Choose other music", icon=":material/library_music:")

played = instruments_in(corpus, pieces)
if not played:
    st.warning("There are no notes in this music. Choose other music on the Music page.")
    close_page("Explore")
    st.stop()

st.header("Instruments", anchor=False)
show(
    instruments_sentence(played),
    instruments_figure(played),
    instrument_rows(played),
    "instruments",
)

st.header("Notes and chords", anchor=False)
pitched = [count.program for count in played if count.program != DRUMS]
if not pitched:
    st.info(
        "Only drums play here. Drums have no pitch, so there are no notes and chords to count. "
        "The encoding *notes*, below, can learn them.",
        icon=":material/info:",
    )
else:
    program = FIRST
    if len(played) > 1:
        program = st.selectbox(
            "Instrument",
            [FIRST, *pitched],
            format_func=lambda p: FIRST_WORDS if p == FIRST else name_of(p),
            key="explore-instrument",
            help="The book reads the tracks of one instrument. Within a track, a note that starts "
            "alone counts as a note, and notes that start together count as one chord.",
        )
    view = events_in(corpus, None if program == FIRST else program, pieces)
    if view.silent:
        st.caption(f"{many(view.silent, 'piece')} without this instrument left out.")
    st.subheader("Notes", anchor=False)
    if view.notes:
        show(
            notes_sentence(view),
            pitches_figure(view.notes),
            count_rows(view.notes, "Note"),
            "notes",
        )
    else:
        st.write(notes_sentence(view))

    st.subheader(
        "Chords",
        anchor=False,
        help="A chord is named by the pitch classes of its normal order: 0 is C, 1 is C sharp, "
        "up to 11 for B.",
    )
    found = {WITHIN: view.chords, TOGETHER: chords_in(corpus, pieces)}
    where = st.segmented_control(
        "Notes that start together",
        list(found),
        default=WITHIN if view.chords else TOGETHER,
        required=True,
        key=f"explore-chords-{workspace.corpus}",
        help="The encoding *book* learns the chords within a track of one instrument.",
    )
    if found[where]:
        show(
            chords_sentence(found[where]),
            chords_figure(found[where]),
            chord_rows(found[where]),
            "chords",
        )
    else:
        st.write(f"There are no chords {where}: no two notes there start at the same onset.")

    st.header("Offsets", anchor=False)
    first, last = 0, len(view.names)
    if last > 1:
        shown = st.slider(
            "Pieces to draw",
            1,
            last,
            (1, min(last, FEW_PIECES)),
            key=f"offset-pieces-{workspace.corpus}-{program}-{last}",
        )
        first, last = shown[0] - 1, shown[1]
    show(
        offsets_sentence(view, first, last, len(offset_points(view.starts, first, last))),
        offsets_figure(view, first, last),
        offset_rows(view),
        "offsets",
    )

st.header("Fields of the encoding *notes*", anchor=False)
field = st.segmented_control(
    "Field",
    list(FIELD_WORDS),
    default="duration",
    required=True,
    key="explore-field",
    help="The encoding *notes* gives the network five numbers for each note.",
)
values = [count for count in fields_in(corpus, pieces)[field] if count.what != "end"]
most = max(values, key=lambda count: count.times)
show(
    f"{many(len(values), 'value')} of {FIELD_WORDS[field]}. The most frequent is "
    f"{most.what}: {many(most.times, 'note')} "
    f"({share(most.times, sum(count.times for count in values))}).",
    values_figure(values, FIELD_WORDS[field]),
    count_rows(values, FIELD_WORDS[field].capitalize()),
    "fields",
)

close_page("Explore")
