"""A file that was made is saved by the browser at once, by the button that stays there for it.

Streamlit's own way, a download button whose data is a function, writes a sentence of its own and a
traceback where a file cannot be made.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "gruve_saving",
    html='<div class="gruve-saving"></div>',
    js=Path(__file__).with_name("saving.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def save(data: bytes, label: str, file_name: str, mime: str, key: str) -> None:
    """A button that saves `data`, pressed once for the visitor. Another file, or the same once
    more, needs another `key`."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            f"Save {label}",
            data,
            file_name,
            mime,
            key=key,
            icon=":material/download:",
            on_click="ignore",
        )
        st.caption("It is made. Where your browser did not save it by itself, press here.")
        _component(key=f"{key}-press", data=key, width=1, height=1)
