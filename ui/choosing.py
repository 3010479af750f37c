"""Choosing a corpus, and what one does with own ones: rename, merge, remove."""

from __future__ import annotations

import streamlit as st

from musiccore.starters import STARTERS
from ui.counts import many
from ui.page import plain
from ui.workspace import Workspace

_RADIO, _STALE = "corpus", "corpus-stale"


def choose_corpus(workspace: Workspace) -> None:
    """The list of corpora, one of them chosen."""
    corpora = [*STARTERS, *workspace.corpora]
    if st.session_state.pop(_STALE, False) or st.session_state.get(_RADIO) not in corpora:
        st.session_state[_RADIO] = workspace.corpus
    workspace.choose_corpus(
        st.radio(
            "Music to learn from",
            corpora,
            format_func=lambda corpus: plain(workspace.title(corpus)),
            captions=[caption(workspace, corpus) for corpus in corpora],
            key=_RADIO,
        )
    )


def show_chosen() -> None:
    """Let the list, when it is shown next, show what the workspace has chosen meanwhile."""
    st.session_state[_STALE] = True


def caption(workspace: Workspace, corpus: str) -> str:
    if corpus in STARTERS:
        starter = STARTERS[corpus]
        return f"{starter.description} {starter.files:,} pieces, {starter.instruments}."
    return f"Your own: {many(workspace.corpora[corpus].pieces, 'piece')}."


def manage(workspace: Workspace) -> None:
    """Buttons for the chosen corpus. Each change shows at the page's next run."""
    corpus = workspace.corpus
    with st.container(horizontal=True, gap="small", key="manage"):
        if corpus in workspace.corpora:
            with st.popover("Rename", icon=":material/edit:"):
                name = st.text_input(
                    "Name", workspace.corpus_title, max_chars=60, key=f"name-{corpus}"
                )
                if st.button("Rename", key="rename"):
                    workspace.rename(corpus, name)
                    st.rerun()
        with st.popover("Merge", icon=":material/merge:"):
            corpora = [*STARTERS, *workspace.corpora]
            chosen = st.multiselect(
                "Make one corpus of",
                corpora,
                default=[corpus],
                format_func=lambda c: plain(workspace.title(c)),
                key=f"merge-{corpus}-{len(corpora)}",
            )
            name = st.text_input("Call it", "Merged", max_chars=60, key="merge-name")
            st.caption("Each piece of music is taken once. What is merged stays as it is.")
            if st.button("Merge", key="merge", disabled=len(chosen) < 2):
                workspace.merge(chosen, name)
                show_chosen()
                st.rerun()
        if corpus in workspace.corpora:
            with st.popover("Remove", icon=":material/delete:"):
                st.write(
                    "The files of this corpus will be deleted here. What networks have "
                    "learned from them stays."
                )
                if st.button("Remove it", key="remove-corpus", type="primary"):
                    workspace.remove(corpus)
                    show_chosen()
                    st.rerun()
