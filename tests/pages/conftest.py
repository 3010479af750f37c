"""Every page test has a store of its own and starts with nothing cached."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

APP = Path(__file__).resolve().parents[2] / "streamlit_app.py"
TOKEN = "test-visitor-0123456789-abcdefgh"  # noqa: S105  # no secret: 32 characters

OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRUVE_STORE", str(tmp_path))
    # Rendering takes seconds; the tests of the player and of the audio do it.
    monkeypatch.setattr("ui.listening.missing", lambda: "No audio here.")
    st.cache_resource.clear()
    st.cache_data.clear()
    return tmp_path


@pytest.fixture
def open_page() -> OpenPage:
    """Opens a page by its path, like `pages/1_Music.py`, as the visitor with this token.

    AppTest has no cookies, so the token is put where a page keeps it. Pages are reached from the
    home page: links to other pages are looked up beside the script that was started.
    """

    def run(page: str = "", token: str = TOKEN) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        app.session_state["workspace-token"] = token
        if page:
            app.switch_page(page)
        return app.run()

    return run
