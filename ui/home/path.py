"""Where a visitor stands on the way from music to new music, and what to do next."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from models.shipped import SHIPPED
from musiccore.starters import STARTERS
from ui.contents import DEFAULT_CORPUS
from ui.counts import many
from ui.page import STEPS, plain
from ui.workspace import Workspace

MUSIC, LOOK, TRAIN, GENERATE = STEPS[:4]
PATH = (MUSIC, LOOK, TRAIN, GENERATE)

_MARKS = {True: ":material/check_circle:", False: ":material/radio_button_unchecked:"}


class Standing(NamedTuple):
    """What a visitor has: the chosen music (`title` is text, no Markdown) and its number of pieces,
    whether they chose it and looked at it, how many networks they trained and how many come with
    Gruve, takes made.
    """

    title: str
    pieces: int
    chosen: bool
    looked: bool
    trained: int
    adopted: int
    takes: int

    @property
    def networks(self) -> int:
        return self.trained + self.adopted


class Next(NamedTuple):
    """What to do next: the words on the button, and the page it leads to."""

    label: str
    icon: str
    path: str


def standing_of(workspace: Workspace) -> Standing:
    """What there is in a workspace; reads no music and no network."""
    corpus, shelves = workspace.corpus, workspace.corpora
    shipped = set(SHIPPED.values())
    adopted = sum(run in shipped for run in workspace.run_ids)
    return Standing(
        title=workspace.corpus_title,
        pieces=STARTERS[corpus].files if corpus in STARTERS else shelves[corpus].pieces,
        chosen=corpus != DEFAULT_CORPUS or bool(shelves),
        looked=workspace.choice("explore-section", None) is not None,
        trained=len(workspace.run_ids) - adopted,
        adopted=adopted,
        takes=workspace.takes().counted,
    )


def said(standing: Standing) -> dict[str, str]:
    """Path of a step -> where the visitor stands there, in Markdown."""
    music = f"{plain(standing.title)}, {many(standing.pieces, 'piece')}"
    networks = [many(standing.trained, "network") + " trained"] if standing.trained else []
    networks += [f"{many(standing.adopted, 'network')} of Gruve’s own"] if standing.adopted else []
    return {
        MUSIC.path: f"{'Chosen' if standing.chosen else 'Now'}: {music}",
        LOOK.path: f"What is in {plain(standing.title)}",
        TRAIN.path: ", ".join(networks) or "No network yet",
        GENERATE.path: many(standing.takes, "take") + " made" if standing.takes else "No take yet",
    }


def done(standing: Standing) -> set[str]:
    """The paths of the steps that are taken."""
    taken = {
        MUSIC.path: standing.chosen or standing.networks > 0,
        LOOK.path: standing.looked,
        TRAIN.path: standing.networks > 0,
        GENERATE.path: standing.takes > 0,
    }
    return {path for path, is_taken in taken.items() if is_taken}


def next_of(standing: Standing) -> Next:
    """The one thing to do next."""
    taken = done(standing)
    if MUSIC.path not in taken:
        return Next("Choose your music", MUSIC.icon, MUSIC.path)
    if TRAIN.path not in taken:
        return Next("Train a network on it", TRAIN.icon, TRAIN.path)
    if GENERATE.path not in taken:
        return Next("Make music with your network", GENERATE.icon, GENERATE.path)
    return Next("Make more music", GENERATE.icon, GENERATE.path)


def show_path(workspace: Workspace) -> None:
    """The four steps, how far the visitor is, and the way on."""
    standing = standing_of(workspace)
    told, taken, following = said(standing), done(standing), next_of(standing)
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="home-way",
    ):
        st.header("Four steps to your own", anchor=False, width="content")
        if st.button(
            following.label, key="home-next", type="primary", icon=following.icon, width="content"
        ):
            st.switch_page(following.path)
    for number, (column, step) in enumerate(zip(st.columns(len(PATH)), PATH, strict=True), 1):
        with column.container(border=True, height="stretch"):
            st.page_link(step.path, label=f"**{number} {step.title}**", icon=step.icon)
            st.write(step.what)
            st.caption(f"{_MARKS[step.path in taken]} {told[step.path]}")
