"""Chapter: every word of the app, to be searched and linked to."""

from __future__ import annotations

import streamlit as st

from ui.glossary import GROUPS, TERMS, in_group, search
from ui.learn import PAGE
from ui.learn.example import Example

IN_ADDRESS = "term"


def show(example: Example) -> None:
    """The term that the address names, then all, or those that are searched for."""
    asked = st.query_params.get(IN_ADDRESS, "")
    if asked in TERMS:
        term = TERMS[asked]
        with st.container(border=True, key="glossary-term"):
            st.subheader(_capital(term.title), anchor=False)
            st.write(term.means)
            _related(term.see)
    elif asked:
        st.info("The glossary has no such word. These are all:", icon=":material/info:")
    words = st.text_input(
        "Search the glossary",
        key="glossary-search",
        placeholder="loss, chord, batch …",
        icon=":material/search:",
    )
    found = search(words)
    if not found:
        st.info("No word like this is used here. Try another one, or part of it.")
    for group in GROUPS:
        names = in_group(found, group)
        if not names:
            continue
        st.subheader(group, anchor=False)
        for name in names:
            term = TERMS[name]
            st.markdown(f"**{_capital(term.title)}**: {term.means}")


def _related(names: tuple[str, ...]) -> None:
    if not names:
        return
    with st.container(horizontal=True, gap="small", key="glossary-related"):
        for name in names:
            st.page_link(
                PAGE,
                label=TERMS[name].title,
                icon=":material/arrow_forward:",
                query_params={"chapter": "glossary", IN_ADDRESS: name},
            )


def _capital(title: str) -> str:
    return title[0].upper() + title[1:]
