"""Tables as they leave the app."""

from __future__ import annotations

import csv
import io
from typing import Any

import streamlit as st

from ui.counts import Rows

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_button(label: str, rows: Rows, file_name: str, key: str) -> None:
    """A button that saves a table.

    The data is there before the click: Streamlit names data that a function makes anew at each
    run of the page, and a click between two runs asks for a name that is gone.
    """
    st.download_button(
        label,
        as_csv(rows),
        file_name,
        "text/csv",
        key=key,
        icon=":material/download:",
        on_click="ignore",
    )


def as_csv(rows: Rows) -> bytes:
    """Rows as spreadsheets read them: UTF-8 with the mark by which they know it.

    A text that a spreadsheet would take for a formula is given an apostrophe (OWASP, CSV
    injection): file names are strangers' text. What a row lacks is left empty.
    """
    if not rows:
        return b""
    columns = dict.fromkeys(column for row in rows for column in row)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, tuple(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: _harmless(value) for column, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
