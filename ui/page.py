"""The frame that every page shares: title, the way through the steps, the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from threadpoolctl import threadpool_limits

from musiccore.memory import spare
from ui.drawing import drawing
from ui.theme import PAGE_STYLES
from ui.tidying import keep_tidy
from ui.warming import warm_up
from ui.workspace import Workspace, open_workspace

FAVICON = Path(__file__).with_name("favicon.svg")
HOME = "streamlit_app.py"


@dataclass(frozen=True)
class Step:
    """One page of the way from music to new music."""

    path: str
    title: str
    icon: str
    what: str
    """What a visitor does there, in one sentence."""


STEPS = (
    Step(
        "pages/1_Music.py",
        "Music",
        ":material/library_music:",
        "Choose a starter set or upload your own MIDI files.",
    ),
    Step(
        "pages/2_Explore.py",
        "Explore",
        ":material/bar_chart:",
        "See which instruments, notes and chords occur, and when.",
    ),
    Step(
        "pages/3_Train.py",
        "Train",
        ":material/model_training:",
        "Teach a network this music and watch it learn.",
    ),
    Step(
        "pages/4_Generate.py",
        "Generate",
        ":material/graphic_eq:",
        "Hear new music from the network and save it as MIDI.",
    ),
    Step(
        "pages/5_Compare.py",
        "Compare",
        ":material/balance:",
        "Put networks side by side, in numbers and to the ear.",
    ),
)


def open_page(title: str, icon: str) -> Workspace:
    """Set up the page, show its header and open the visitor's workspace.

    The first call on every page. `icon` is a Material symbol, like `:material/bar_chart:`.
    """
    drawing.begin()
    st.set_page_config(
        page_title=title if title == "Gruve" else f"{title} · Gruve",
        page_icon=FAVICON,
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    _compute_alone()
    st.html(PAGE_STYLES)
    with st.container(horizontal=True, key="steps", gap="small"):
        st.page_link(HOME, label="Gruve", icon=":material/home:")
        for number, step in enumerate(STEPS, 1):
            st.page_link(step.path, label=f"{number} {step.title}", icon=step.icon)
        st.page_link("pages/6_Learn.py", label="Learn", icon=":material/menu_book:")
        # What writes the cookie stands in this row: above it, it would push the page down and up.
        workspace = open_workspace()
    st.title(f"{icon} {title}", anchor=False)
    return workspace


@st.cache_resource
def _compute_alone() -> threadpool_limits:
    """One thread for each product of matrices in this process. They are small, and threads that
    wait for each other on a busy machine made some takes a hundred times slower. And as little
    memory as the visitors' threads need."""
    spare()
    return threadpool_limits(1, user_api="blas")


def close_page(title: str) -> None:
    """The foot of the page called `title`: the way on, and whose the music is."""
    st.divider()
    with st.container(horizontal=True, horizontal_alignment="distribute", key="foot"):
        st.caption("Your files and networks can be seen in this browser only.")
        titles = [step.title for step in STEPS]
        following = STEPS[titles.index(title) + 1 :] if title in titles else ()
        for step in following[:1]:
            label = f"Next: {step.title}"
            st.page_link(step.path, label=label, icon=":material/arrow_forward:")
    drawing.end()
    warm_up()
    keep_tidy()


def plain(text: str) -> str:
    """Text as it stands, however much Markdown or HTML a stranger's file name holds."""
    return "".join(f"\\{c}" if c in _MARKUP else c for c in " ".join(text.split()))


_MARKUP = frozenset(r"\`*_{}[]<>()#+-.!|~:$&=^@/")
