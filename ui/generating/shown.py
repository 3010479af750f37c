"""A take on the page: which one, what it is, what is wrong with it, what can be made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from models.going_on import again_from, continued, varied
from models.run import Run
from models.run_music import run_music
from models.take_settings import TakeSettings
from models.takes import MadeTake, TakeRecipe
from musiccore.arrangement import arrange
from musiccore.instruments import name_of
from musiccore.piece import Piece
from ui.counts import many
from ui.generating.beginnings import names_of, prompt_words
from ui.generating.making import REFUSALS, unused, want_from
from ui.generating.settings import sampling_words
from ui.page import plain
from ui.shelf import Entry, Takes, id_of
from ui.takes import made_take
from ui.words import duration
from ui.workspace import Workspace, store

_MARKS: Mapping[str, str] = {"up": " :material/thumb_up:", "down": " :material/thumb_down:"}


class Shown(NamedTuple):
    """The take that is shown, as it is played: `made`, arranged, is `piece`. `known` are the ids
    of all the visitor's takes, so that another press makes another one."""

    workspace: Workspace
    run: Run
    entry: Entry
    made: MadeTake
    piece: Piece
    known: frozenset[str]


def choose_shown(workspace: Workspace, runs: Mapping[str, Run]) -> Shown | None:
    """Let the visitor choose among the takes that lie open; the one to show, None where there is
    none, or none that can be made any more."""
    takes = workspace.takes()
    entry = takes.entry
    if entry is None:
        st.caption("Press Generate: the first music is there within seconds.")
        return None
    _choose(workspace, takes)
    recipe = workspace.recipe(entry.id)
    if entry.run not in runs or recipe is None:
        st.info("The network that made this take is gone, so it cannot be played any more.")
        return None
    try:
        made = made_take(TakeRecipe.from_json(recipe))
    except REFUSALS as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    piece = arrange(made.piece, entry.arrangement)
    return Shown(workspace, runs[entry.run], entry, made, piece, takes.ids)


def _choose(workspace: Workspace, takes: Takes) -> None:
    if len(takes.open) < 2 or takes.entry is None:
        return
    entries = {entry.id: entry for entry in takes.open}
    # Other options are another control.
    key = f"shown-{'-'.join(take[:4] for take in entries)}"
    if st.session_state.get(key) != takes.entry.id:
        st.session_state[key] = takes.entry.id
    st.segmented_control(
        "Your takes",
        list(entries),
        required=True,
        format_func=lambda take: _label(entries[take]),
        key=key,
        on_change=_show,
        args=(workspace, key),
        wrap=True,
    )


def _label(entry: Entry) -> str:
    return plain(entry.called.removeprefix("Take ")) + _MARKS.get(entry.verdict, "")


def _show(workspace: Workspace, key: str) -> None:
    take = st.session_state[key]
    workspace.change_takes(lambda takes: takes.showing(take))


def say_take(shown: Shown) -> None:
    """What it is and how it was made, in one sentence."""
    piece, recipe = shown.piece, shown.made.recipe
    heard = [duration(piece.seconds), *map(name_of, piece.programs)]
    held_out = bool(run_music(store(), shown.run).held_out)
    st.markdown(
        f"**{many(len(piece), 'note')}**, {', '.join(heard)}: epoch {recipe.epoch}, "
        f"{sampling_words(recipe.settings)}, seed {recipe.settings.seed}, "
        f"{prompt_words(recipe.prompt, names_of(shown.workspace, shown.run), held_out)}"
    )


def show_faults(shown: Shown) -> None:
    """What went wrong, each with the button that usually mends it."""
    for number, fault in enumerate(shown.made.faults):
        with st.container(border=True, key=f"fault-{number}"):
            st.markdown(f":material/warning: {plain(fault.words)} {plain(fault.remedy)}")
            if fault.settings is not None:
                st.button(
                    "Generate again with that",
                    key=f"mend-{number}",
                    icon=":material/healing:",
                    on_click=_mend,
                    args=(shown, fault.settings),
                )


def offer_more(shown: Shown) -> None:
    """Continue, vary, again from a bar: each makes a take beside this one."""
    st.button(
        "Continue", key="take-continue", icon=":material/resume:", on_click=_continue, args=(shown,)
    )
    st.button(
        "Vary this", key="take-vary", icon=":material/shuffle:", on_click=_vary, args=(shown,)
    )
    bars = bars_of(shown.made)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", width="content"):
        st.button(
            "Again from bar",
            key="take-again",
            icon=":material/replay:",
            on_click=_again,
            args=(shown,),
        )
        st.number_input(
            f"Bar (of {bars})",
            1,
            bars,
            max(1, bars // 2),
            key=_bar_key(shown),
            label_visibility="collapsed",
            width=120,
        )


def bars_of(made: MadeTake) -> int:
    """How many bars a take has, the last one begun."""
    bar = made.piece.metres[0].bar if made.piece.metres else 4.0
    last = float(made.onsets[-1]) if len(made.onsets) else 0.0
    return int((last + 1e-6) // bar) + 1


def _bar_key(shown: Shown) -> str:
    return f"again-bar-{shown.entry.id}"


def _mend(shown: Shown, settings: TakeSettings) -> None:
    def mended(seed: int) -> TakeRecipe:
        return replace(shown.made.recipe, settings=replace(settings, seed=seed))

    want_from(shown.entry, "mended", lambda: unused(mended, settings.seed, shown.known))


def _continue(shown: Shown) -> None:
    made = shown.made

    def recipe() -> TakeRecipe:
        first = continued(made)
        if id_of(first.to_json()) not in shown.known:
            return first
        return unused(lambda seed: continued(made, seed=seed), _next_seed(made), shown.known)

    want_from(shown.entry, "continued", recipe)


def _vary(shown: Shown) -> None:
    made, encoding = shown.made, shown.run.encoding
    want_from(
        shown.entry,
        "varied",
        lambda: unused(lambda s: varied(made, encoding, s), _next_seed(made), shown.known),
    )


def _again(shown: Shown) -> None:
    made, encoding, bar = shown.made, shown.run.encoding, st.session_state[_bar_key(shown)]
    want_from(
        shown.entry,
        f"again from bar {bar}",
        lambda: unused(lambda s: again_from(made, encoding, bar, s), _next_seed(made), shown.known),
    )


def _next_seed(made: MadeTake) -> int:
    return made.recipe.settings.seed + 1
