"""Notes and chords: what a network would learn from the music, and what is rare in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import plotly.graph_objects as go
import streamlit as st

from musiccore.chords import common_name
from musiccore.statistics import Count
from musiccore.tokens import (
    BookView,
    NoteTokens,
    Tail,
    book_view,
    chord_pitches,
    chords_together,
    note_tokens,
    tail,
)
from ui.counts import Rows, count_rows, in_words, many, most_frequent, percent, share, total
from ui.explore.instruments import programs_of
from ui.explore.music import Music, counted
from ui.explore.show import show
from ui.figures import bars, columns
from ui.glossary import what_is

TALL_BARS = 12
"""Bars with names of two lines: no more than can be seen at once."""

WITHIN, TOGETHER = "within a track", "in all parts together"

FIELD_WORDS = {
    "wait": "wait since the note before (quarter notes)",
    "instrument": "instrument",
    "pitch": "pitch",
    "duration": "duration (quarter notes)",
    "velocity": "velocity (1 to 127)",
}

LEARNS_LITTLE = {
    "token": "From what it meets once, a network learns next to nothing.",
    "note": "A network decides a note field by field, so it can still come to a rare one.",
}


@counted("Counting notes and chords …")
def events_in(music: Music) -> BookView:
    """The events of the chosen instrument, or of the first one of each piece as in the book."""
    return book_view(music.pieces, music.program)


@counted("Counting chords …")
def chords_in(music: Music) -> tuple[Count, ...]:
    return chords_together(music.pieces)


@counted("Counting the fields of all notes …")
def fields_in(music: Music) -> NoteTokens:
    return note_tokens(music.pieces)


def section(music: Music) -> None:
    """The tokens of one encoding, the most frequent and the rare ones."""
    chosen = st.segmented_control(
        "Encoding",
        list(ENCODINGS),
        default=next(iter(ENCODINGS)),
        required=True,
        key="explore-encoding",
        help="How music is written down for the network. *book* is the chapter's way, notes and "
        "chords; *notes* keeps rhythm, loudness and all instruments." + what_is("encoding"),
    )
    ENCODINGS[chosen](music)


def _book(music: Music) -> None:
    view = events_in(music)
    if not view.events:
        st.info(
            "Only drums play here. Drums have no pitch, so there are no notes and chords to count. "
            "The encoding *notes* can learn them.",
            icon=":material/info:",
        )
        return
    if music.program is None and len(programs_of(music)) > 1:
        st.caption("The book reads the first instrument of each piece. Choose another one above.")
    if view.silent:
        st.caption(f"{many(view.silent, 'piece')} without a pitched instrument left out.")
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("Notes", anchor=False)
        _notes(view)
    with right:
        st.header(
            "Chords",
            anchor=False,
            help="A chord is named by the pitch classes of its normal order: 0 is C, 1 is C sharp, "
            "up to 11 for B." + what_is("normal-order"),
        )
        _chords(music, view)
    _tail(tail([c.times for c in (*view.notes, *view.chords)]), "token", "tokens")


def _notes(view: BookView) -> None:
    if view.notes:
        names = [count.what for count in view.notes]
        times = [count.times for count in view.notes]
        show(
            notes_sentence(view),
            columns(names, times, in_words(view.notes), "note, from low to high", "times"),
            count_rows(view.notes, "Note"),
            "notes",
        )
    else:
        st.write(notes_sentence(view))


def _chords(music: Music, view: BookView) -> None:
    found = {WITHIN: view.chords, TOGETHER: chords_in(music)}
    where = st.segmented_control(
        "Notes that start together",
        list(found),
        default=WITHIN if view.chords else TOGETHER,
        required=True,
        key=f"explore-chords-{music.id}",
        wrap=True,
        help="The encoding *book* learns the chords within a track of one instrument."
        + what_is("chord"),
    )
    if found[where]:
        chords = found[where]
        show(chords_sentence(chords), chords_figure(chords), chord_rows(chords), "chords")
    else:
        st.write(f"There are no chords {where}: no two notes there start at the same onset.")


def _note_fields(music: Music) -> None:
    counts = fields_in(music)
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("Fields", anchor=False)
        field = st.segmented_control(
            "Field",
            list(FIELD_WORDS),
            default="duration",
            required=True,
            key="explore-field",
            wrap=True,
            help="The encoding *notes* gives the network five numbers for each note."
            + what_is("field"),
        )
        values = counts.fields[field]
        show(
            values_sentence(values, field),
            columns(
                [count.what for count in values],
                [count.times for count in values],
                in_words(values),
                FIELD_WORDS[field],
                "notes",
            ),
            count_rows(values, FIELD_WORDS[field].capitalize(), "Notes"),
            "fields",
        )
    with right:
        st.header(
            "Whole notes",
            anchor=False,
            help="All five fields of a note taken together." + what_is("token"),
        )
        show(
            rows_sentence(counts),
            bars(
                [count.what.replace(", ", "<br>", 1) for count in counts.rows[:TALL_BARS]],
                [count.times for count in counts.rows[:TALL_BARS]],
                in_words(counts.rows[:TALL_BARS]),
                "times",
                lines=2,
            ),
            count_rows(counts.rows, "Note"),
            "rows",
        )
    _tail(tail(counts.times), "note", "rows")


def _tail(found: Tail, what: str, key: str) -> None:
    st.header("The long tail", anchor=False)
    show(
        tail_sentence(found, what),
        columns(
            [_band_words(band.least, band.most) for band in found.bands],
            [band.different for band in found.bands],
            [
                f"{many(band.different, what)} that make up {share(band.times, found.times)} of all"
                for band in found.bands
            ],
            f"how often a {what} occurs",
            f"different {what}s",
        ),
        tail_rows(found, what),
        f"tail-{key}",
    )


ENCODINGS: dict[str, Callable[[Music], None]] = {"book": _book, "notes": _note_fields}


def notes_sentence(view: BookView) -> str:
    if not view.notes:
        return "No note of this instrument starts alone: every event is a chord."
    most, times = most_frequent(view.notes), total(view.notes)
    return (
        f"{many(len(view.notes), 'different note')}, from {view.notes[0].what} to "
        f"{view.notes[-1].what}, start alone {many(times, 'time')}. {most.what} is the most "
        f"frequent: {many(most.times, 'time')} ({share(most.times, times)})."
    )


def chords_sentence(chords: Sequence[Count]) -> str:
    """What is said of chords; `chords` by how often they occur, at least one."""
    first, times = chords[0], total(chords)
    different = "1 chord occurs" if len(chords) == 1 else f"{len(chords):,} different chords occur"
    return (
        f"{different}, {many(times, 'time')} in all. The most frequent is {first.what}, "
        f"{chord_pitches(first.what)}, a {common_name(first.what)}: {many(first.times, 'time')} "
        f"({share(first.times, times)})."
    )


def values_sentence(values: Sequence[Count], field: str) -> str:
    most = most_frequent(values)
    return (
        f"{many(len(values), 'value')} of {FIELD_WORDS[field]}. The most frequent is {most.what}: "
        f"{many(most.times, 'note')} ({share(most.times, total(values))})."
    )


def rows_sentence(counts: NoteTokens) -> str:
    first, notes = counts.rows[0], int(counts.times.sum())
    listed = f" The table lists the first {len(counts.rows):,}."
    return (
        f"{many(len(counts.times), 'different note')} among {notes:,}. The most frequent, "
        f"{first.what}, occurs {many(first.times, 'time')} ({share(first.times, notes)})."
        f"{listed if len(counts.rows) < len(counts.times) else ''}"
    )


def tail_sentence(found: Tail, what: str) -> str:
    verb = "occurs only once; it is" if found.once == 1 else "occur only once; they are"
    return (
        f"{found.once:,} of {many(found.different, f'different {what}')} "
        f"({share(found.once, found.different)}) {verb} "
        f"{share(found.once, found.times)} of all {many(found.times, what)}. {LEARNS_LITTLE[what]}"
    )


def chords_figure(counts: Sequence[Count]) -> go.Figure:
    """The most frequent chords by their normal order, pitch classes and common name."""
    shown = counts[:TALL_BARS]
    return bars(
        [
            f"{count.what}  <b>{chord_pitches(count.what)}</b><br>{common_name(count.what)}"
            for count in shown
        ],
        [count.times for count in shown],
        in_words(shown),
        "times",
        lines=2,
    )


def chord_rows(counts: Sequence[Count]) -> Rows:
    """As `count_rows`, with the pitch classes of each chord and its common name."""
    return [
        {
            "Chord": row.pop("Chord"),
            "Pitch classes": chord_pitches(count.what),
            "Name": common_name(count.what),
            **row,
        }
        for row, count in zip(count_rows(counts, "Chord"), counts, strict=True)
    ]


def tail_rows(found: Tail, what: str) -> Rows:
    return [
        {
            "Occurs (times)": _band_words(band.least, band.most),
            f"Different {what}s": band.different,
            f"Different {what}s (%)": percent(band.different, found.different),
            f"Of all {what}s": band.times,
            f"Of all {what}s (%)": percent(band.times, found.times),
        }
        for band in found.bands
    ]


def _band_words(least: int, most: int) -> str:
    return f"{most:,}" if least == most else f"{least:,} to {most:,}"
