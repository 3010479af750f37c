"""Rhythm and pitch: how pitches, intervals, lengths, velocities and onsets are spread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from musiccore import histograms
from musiccore.histograms import Level, interval_name
from musiccore.pitch import PITCH_CLASSES
from musiccore.statistics import Count
from ui.counts import Rows, count_rows, in_words, many, most_frequent, percent, share, total
from ui.explore.music import Music, counted, notes_of
from ui.explore.show import show
from ui.figures import columns, heat_map
from ui.glossary import what_is

MELODY = "Of each track the top line is followed: where notes start together, the highest."


@dataclass(frozen=True)
class Spread:
    """All histograms of some music, counted at once."""

    pitches: tuple[Count, ...]
    pitch_classes: tuple[Count, ...]
    intervals: tuple[Count, ...]
    durations: tuple[Count, ...]
    velocities: tuple[Count, ...]
    polyphony: tuple[Level, ...]
    bars: dict[str, tuple[Count, ...]]
    transitions: NDArray[np.int64]


@counted("Counting pitches and rhythms …")
def spread_of(music: Music) -> Spread:
    notes = notes_of(music)
    return Spread(
        pitches=histograms.pitches(notes),
        pitch_classes=histograms.pitch_classes(notes),
        intervals=histograms.intervals(notes),
        durations=histograms.durations(notes),
        velocities=histograms.velocities(notes),
        polyphony=histograms.polyphony(notes),
        bars=histograms.onsets_in_bar(notes, music.pieces),
        transitions=histograms.transitions(notes),
    )


def section(music: Music) -> None:
    """Two figures a row; on a telephone one below the other."""
    spread = spread_of(music)
    if not spread.pitches:
        st.info("Only drums play here, so there is rhythm to see, but no pitch.")
    figures = [
        *(PITCHED if spread.pitches else ()),
        *((_intervals, _transitions) if spread.transitions.any() else ()),
        *RHYTHM,
        *((_polyphony,) if spread.polyphony else ()),
    ]
    for pair in zip(figures[::2], [*figures[1::2], None], strict=False):
        for column, figure in zip(st.columns(2, gap="medium"), pair, strict=True):
            if figure is not None:
                with column:
                    figure(spread)


def _pitches(spread: Spread) -> None:
    counts = spread.pitches
    st.header("Pitch", anchor=False)
    most = most_frequent(counts)
    said = (
        f"The pitches reach from {counts[0].what} to {counts[-1].what}. The most frequent is "
        f"{most.what}: {many(most.times, 'note')} ({share(most.times, total(counts))})."
    )
    _show(said, counts, "pitch, from low to high", "Pitch", "pitch")


def _pitch_classes(spread: Spread) -> None:
    st.header(
        "Pitch class",
        anchor=False,
        help="A pitch without its octave: all C together, all C sharp." + what_is("pitch-class"),
    )
    counts = spread.pitch_classes
    most, used = most_frequent(counts), sum(count.times > 0 for count in counts)
    said = (
        f"{used} of the 12 pitch classes occur. The most frequent is {most.what}: "
        f"{many(most.times, 'note')} ({share(most.times, total(counts))})."
    )
    _show(said, counts, "pitch class", "Pitch class", "pitch-class")


def _intervals(spread: Spread) -> None:
    st.header(
        "Interval", anchor=False, help=f"From one note to the next. {MELODY}" + what_is("interval")
    )
    counts = spread.intervals
    most, steps = most_frequent(counts), total(counts)
    near = sum(count.times for count in counts if abs(int(count.what)) < 3)
    said = (
        f"{many(steps, 'interval')} in the melodies. The most frequent is {_interval(most)}: "
        f"{many(most.times, 'time')} ({share(most.times, steps)}). {share(near, steps)} are no "
        "larger than two semitones."
    )
    rows = [
        {"Semitones": int(row.pop("Semitones")), "Interval": _interval(count), **row}
        for row, count in zip(
            count_rows(counts, "Semitones"), [c for c in counts if c.times], strict=True
        )
    ]
    words = [f"{_interval(c)}, {text}" for c, text in zip(counts, in_words(counts), strict=True)]
    show(said, _columns(counts, words, "interval (semitones)", "times"), rows, "interval")


def _transitions(spread: Spread) -> None:
    st.header("From pitch class to pitch class", anchor=False, help=MELODY)
    table = spread.transitions
    before, after = divmod(int(table.argmax()), 12)
    moves = f"{PITCH_CLASSES[before]} to {PITCH_CLASSES[after]}"
    said = (
        f"Of {many(int(table.sum()), 'step')} in the melodies the most frequent is from {moves}: "
        f"{many(int(table.max()), 'time')} ({share(int(table.max()), int(table.sum()))})."
    )
    show(
        said,
        heat_map(table, PITCH_CLASSES, "from", "to", "times"),
        transition_rows(table),
        "transitions",
    )


def _durations(spread: Spread) -> None:
    st.header("Duration", anchor=False)
    counts = spread.durations
    most = most_frequent(counts)
    said = (
        f"{many(len(counts), 'different duration')}. The most frequent is {_quarters(most.what)}: "
        f"{many(most.times, 'note')} ({share(most.times, total(counts))})."
    )
    _show(said, counts, "duration (quarter notes)", "Duration (quarter notes)", "duration")


def _onsets(spread: Spread) -> None:
    st.header("Place in the bar", anchor=False)
    metre = st.segmented_control(
        "Metre",
        list(spread.bars),
        default=next(iter(spread.bars)),
        required=True,
        key=f"explore-metre-{'-'.join(spread.bars)}",
        wrap=True,
    )
    counts = spread.bars[metre]
    every = sum(map(total, spread.bars.values()))
    first = next((count.times for count in counts if count.what == "0"), 0)
    said = (
        f"{many(total(counts), 'note')} ({share(total(counts), every)}) stand in {metre}. "
        f"{share(first, total(counts))} of them start with the bar."
    )
    what = "from the bar line (quarter notes)"
    _show(said, counts, what, what.capitalize(), "bar")


def _polyphony(spread: Spread) -> None:
    st.header("Polyphony", anchor=False, help="How many notes sound at the same time, drums aside.")
    levels = spread.polyphony
    quarters = sum(level.quarters for level in levels)
    most = max(levels, key=lambda level: level.quarters)
    mean = sum(level.sounding * level.quarters for level in levels) / quarters
    said = (
        f"{mean:.1f} notes sound at once on average, {levels[-1].sounding} at most. For "
        f"{share(most.quarters, quarters)} of the time it is {most.sounding}."
    )
    words = [f"{level.quarters:,.1f} quarter notes" for level in levels]
    show(
        said,
        columns(
            [str(level.sounding) for level in levels],
            [level.quarters for level in levels],
            words,
            "notes that sound at once",
            "time (quarter notes)",
        ),
        level_rows(levels),
        "polyphony",
    )


def _velocities(spread: Spread) -> None:
    st.header(
        "Velocity",
        anchor=False,
        help="How hard a note is struck, from 1 to 127." + what_is("velocity"),
    )
    counts = spread.velocities
    most = most_frequent(counts)
    if len(counts) == 1:
        said = f"All {many(most.times, 'note')} have velocity {most.what}: all are as loud."
    else:
        said = (
            f"The velocities reach from {counts[0].what} to {counts[-1].what}. The most frequent "
            f"is {most.what}: {many(most.times, 'note')} ({share(most.times, total(counts))})."
        )
    _show(said, counts, "velocity (1 to 127)", "Velocity", "velocity")


PITCHED: tuple[Callable[[Spread], None], ...] = (_pitches, _pitch_classes)
RHYTHM: tuple[Callable[[Spread], None], ...] = (_durations, _onsets, _velocities)


def transition_rows(table: NDArray[np.int64]) -> Rows:
    """One row a step that occurs, the most frequent first."""
    order = np.argsort(-table, axis=None, kind="stable")[: int((table > 0).sum())]
    return [
        {
            "From": PITCH_CLASSES[place // 12],
            "To": PITCH_CLASSES[place % 12],
            "Times": int(table.flat[place]),
            "Times (%)": percent(int(table.flat[place]), int(table.sum())),
        }
        for place in order.tolist()
    ]


def level_rows(levels: Sequence[Level]) -> Rows:
    quarters = sum(level.quarters for level in levels)
    return [
        {
            "Notes at once": level.sounding,
            "Time (quarter notes)": round(level.quarters, 3),
            "Time (%)": percent(level.quarters, quarters),
            "Pieces": level.pieces,
        }
        for level in levels
        if level.pieces
    ]


def _show(said: str, counts: Sequence[Count], what: str, column: str, key: str) -> None:
    words = in_words(counts, "note")
    show(said, _columns(counts, words, what, "notes"), count_rows(counts, column, "Notes"), key)


def _columns(counts: Sequence[Count], words: list[str], what: str, unit: str) -> go.Figure:
    names, times = [count.what for count in counts], [count.times for count in counts]
    return columns(names, times, words, what, unit)


def _interval(count: Count) -> str:
    return interval_name(int(count.what))


def _quarters(words: str) -> str:
    return f"{words} quarter note{'s' * (words != '1' and '/' not in words)}"
