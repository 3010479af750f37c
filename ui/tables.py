"""Tables as they leave the app."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ui.counts import Rows

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Rows) -> bytes:
    """Rows as spreadsheets read them: UTF-8 with the mark by which they know it.

    A text that a spreadsheet would take for a formula is given an apostrophe (OWASP, CSV
    injection): file names are strangers' text.
    """
    table = pd.DataFrame(rows).map(_harmless)
    return table.to_csv(index=False).encode("utf-8-sig") if len(table.columns) else b""


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
