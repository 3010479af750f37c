"""The way through the chapters: the list of all, the chosen one, those before and after it.

The chapter stands in the address (`?chapter=memory`), so that any page can link to it.
"""

from __future__ import annotations

import streamlit as st

from ui.learn import CHAPTERS, PAGE, neighbours

IN_ADDRESS = "chapter"
_ALL = ""


def choose_chapter() -> str | None:
    """The chapter that the address names; None for the list of all. Where there is one, a control
    to choose another."""
    name = st.query_params.get(IN_ADDRESS, _ALL)
    if name not in CHAPTERS:
        if name:
            st.info("There is no such chapter. These are all:", icon=":material/info:")
        st.query_params.clear()
        return None
    # A link from chapter to chapter does not change the browser's address by itself.
    st.query_params[IN_ADDRESS] = name
    # A key of its own for each chapter: a link to another one finds the control as it should be.
    key = f"learn-chapter-{name}"
    st.selectbox(
        "Chapter",
        [_ALL, *CHAPTERS],
        index=1 + list(CHAPTERS).index(name),
        format_func=_numbered,
        key=key,
        on_change=_go,
        args=(key,),
        label_visibility="collapsed",
    )
    return name


def _numbered(name: str) -> str:
    number = list(CHAPTERS).index(name) + 1 if name else 0
    return f"{number} {CHAPTERS[name].title}" if name else "All chapters"


def _go(key: str) -> None:
    name = st.session_state[key]
    if name:
        st.query_params[IN_ADDRESS] = name
    else:
        st.query_params.pop(IN_ADDRESS, None)


def show_contents() -> None:
    """All chapters, each with what one knows afterwards."""
    st.write(
        "How a network that remembers works, in small steps. Every picture moves, and every number "
        "is measured: on your music and your network, as soon as there are any."
    )
    numbered = list(enumerate(CHAPTERS.items(), 1))
    with st.container(key="learn-contents"):
        for pair in (numbered[i : i + 2] for i in range(0, len(numbered), 2)):
            for column, (number, (name, chapter)) in zip(st.columns(2), pair, strict=False):
                with column.container(border=True, gap=None, height="stretch"):
                    link_to(name, f"**{number} {chapter.title}**")
                    st.caption(chapter.sentence)


def link_to(name: str, label: str = "", icon: str = "") -> None:
    """A link to a chapter."""
    chapter = CHAPTERS[name]
    st.page_link(
        PAGE,
        label=label or chapter.title,
        icon=icon or chapter.icon,
        query_params={IN_ADDRESS: name},
    )


def way_on(name: str) -> None:
    """The foot of a chapter: the one before it, all, the next."""
    before, after = neighbours(name)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="learn-foot"):
        if before:
            link_to(before, f"Before: {CHAPTERS[before].title}", ":material/arrow_back:")
        st.page_link(PAGE, label="All chapters", icon=":material/list:")
        if after:
            link_to(after, f"Next: {CHAPTERS[after].title}", ":material/arrow_forward:")
