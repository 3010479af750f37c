"""The controls that say what of each piece is learned from."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from musiccore.instruments import FAMILIES, family_of, name_of
from musiccore.piece import DRUMS
from musiccore.selection import Selection

PARTS_WORDS = {
    "all": "All parts",
    "first": "The first part",
    "instruments": "Chosen instruments",
    "families": "Chosen families",
}
SILENCE_WORDS = {
    0.0: "Leave silences as they are",
    4.0: "Cut silences beyond 4 quarter notes",
    8.0: "Cut silences beyond 8 quarter notes",
    16.0: "Cut silences beyond 16 quarter notes",
}


def select_parts(corpus: str, programs: Sequence[int], current: Selection) -> Selection:
    """Show the controls for a corpus in which these programs play; what they say."""
    pitched = [program for program in programs if program != DRUMS]
    families = [name for name in FAMILIES if any(family_of(p) == name for p in pitched)]
    chosen, meant = current.programs, current.families
    parts = st.segmented_control(
        "Parts",
        list(PARTS_WORDS),
        default=current.parts,
        required=True,
        format_func=PARTS_WORDS.__getitem__,
        key=f"parts-{corpus}",
        help="“The first part” is the book’s way: of each piece, the instrument that its first "
        "track has.",
    )
    if parts == "instruments":
        chosen = tuple(
            st.multiselect(
                "Instruments",
                pitched,
                default=[p for p in chosen if p in pitched] or pitched[:1],
                format_func=name_of,
                key=f"instruments-{corpus}",
            )
        )
    elif parts == "families":
        meant = tuple(
            st.multiselect(
                "Families",
                families,
                default=[name for name in meant if name in families] or families[:1],
                key=f"families-{corpus}",
            )
        )
    drums = current.drums
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if DRUMS in programs:
            drums = st.toggle("With the drums", current.drums, key=f"drums-{corpus}")
        silence = st.selectbox(
            "Silences",
            list(SILENCE_WORDS),
            index=list(SILENCE_WORDS).index(current.silence or 0.0),
            format_func=SILENCE_WORDS.__getitem__,
            key=f"silence-{corpus}",
            help="A silence is where no part plays. Whole bars are cut, so that every note keeps "
            "its place in the bar.",
        )
    return Selection(parts, chosen, meant, drums, silence or None)
