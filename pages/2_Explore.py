"""Explore: understand the music at a glance before a network learns it."""

import streamlit as st

from musiccore.instruments import name_of
from ui.counts import many
from ui.explore import corpus_map, histograms, instruments, offsets, one_piece, pieces, tokens
from ui.explore.music import EVERYTHING, Music
from ui.explore.show import choose_picture_format
from ui.page import close_page, open_page, plain
from ui.sheet import warm_up
from ui.warming import import_when_idle, when_idle

SECTIONS = {
    "Instruments": instruments.section,
    "Notes and chords": tokens.section,
    "Offsets": offsets.section,
    "Rhythm and pitch": histograms.section,
    "Pieces": pieces.section,
    "Map": corpus_map.section,
    "One piece": one_piece.section,
}
ALL_INSTRUMENTS = {"Instruments", "One piece"}
"""Sections that speak of all instruments, whichever is chosen in the others."""

workspace = open_page("Explore", ":material/bar_chart:")
music = Music.of(workspace.pieces())
st.write(
    f"What the network would learn from: **{plain(workspace.corpus_title)}**, "
    f"{many(len(music), 'piece')}."
)
st.page_link("pages/1_Music.py", label="Choose other music", icon=":material/library_music:")
if not len(music):
    st.warning("There are no notes in this music. Choose other music on the Music page.")
    close_page("Explore")
    st.stop()

kept = workspace.choice("explore-section", "")
title = st.segmented_control(
    "What to look at",
    list(SECTIONS),
    default=kept if kept in SECTIONS else next(iter(SECTIONS)),
    required=True,
    key="explore-section",
    wrap=True,
    label_visibility="collapsed",
)
workspace.choose(**{"explore-section": title})
programs = [EVERYTHING, *instruments.programs_of(music)]
if title not in ALL_INSTRUMENTS and len(programs) > 2:
    if st.session_state.get("explore-instrument", EVERYTHING) not in programs:
        del st.session_state["explore-instrument"]
    kept = workspace.choice("explore-instrument", EVERYTHING)
    program = st.selectbox(
        "Instrument",
        programs,
        index=programs.index(kept) if kept in programs else 0,
        format_func=lambda p: "All instruments" if p == EVERYTHING else name_of(p),
        key="explore-instrument",
        help="Every figure of these sections speaks of this instrument alone.",
    )
    workspace.choose(**{"explore-instrument": program})
    if program != EVERYTHING:
        music = Music.of(music.whole, program)

finish = SECTIONS[title](music)
if title != "One piece":
    choose_picture_format()
close_page("Explore")
import_when_idle("music21.chord", *corpus_map.LIBRARIES)
when_idle([warm_up])
if finish is not None:
    finish()
