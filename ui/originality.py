"""How original a take is, said and shown: what stands in the music it comes from, and where."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

import streamlit as st

from models.originality import PASSAGE, Learned, Originality, Usual, learned, originality
from models.store import Run
from musiccore.copies import passage
from musiccore.piece import Piece, excerpt
from ui.counts import many, share
from ui.listening import listening
from ui.page import plain
from ui.workspace import Workspace, store

MUCH = 0.9
"""The share of real pieces that copy less, beyond which a take is said to copy much."""

_FEWEST = 4  # notes that make a passage worth hearing


@st.cache_resource(
    max_entries=4, ttl=1800, show_spinner="Looking through the music it learned from …"
)
def music_of(run_id: str) -> Learned:
    """The music of a run, to be searched. Shared by visitors, so nobody's names are in it."""
    return learned(store(), store().load(run_id))


def show_originality(workspace: Workspace, run: Run, take: Piece) -> list[Callable[[], None]]:
    """Say how original a take is, and show its longest copy beside the original; what adds the
    sound to them, to be called last."""
    music = music_of(run.id)
    found = originality(run, music, take)
    names = store().corpus(run.id, workspace.id).names
    name = names[found.original.number] if found.original else ""
    st.write(copy_sentence(found, plain(name.removesuffix(".mid"))))
    if music.usual is not None:
        st.write(usual_sentence(found, music.usual))
    else:
        st.caption("Nothing was held out, so there is no real music to compare with.")
    if found.original is None or found.copy.notes < _FEWEST:
        return []
    with st.expander("The passage beside its original"):
        left, right = st.columns(2)
        start, end = passage(take, found.copy.start, found.copy.notes)
        with left:
            st.caption("In this take")
            ours = listening(excerpt(take, start, end), "copy-take", height=180, unasked=0)
        with right:
            st.caption("In the music it learned from")
            original = excerpt(found.original.piece, found.original.start, found.original.end)
            theirs = listening(original, "copy-original", height=180, unasked=0)
    return [ours, theirs]


def copy_sentence(found: Originality, name: str) -> str:
    """What the longest copy is, and where it stands."""
    if found.original is None:
        return "No two notes in a row of this take stand in the music it learned from."
    bar = found.original.bar
    where = f"of {name}" if bar is None else f"from bar {bar} of {name}"
    lower = found.copy.semitones
    if lower:
        where += f", {many(abs(lower), 'semitone')} {'lower' if lower > 0 else 'higher'}"
    return (
        "The longest passage that also stands in the music it learned from has "
        f"**{many(found.copy.notes, 'note')}**: {where}. "
        f"{share(round(1000 * found.share), 1000)} of its passages of {PASSAGE} notes stand there."
    )


def usual_sentence(found: Originality, usual: Usual) -> str:
    """What that means beside real music that the network never saw."""
    pieces = len(usual.longest)
    middle = usual.longest[pieces // 2]
    copied_less = bisect_left(usual.longest, found.copy.notes) / pieces
    verdict = "It copies no more than real pieces do"
    if found.copy.notes > usual.longest[-1]:
        verdict = "It copies more than any of them: it has learned this by heart"
    elif copied_less >= MUCH:
        verdict = "It copies more than most real pieces do"
    return (
        f"Of {many(pieces, 'real piece')} that it never saw, half share passages of {middle} notes "
        f"or more with that music, at most {usual.longest[-1]}; and "
        f"{share(round(1000 * usual.share), 1000)} of their passages of {PASSAGE} notes. {verdict}."
    )
