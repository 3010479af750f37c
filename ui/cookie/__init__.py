"""One cookie, written by the browser: Streamlit can read cookies but not set them."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import streamlit as st

NAME = "gruve_workspace"
_KEPT = "workspace-token"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_keep = st.components.v2.component(
    "gruve_cookie", js=Path(__file__).with_name("cookie.js").read_text()
)


def forget_token() -> None:
    """Make this visitor a new one, with another token."""
    st.session_state.clear()
    st.session_state[_KEPT] = secrets.token_urlsafe(24)


def workspace_token() -> str:
    """This visitor's unguessable token: from the cookie, else a new one."""
    if _KEPT not in st.session_state:
        found = st.context.cookies.get(NAME, "")
        known = _TOKEN.fullmatch(found) is not None
        st.session_state[_KEPT] = found if known else secrets.token_urlsafe(24)
    token: str = st.session_state[_KEPT]
    return token


def keep_token() -> None:
    """Have the browser keep the token, where it does not yet. Once on every page."""
    token = workspace_token()
    if st.context.cookies.get(NAME) != token:
        _keep(data={"name": NAME, "value": token}, key="cookie")
