"""The look in one place: what all components' styles share, and the colours of figures.

Colours, type and roundness are Streamlit's theme in `.streamlit/config.toml`. Components get them
as `--st-…` variables, to which `base.css` gives short names; Plotly's figures take them by
themselves where they name no colour: one after the other for what differs in kind (`palette`),
`coloraxis` for what is more or less of something.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

GREY = "#7C868D"
"""What stands behind: as far from white as from the dark theme's background."""

_HERE = Path(__file__).parent
PAGE_STYLES = _HERE / "page.css"


def styles(*files: Path) -> str:
    """What all components share, then a component's own files. Its outermost element has the class
    `gruve` besides its own."""
    return "\n".join(file.read_text(encoding="utf-8") for file in (_HERE / "base.css", *files))


def palette(dark: bool | None = None) -> list[str]:
    """The theme's colours for what differs in kind, told apart with any colour vision.

    Those of the theme that the visitor sees, unless `dark` says which.
    """
    return _colours("chartCategoricalColors", dark)


def diverging(dark: bool | None = None) -> list[str]:
    """The theme's colours from less than nothing, by what is near the background, to more."""
    return _colours("chartDivergingColors", dark)


def _colours(name: str, dark: bool | None) -> list[str]:
    if dark is None:
        dark = st.context.theme.type == "dark"
    return list(st.get_option(f"theme.{'dark' if dark else 'light'}.{name}"))
