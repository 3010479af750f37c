"""Offsets: the chapter's plot of when events start, and how dense they are over time."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from musiccore.tokens import BookView
from ui.counts import Rows, many
from ui.explore.music import Music
from ui.explore.show import show
from ui.explore.tokens import events_in
from ui.figures import MOST_POINTS, columns, line
from ui.glossary import what_is

FEW_PIECES = 20
"""As many teeth of the offset plot can be told apart."""

MOST_WINDOWS = 80


def section(music: Music) -> None:
    """Offset against event number, and beside it events against time."""
    view = events_in(music)
    if not view.events:
        st.info("Only drums play here, and the book reads pitched instruments.")
        return
    first, last = 0, len(view.shown)
    if last > 1:
        chosen = st.slider(
            "Pieces to draw",
            1,
            last,
            (1, min(last, FEW_PIECES)),
            key=f"offset-pieces-{music.id}",
        )
        first, last = chosen[0] - 1, chosen[1]
    left, right = st.columns(2, gap="medium")
    with left:
        st.header(
            "Offset of each event",
            anchor=False,
            help="What music21 calls the offset of a note is where it starts, in quarter notes "
            "from the start of its piece." + what_is("offset"),
        )
        drawn = len(offset_points(view.starts, first, last))
        show(
            offsets_sentence(view, first, last, drawn),
            offsets_figure(view, first, last),
            offset_rows(view, music),
            "offsets",
            zoom=True,
        )
    with right:
        st.header("Density of onsets over time", anchor=False)
        window, density, sounding = onset_density(view, first, last)
        show(
            density_sentence(window, density),
            density_figure(window, density, sounding),
            density_rows(window, density, sounding),
            "density",
        )


def offset_points(starts: NDArray[np.int64], first: int, last: int) -> NDArray[np.int64]:
    """Which events of pieces `first` up to `last` are drawn: all, or about `MOST_POINTS`.

    The first and the last event of each piece always are, so every fall back to 0 stays sharp.
    """
    begin, end = int(starts[first]), int(starts[last])
    edges = starts[first : last + 1]
    stride = -(-(end - begin) // MOST_POINTS) if end > begin else 1
    return np.unique(np.concatenate([np.arange(begin, end, stride), edges[:-1], edges[1:] - 1]))


def offsets_figure(view: BookView, first: int, last: int) -> go.Figure:
    """Offset against event number, as in the chapter, of pieces `first` up to `last`."""
    events = offset_points(view.starts, first, last)
    return line(
        events - view.starts[first] + 1,
        view.offset[events],
        "event %{x:,}, piece %{customdata}<br>offset %{y:,.2f} quarter notes",
        "event number",
        "offset (quarter notes)",
        customdata=np.searchsorted(view.starts, events, side="right"),
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


def offset_rows(view: BookView, music: Music) -> Rows:
    """One row a piece: how many events it has and when they start."""
    return [
        {
            "Number": i + 1,
            "Piece": music.pieces[number].name,
            "Events": int(end - begin),
            "First offset (quarter notes)": float(view.offset[begin]),
            "Last offset (quarter notes)": float(view.offset[end - 1]),
        }
        for i, (number, begin, end) in enumerate(
            zip(view.shown, view.starts[:-1], view.starts[1:], strict=True)
        )
    ]


def onset_density(
    view: BookView, first: int, last: int
) -> tuple[int, NDArray[np.float64], NDArray[np.int64]]:
    """Events a quarter note over time, on average of the pieces that still go on.

    Returns the width of a window in quarter notes, a power of two; the mean number of events a
    quarter note in each window (windows,); and how many pieces reach it (windows,).
    """
    offset = view.offset[view.starts[first] : view.starts[last]]
    ends = view.offset[view.starts[first + 1 : last + 1] - 1]
    window = 1
    while ends.max() // window >= MOST_WINDOWS:
        window *= 2
    events = np.bincount((offset // window).astype(np.int64))
    lasts = (ends // window).astype(np.int64)  # the window with the last event of each piece
    sounding = (lasts[:, None] >= np.arange(len(events))).sum(axis=0)
    return window, events / (window * sounding), sounding


def density_sentence(window: int, density: NDArray[np.float64]) -> str:
    place = int(density.argmax())
    width = "quarter note" if window == 1 else f"{window} quarter notes"
    return (
        f"Each column is {width} of time; its height is how many events start in a quarter note, "
        f"on average of the pieces that last so long. Most, {density[place]:.1f}, do from quarter "
        f"note {place * window:,} to {(place + 1) * window:,}."
    )


def density_figure(
    window: int, density: NDArray[np.float64], sounding: NDArray[np.int64]
) -> go.Figure:
    names = [f"{i * window:,}" for i in range(len(density))]
    words = [
        f"{events:.2f} events a quarter note, {many(int(pieces), 'piece')}"
        for events, pieces in zip(density, sounding, strict=True)
    ]
    figure = columns(names, density.tolist(), words, "time (quarter notes)", "events")
    return figure.update_layout(
        yaxis={"title": "events a quarter note", "tickformat": None, "dtick": None}
    )


def density_rows(window: int, density: NDArray[np.float64], sounding: NDArray[np.int64]) -> Rows:
    return [
        {
            "From (quarter notes)": i * window,
            "To (quarter notes)": (i + 1) * window,
            "Events a quarter note": round(float(events), 3),
            "Pieces": int(pieces),
        }
        for i, (events, pieces) in enumerate(zip(density, sounding, strict=True))
    ]
