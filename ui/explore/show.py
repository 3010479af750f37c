"""How every figure is shown: what it says in a sentence, the figure, and its numbers as a table."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from ui.counts import Rows
from ui.tables import csv_button

FORMATS = ("PNG", "SVG")
FORMAT_KEY = "explore-picture"

_SCALE = 2  # pixels of a PNG for each pixel on the screen


def show(
    sentence: str,
    figure: go.Figure,
    rows: Rows,
    key: str,
    *,
    version: str = "",
    zoom: bool = False,
    selectable: bool = False,
) -> list[int]:
    """One sentence, its figure, and the table behind it, both to be saved.

    `key` names what is saved; a figure whose `version` changes is a new one, with nothing chosen.
    `zoom` adds buttons to look closer. With `selectable` a click on a point runs the page again;
    returned is what its `customdata` begins with, [] where nothing is chosen.
    """
    st.write(sentence)
    options: dict[str, Any] = {"on_select": "rerun", "selection_mode": "points"}
    chosen = st.plotly_chart(
        figure,
        key=f"{key}-figure{version}",
        config=_config(key, zoom),
        alt=sentence,
        **(options if selectable else {}),
    )
    with st.expander("The numbers as a table"):
        st.dataframe(rows, hide_index=True, key=f"{key}-table")
        csv_button("Save as CSV", rows, f"{key}.csv", key=f"{key}-csv")
    points = chosen["selection"]["points"] if selectable else []
    return [int(point["customdata"][0]) for point in points]


def choose_picture_format() -> None:
    """The choice of what the camera above each figure saves."""
    st.segmented_control(
        "Save pictures as",
        FORMATS,
        default=FORMATS[0],
        required=True,
        key=FORMAT_KEY,
        help="The camera above a figure saves it. PNG is for screens and letters; SVG stays sharp "
        "at every size.",
    )


def _config(name: str, zoom: bool) -> dict[str, Any]:
    chosen = st.session_state.get(FORMAT_KEY, FORMATS[0])
    closer = ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]
    return {
        "displayModeBar": True,
        "displaylogo": False,
        "modeBarButtons": [["toImage"], *([closer] if zoom else [])],
        "toImageButtonOptions": {
            "format": str(chosen).lower(),
            "filename": f"gruve-{name}",
            "scale": 1 if chosen == "SVG" else _SCALE,
        },
    }
