"""Instruments: what plays, and how much of the music it plays."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from musiccore.instruments import family_of
from musiccore.statistics import Count, InstrumentCount, family_counts, instrument_counts
from ui.counts import Rows, count_rows, in_words, many, percent, share, total
from ui.explore.music import Music, counted
from ui.explore.show import show
from ui.figures import bars
from ui.glossary import what_is


@counted("Counting instruments …")
def instruments_in(music: Music) -> tuple[InstrumentCount, ...]:
    return instrument_counts(music.whole)


@counted("Counting families …")
def families_in(music: Music) -> tuple[Count, ...]:
    return family_counts(music.whole)


def programs_of(music: Music) -> list[int]:
    """The programs that play, those with most notes first."""
    return [count.program for count in instruments_in(music)]


def section(music: Music) -> None:
    """Instruments and their families, side by side."""
    played, families = instruments_in(music), families_in(music)
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("Instruments", anchor=False)
        show(sentence(played), figure(played), rows(played), "instruments")
    with right:
        st.header(
            "Families",
            anchor=False,
            help="General MIDI puts instruments in 16 families." + what_is("general-midi"),
        )
        show(
            families_sentence(families, len(music)),
            bars(*_bars(families), "notes"),
            count_rows(families, "Family", "Notes"),
            "families",
        )


def sentence(counts: Sequence[InstrumentCount]) -> str:
    first = counts[0]
    notes = sum(count.notes for count in counts)
    if len(counts) == 1:
        played = f"{many(first.notes, 'note')} in {many(first.pieces, 'piece')}"
        return f"One instrument plays: {first.name}, {played}."
    return (
        f"{len(counts)} instruments play. Most notes, {first.notes:,} of {notes:,} "
        f"({share(first.notes, notes)}), are for {first.name}, in {many(first.pieces, 'piece')}."
    )


def families_sentence(families: Sequence[Count], pieces: int) -> str:
    first = families[0]
    if len(families) == 1:
        return f"All {many(first.times, 'note')} are for one family: {first.what}."
    return (
        f"{len(families)} families play. {first.what} has {share(first.times, total(families))} of "
        f"the notes and plays in {first.pieces:,} of {many(pieces, 'piece')}."
    )


def figure(counts: Sequence[InstrumentCount]) -> go.Figure:
    """Notes by instrument, the most frequent on top."""
    return bars(*_bars([Count(c.name, c.notes, c.pieces) for c in counts]), "notes")


def rows(counts: Sequence[InstrumentCount]) -> Rows:
    notes = sum(count.notes for count in counts)
    return [
        {
            "Instrument": count.name,
            "Family": family_of(count.program),
            "Pieces": count.pieces,
            "Notes": count.notes,
            "Notes (%)": percent(count.notes, notes),
        }
        for count in counts
    ]


def _bars(counts: Sequence[Count]) -> tuple[list[str], list[int], list[str]]:
    names, notes = [count.what for count in counts], [count.times for count in counts]
    return names, notes, in_words(counts, "note")
