"""What there is to do with a take, one thing at a time: nothing is computed before it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from musiccore.piece import Piece, excerpt
from ui.blind.show import show_blind_test
from ui.generating.arranging import choose_arrangement
from ui.generating.making import REFUSALS, presses, want_from
from ui.generating.shown import Shown
from ui.listening import listening
from ui.page import plain
from ui.quality.show import show_quality
from ui.taking_home import show_taking_home
from ui.understanding import show_understanding, surprise_of

Finish = list[Callable[[], None]]
"""What is to be called last on the page: rendering sound takes seconds."""

PLAYER = "player"
"""The key of the player of the take that is shown."""

MUSIC_SECONDS = 600.0
"""A take up to this long is rendered at once: whoever makes music wants to hear it."""

UNDERSTAND = ":material/neurology: Understand it"


def listen(shown: Shown) -> Finish:
    """The player, with what was given and what was made told apart; under the notes the surprise
    of each where the visitor looks into the network."""
    surprise = None
    if _section(shown) == UNDERSTAND:
        try:
            surprise = surprise_of(shown.run, shown.made).tolist()
        except REFUSALS as error:
            st.error(plain(str(error)), icon=":material/error:")
    begun = shown.made.generated_from if shown.made.prompt_rows else None
    return [
        listening(
            shown.piece,
            key=PLAYER,
            unasked=MUSIC_SECONDS,
            generated_from=begun,
            surprise=surprise,
            sheet=True,
            news=presses(),
        )
    ]


def _arrange(shown: Shown) -> Finish:
    choose_arrangement(shown.workspace, shown.entry, shown.made.piece)
    return []


def _understand(shown: Shown) -> Finish:
    recipe = show_understanding(shown.workspace, shown.run, shown.made, shown.piece, PLAYER)
    if recipe is not None:
        want_from(shown.entry, "otherwise", lambda: recipe)
        st.rerun()
    return []


def _home(shown: Shown) -> Finish:
    show_taking_home(shown.workspace, shown.run, shown.made, shown.piece, shown.entry.arrangement)
    return []


def _quality(shown: Shown) -> Finish:
    return show_quality(shown.workspace, shown.run, new_music(shown))


def _blind(shown: Shown) -> Finish:
    return show_blind_test(shown.workspace, shown.run)


def new_music(shown: Shown) -> Piece:
    """What the network made, as it made it: without music of its corpus that stands in front."""
    made = shown.made
    if made.recipe.prompt.kind not in ("held out", "piece"):
        return made.piece
    return excerpt(made.piece, made.generated_from, made.piece.length + 1)


SECTIONS: Mapping[str, Callable[[Shown], Finish]] = {
    ":material/tune: Play it otherwise": _arrange,
    ":material/home: Take it home": _home,
    UNDERSTAND: _understand,
    ":material/verified: Is it any good?": _quality,
    ":material/hearing: Original or generated?": _blind,
}


def _section(shown: Shown) -> str:
    """The section that is open, before its control is on the page."""
    kept = shown.workspace.choice("generate-section", "")
    usual = kept if kept in SECTIONS else next(iter(SECTIONS))
    return str(st.session_state.setdefault("generate-section", usual))


def show_section(shown: Shown) -> Finish:
    """Let the visitor choose, and show what they chose."""
    _section(shown)
    title = st.segmented_control(
        "What to do with it",
        list(SECTIONS),
        required=True,
        key="generate-section",
        wrap=True,
        label_visibility="collapsed",
    )
    shown.workspace.choose(**{"generate-section": title})
    return SECTIONS[title or next(iter(SECTIONS))](shown)
