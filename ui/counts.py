"""Counts as the Explore page tells and tabulates them: plain sentences, plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from musiccore.statistics import BookView, Count, InstrumentCount, chord_pitches

Rows = list[dict[str, Any]]


def many(number: int, noun: str) -> str:
    """`1 note`, `2,000 notes`."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def share(part: int, whole: int) -> str:
    """A part in percent, one decimal; 0 of 0 is 0 %."""
    return f"{100 * part / whole if whole else 0:.1f} %"


def instruments_sentence(counts: Sequence[InstrumentCount]) -> str:
    first = counts[0]
    notes = sum(count.notes for count in counts)
    if len(counts) == 1:
        played = f"{many(first.notes, 'note')} in {many(first.pieces, 'piece')}"
        return f"One instrument plays: {first.name}, {played}."
    return (
        f"{len(counts)} instruments play. Most notes, {first.notes:,} of {notes:,} "
        f"({share(first.notes, notes)}), are for {first.name}, in {many(first.pieces, 'piece')}."
    )


def notes_sentence(view: BookView) -> str:
    if not view.notes:
        return "No note of this instrument starts alone: every event is a chord."
    most = max(view.notes, key=lambda count: count.times)
    total = sum(count.times for count in view.notes)
    return (
        f"{len(view.notes)} different notes, from {view.notes[0].what} to {view.notes[-1].what}, "
        f"start alone {many(total, 'time')}. {most.what} is the most frequent: "
        f"{many(most.times, 'time')} ({share(most.times, total)})."
    )


def chords_sentence(chords: Sequence[Count]) -> str:
    """What is said of chords; `chords` by how often they occur, at least one."""
    first = chords[0]
    total = sum(count.times for count in chords)
    different = "1 chord occurs" if len(chords) == 1 else f"{len(chords):,} different chords occur"
    return (
        f"{different}, {many(total, 'time')} in all. The most frequent is {first.what} "
        f"({chord_pitches(first.what)}): {many(first.times, 'time')} ({share(first.times, total)})."
    )


def offsets_sentence(view: BookView, first: int, last: int, drawn: int) -> str:
    """What the offset plot shows of pieces `first` up to, not including, `last`."""
    begin, end = int(view.starts[first]), int(view.starts[last])
    events = end - begin
    longest = float(view.offset[begin:end].max())
    thinned = f" {drawn:,} of them are drawn." if drawn < events else ""
    pieces = "1 piece" if last - first == 1 else f"{last - first:,} pieces, one after the other"
    falls = "" if last - first == 1 else "; it falls back to near 0 where the next piece begins"
    return (
        f"{many(events, 'event')} of {pieces}. In each the offset rises with time{falls}. "
        f"The largest offset is {longest:,.1f} quarter notes.{thinned}"
    )


def instrument_rows(counts: Sequence[InstrumentCount]) -> Rows:
    notes = sum(count.notes for count in counts)
    return [
        {
            "Instrument": count.name,
            "Pieces": count.pieces,
            "Notes": count.notes,
            "Notes (%)": round(100 * count.notes / notes, 2),
        }
        for count in counts
    ]


def count_rows(counts: Sequence[Count], what: str) -> Rows:
    """Rows of things counted, the column `what` naming them."""
    total = sum(count.times for count in counts)
    return [
        {
            what: count.what,
            "Times": count.times,
            "Times (%)": round(100 * count.times / total, 2),
            "Pieces": count.pieces,
        }
        for count in counts
    ]


def chord_rows(counts: Sequence[Count]) -> Rows:
    """As `count_rows`, with the pitch classes of each chord by name."""
    return [
        {"Chord": row.pop("Chord"), "Pitch classes": chord_pitches(count.what), **row}
        for row, count in zip(count_rows(counts, "Chord"), counts, strict=True)
    ]


def offset_rows(view: BookView) -> Rows:
    """One row a piece: how many events it has and when they start."""
    return [
        {
            "Number": i + 1,
            "Piece": name,
            "Events": int(end - begin),
            "First offset (quarter notes)": float(view.offset[begin]),
            "Last offset (quarter notes)": float(view.offset[end - 1]),
        }
        for i, (name, begin, end) in enumerate(
            zip(view.names, view.starts[:-1], view.starts[1:], strict=True)
        )
    ]
