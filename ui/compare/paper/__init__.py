"""The page on paper: a button that prints, and what is left out when it does."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent

_component = st.components.v2.component(
    "gruve_print",
    html='<button type="button" class="gruve-print">Print this page</button>',
    css=_HERE.joinpath("paper.css").read_text(encoding="utf-8"),
    js=_HERE.joinpath("paper.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def print_button() -> None:
    """Prints what is compared, on paper or as PDF: sentences, tables and curves, no controls."""
    _component(key="print")
