"""Which music a visit begins with: another one every time, the same one until the visit is over.

Nothing is kept of a visitor who only looks: the seed then follows from their token and the hour.
What somebody chose is kept in their workspace.

A few pieces are new each hour, and every visit begins with one of them: where a class opens a link
at once, music and sound are made a few times, not fifty.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import NamedTuple

import streamlit as st

from models.shipped import SHIPPED
from ui.contents import DEFAULT_CORPUS
from ui.workspace import Workspace

VISIT_SECONDS = 3600.0
"""After so long without another choice a visit is a new one, with new music."""

NEW = 4
"""Pieces of each starter set that are new in such a time, for all who only look."""

_HEARD = "home-heard"


class Heard(NamedTuple):
    """The starter set whose network plays, and the seed it begins with."""

    style: str
    seed: int


def heard(workspace: Workspace) -> Heard:
    """What is played to this visitor now."""
    if _HEARD not in st.session_state:
        st.session_state[_HEARD] = begun(workspace, time.time())
    kept: Heard = st.session_state[_HEARD]
    return kept


def hear(workspace: Workspace, style: str) -> None:
    """Play another piece, in this style."""
    new = Heard(style, secrets.randbelow(2**32))
    st.session_state[_HEARD] = new
    workspace.choose(home={**new._asdict(), "at": time.time()})


def begun(workspace: Workspace, now: float) -> Heard:
    """What a page that is opened `now` (seconds since 1970) plays."""
    kept = workspace.choice("home", {})
    style = kept.get("style", workspace.corpus)
    if style not in SHIPPED:
        style = DEFAULT_CORPUS
    if "seed" in kept and now - kept["at"] < VISIT_SECONDS:
        return Heard(style, kept["seed"])
    which = _number(workspace.id) % NEW
    return Heard(style, _number(f"{which} {now // VISIT_SECONDS:.0f}"))


def _number(told: str) -> int:
    """A number of 32 bits for a text, the same for the same."""
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:4])
