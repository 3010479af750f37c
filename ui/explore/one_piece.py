"""One piece: its numbers, its piano roll with sound, its sheet music."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from musiccore.corpus_notes import CorpusNotes
from musiccore.features import PieceTable
from musiccore.histograms import polyphony
from ui.counts import many
from ui.explore.music import Music, table_of
from ui.explore.pieces import KEY_HELP
from ui.glossary import what_is
from ui.listening import listening
from ui.sheet import sheet_music
from ui.words import duration


def section(music: Music) -> Callable[[], None]:
    """A piece to be chosen by typing a part of its name."""
    number = st.selectbox(
        "Piece",
        range(len(music)),
        format_func=lambda i: music.whole[i].name,
        key=f"explore-piece-{music.id}",
    )
    piece, table = music.whole[number], table_of(music)
    key = table.keys[number]
    levels = polyphony(CorpusNotes.of([piece]))
    with st.container(horizontal=True, gap="medium", key="explore-facts"):
        st.metric(
            "Key",
            key.name if key else "none found",
            help=KEY_HELP + what_is("key"),
            width="content",
        )
        st.metric("Metre", table.metre[number], width="content")
        st.metric("Tempo (quarter notes a minute)", f"{table.tempo[number]:,.0f}", width="content")
        st.metric("Length", duration(float(table.seconds[number])), width="content")
        st.metric("Notes", f"{len(piece):,}", width="content")
        if levels:
            st.metric(
                "Notes at once, on average and at most",
                f"{table.polyphony[number]:.1f} / {levels[-1].sounding}",
                width="content",
            )
    add_sound = listening(piece, key="one-piece", height=420, pickable=False)
    st.header("Sheet music", anchor=False)
    sheet_music(piece, player="one-piece")
    return add_sound


def facts(table: PieceTable, number: int) -> str:
    """A piece in one sentence."""
    key = table.keys[number]
    return (
        f"{key.name if key else 'No key found'}, {table.metre[number]}, "
        f"{table.tempo[number]:,.0f} quarter notes a minute, "
        f"{many(int(table.notes[number]), 'note')}, {duration(float(table.seconds[number]))}, "
        f"{table.polyphony[number]:.1f} notes at once on average."
    )
