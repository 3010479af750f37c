"""Chapter: what a recurrent network remembers, and why plain ones forget."""

from __future__ import annotations

import streamlit as st

from ui.learn.example import Example


def show(example: Example) -> None:
    """The idea in words and as a formula."""
    st.write(
        "A recurrent network reads one note at a time. All that it knows of the notes before is in "
        "its **state**, a list of numbers that it makes anew at every note from the note and the "
        "state before."
    )
    st.latex(r"h_t = \tanh(W x_t + U h_{t-1} + b)")
