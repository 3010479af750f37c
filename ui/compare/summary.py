"""The ticked runs beside each other: what they achieved, and the settings in which they differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from ui.blind.words import heard_words
from ui.compare.differences import SETTINGS, differences, same_sentence
from ui.compare.entries import Entry
from ui.compare.paper import print_button
from ui.compare.table import run_rows
from ui.counts import Rows
from ui.page import plain
from ui.tables import csv_button
from ui.words import duration, megabytes

NONE = "–"


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"


RESULTS: Mapping[str, Callable[[Entry], str]] = {
    "Held-out loss (nats a token)": lambda e: _number(e.held_out),
    "Nats per note": lambda e: _number(e.nats_per_note),
    "Best epoch": lambda e: f"{e.best.number} of {len(e.history)}" if e.best else NONE,
    "Time of learning": lambda e: duration(e.seconds),
    "Parameters": lambda e: f"{e.parameters:,}",
    "Size": lambda e: megabytes(e.size),
    "Blind test: listeners right": lambda e: heard_words(e.heard),
}
"""What a run came to -> how it is said."""


def summary(chosen: Sequence[Entry]) -> None:
    """A sentence on the best of them, a table with a column a run, the rest in one sentence."""
    st.write(winner(chosen))
    found = differences([entry.run for entry in chosen])
    st.table(comparison(chosen))
    if len(chosen) > 1:
        st.caption(plain(same_sentence(found.same)))
    with st.container(horizontal=True, gap="small", key="not-on-paper-summary"):
        csv_button("Save as CSV", full_rows(chosen), "gruve-networks.csv", key="compare-csv")
        print_button()


def winner(chosen: Sequence[Entry]) -> str:
    """Which run predicts held-out music best, as Markdown. Across encodings a token is not the
    same, a note is."""
    measured = [(e.nats_per_note, e) for e in chosen if e.nats_per_note is not None]
    if len(measured) < 2:
        return "Tick two or more trained networks to see which one predicts held-out music best."
    (least, first), (more, second) = sorted(measured, key=lambda pair: pair[0])[:2]
    margin = f"{more - least:.3f} nats per note ahead of {plain(second.name)}"
    sentence = f"**{plain(first.name)}** predicts held-out music best: {margin}."
    if len({(e.run.corpus, e.run.training.held_out, e.run.training.seed) for _, e in measured}) > 1:
        sentence += " They were not measured on the same held-out pieces, so take it with care."
    return sentence


def comparison(chosen: Sequence[Entry]) -> dict[str, list[str]]:
    """Columns for `st.table`, as Markdown: what, then one a run; settings that differ are bold."""
    found = differences([entry.run for entry in chosen])
    rows = {what: [say(entry) for entry in chosen] for what, say in RESULTS.items()}
    columns = {"": [*rows, *(f"**{_title(what)}**" for what in found.differing)]}
    for i, entry in enumerate(chosen):
        settings = [f"**{plain(values[i])}**" for values in found.differing.values()]
        columns[plain(entry.name)] = [*(values[i] for values in rows.values()), *settings]
    return columns


def full_rows(chosen: Sequence[Entry]) -> Rows:
    """Every number and every setting, one row a run, for a spreadsheet."""
    return [
        {**row, **{_title(what): say(entry.run) for what, say in SETTINGS.items()}}
        for row, entry in zip(run_rows(chosen), chosen, strict=True)
    ]


def _title(setting: str) -> str:
    return setting[0].upper() + setting[1:]
