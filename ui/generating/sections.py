"""What there is to do with a take, one thing at a time: nothing is computed before it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from ui.generating.arranging import choose_arrangement
from ui.generating.shown import Shown
from ui.originality import show_originality

Finish = list[Callable[[], None]]
"""What is to be called last on the page: rendering sound takes seconds."""


def _arrange(shown: Shown) -> Finish:
    choose_arrangement(shown.workspace, shown.entry, shown.made.piece)
    return []


def _quality(shown: Shown) -> Finish:
    return show_originality(shown.workspace, shown.run, shown.piece)


SECTIONS: Mapping[str, Callable[[Shown], Finish]] = {
    ":material/tune: Play it otherwise": _arrange,
    ":material/verified: Is it any good?": _quality,
}


def show_section(shown: Shown) -> Finish:
    """Let the visitor choose, and show what they chose."""
    workspace = shown.workspace
    kept = workspace.choice("generate-section", "")
    title = st.segmented_control(
        "What to do with it",
        list(SECTIONS),
        default=kept if kept in SECTIONS else next(iter(SECTIONS)),
        required=True,
        key="generate-section",
        wrap=True,
        label_visibility="collapsed",
    )
    workspace.choose(**{"generate-section": title})
    return SECTIONS[title](shown)
