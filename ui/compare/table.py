"""All of a visitor's runs in one table, and ticks at those that are compared."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import streamlit as st

from ui.compare.entries import Entry
from ui.counts import Rows
from ui.naming import in_short
from ui.workspace import Workspace

MOST = 8
"""Runs that are compared at once: more lines in one figure nobody tells apart."""

FIRST = 3
"""So many new runs at most are ticked by themselves."""

_TABLE_PIXELS = 380
_CHOICE, _KNOWN, _TURN = "compared", "compare-known", "compare-turn"


def run_rows(entries: Sequence[Entry]) -> Rows:
    """One row a run, for a table."""
    return [
        {
            "Network": entry.name,
            "Music": entry.run.title,
            "Preset": entry.network,
            "Layers": in_short(entry.run.network),
            "Held-out loss (nats a token)": _rounded(entry.held_out),
            "Nats per note": _rounded(entry.nats_per_note),
            "Best epoch": entry.best.number if entry.best else None,
            "Epochs": len(entry.history),
            "Learning (s)": round(entry.seconds, 1),
            "Parameters": entry.parameters,
            "Size (MB)": round(entry.size / 1e6, 2),
            "Listeners right (%)": round(100 * entry.heard.share) if entry.heard.answers else None,
            "Pinned": entry.pinned,
            "Id": entry.id[:4],
        }
        for entry in entries
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def tick_runs(workspace: Workspace, entries: Sequence[Entry]) -> list[Entry]:
    """Show the table; the ticked runs, oldest first, at most `MOST`."""
    ids = [entry.id for entry in entries]
    runs = hashlib.sha256("".join(ids).encode()).hexdigest()[:16]
    key = f"runs-{runs}-{st.session_state.get(_TURN, 0)}"
    # What is ticked at first belongs to the table's identity: it may not change while it is shown.
    first = st.session_state.setdefault(f"{key}-first", _ticked(workspace, ids))
    state = st.dataframe(
        run_rows(entries),
        key=key,
        height=min(_TABLE_PIXELS, 36 * (len(entries) + 1) + 2),
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": first, "columns": [], "cells": []}},
        column_config={
            "Network": st.column_config.TextColumn(pinned=True, width="medium"),
            "Parameters": st.column_config.NumberColumn(format="localized"),
        },
    )
    ticked = sorted(i for i in state["selection"]["rows"] if i < len(entries))
    if len(ticked) > MOST:
        st.caption(f"{len(ticked)} networks are ticked; the newest {MOST} of them are compared.")
    chosen = [entries[i] for i in reversed(ticked[:MOST])]
    workspace.choose(**{_CHOICE: [entry.id for entry in chosen], _KNOWN: ids})
    return chosen


def _ticked(workspace: Workspace, ids: Sequence[str]) -> list[int]:
    """The rows that are ticked when the table is shown anew: those that were, and new runs."""
    before, known = workspace.choice(_CHOICE, []), workspace.choice(_KNOWN, [])
    new = [i for i in ids if i not in known][:FIRST]
    kept = [i for i in ids if i in before and i not in new]
    return [ids.index(i) for i in [*new, *kept][:MOST]]


def tick_these(workspace: Workspace, ids: Sequence[str]) -> None:
    """Let the table, when it is shown next, have ticks at these runs."""
    workspace.choose(**{_CHOICE: list(ids)})
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
