"""How original a take is, said and shown: what stands in the music it comes from, and where."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable

import numpy as np
import pandas as pd  # noqa: F401  # whole before Plotly looks for it in `sys.modules`
import plotly.graph_objects as go
import streamlit as st

from models.originality import (
    NGRAMS,
    PASSAGE,
    Learned,
    Originality,
    Usual,
    learned,
    originality,
    usual_for,
)
from models.store import Run
from musiccore.copies import passage
from musiccore.piece import Piece, excerpt
from ui.counts import Rows, many, share
from ui.explore.show import show
from ui.figures import HEIGHT, MARGIN
from ui.listening import listening
from ui.page import plain
from ui.theme import GREY, palette
from ui.workspace import Workspace, store

MUCH = 0.9
"""The share of real pieces that copy less, beyond which a take is said to copy much."""

NOTHING_HELD_OUT = "Nothing was held out, so there is no real music to compare with."

_LEGEND = 66  # pixels of a legend in three lines, as on a telephone
_FEWEST = 4  # notes that make a passage worth hearing


def music_of(run_id: str) -> Learned:
    """The music of a run, to be searched. Shared by visitors, so nobody's names are in it."""
    run = store().load(run_id)
    settings = [run.corpus, run.encoding.to_json(), run.training.held_out, run.training.seed]
    return _music(json.dumps(settings, sort_keys=True), run_id)


@st.cache_resource(
    max_entries=4, ttl=1800, show_spinner="Looking through the music it learned from …"
)
def _music(settings: str, _run_id: str) -> Learned:
    """Runs that learn from the same pieces share them."""
    return learned(store(), store().load(_run_id))


def show_originality(workspace: Workspace, run: Run, take: Piece) -> list[Callable[[], None]]:
    """Say how original a take is, and show its longest copy beside the original; what adds the
    sound to them, to be called last."""
    music = music_of(run.id)
    found, usual = originality(run, music, take), usual_for(music, len(take))
    names = store().corpus(run.id, workspace.id).names
    name = names[found.original.number] if found.original else ""
    st.write(copy_sentence(found, plain(name.removesuffix(".mid"))))
    sentence = usual_sentence(found, usual) if usual else NOTHING_HELD_OUT
    show(sentence, copies_figure(found, usual), copy_rows(found, usual), "originality")
    if found.original is None or found.copy.notes < _FEWEST:
        return []
    with st.expander("The passage beside its original"):
        left, right = st.columns(2)
        start, end = passage(take, found.copy.start, found.copy.notes)
        with left:
            st.caption("In this take")
            ours = listening(excerpt(take, start, end), "copy-take", height=180, unasked=0)
        with right:
            st.caption("In the music it learned from")
            original = excerpt(found.original.piece, found.original.start, found.original.end)
            theirs = listening(original, "copy-original", height=180, unasked=0)
    return [ours, theirs]


def copy_sentence(found: Originality, name: str) -> str:
    """What the longest copy is, and where it stands."""
    if found.original is None:
        return "No two notes in a row of this take stand in the music it learned from."
    bar = found.original.bar
    where = f"of {name}" if bar is None else f"from bar {bar} of {name}"
    lower = found.copy.semitones
    if lower:
        where += f", {many(abs(lower), 'semitone')} {'lower' if lower > 0 else 'higher'}"
    return (
        "The longest passage that also stands in the music it learned from has "
        f"**{many(found.copy.notes, 'note')}**: {where}. "
        f"{share(round(1000 * found.share), 1000)} of its passages of {PASSAGE} notes stand there."
    )


def usual_sentence(found: Originality, usual: Usual) -> str:
    """What that means beside real music that the network never saw."""
    pieces = len(usual.longest)
    middle = usual.longest[pieces // 2]
    copied_less = bisect_left(usual.longest, found.copy.notes) / pieces
    verdict = "It copies no more than real pieces do"
    if found.copy.notes > usual.longest[-1]:
        verdict = "It copies more than any of them: it has learned this by heart"
    elif copied_less >= MUCH:
        verdict = "It copies more than most real pieces do"
    return (
        f"Of {many(pieces, 'real piece')} that it never saw, half share passages of {middle} notes "
        f"or more with that music, at most {usual.longest[-1]}; and "
        f"{share(round(1000 * usual.share), 1000)} of their passages of {PASSAGE} notes. {verdict}."
    )


def copies_figure(found: Originality, usual: Usual | None) -> go.Figure:
    """The share of a take's passages that are known already, by their length, beside the range of
    nine in ten held-out pieces."""
    lengths = [str(notes) for notes in NGRAMS]
    figure = go.Figure()
    if usual is not None:
        low, middle, high = (_percentiles(usual, percent) for percent in (5, 50, 95))
        figure.add_bar(
            x=lengths,
            y=[b - a for a, b in zip(low, high, strict=True)],
            base=low,
            width=0.5,
            name="90% of real pieces",
            marker={"color": GREY, "opacity": 0.35},
            customdata=list(zip(low, high, strict=True)),
            hovertemplate="%{customdata[0]:.1f} to %{customdata[1]:.1f}%",
        )
        figure.add_scatter(
            x=lengths,
            y=middle,
            name="their middle",
            mode="markers",
            marker={"symbol": "line-ew-open", "size": 26, "color": GREY, "line": {"width": 2}},
            hovertemplate="%{y:.1f}%",
        )
    figure.add_scatter(
        x=lengths,
        y=[100 * part for part in found.shares],
        name="this take",
        mode="lines+markers",
        line={"color": palette()[0]},
        marker={"size": 10},
        hovertemplate="%{y:.1f}%",
    )
    return figure.update_layout(
        height=HEIGHT,
        margin={**MARGIN, "t": _LEGEND},
        dragmode=False,
        hovermode="x unified",
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
        xaxis={"title": "notes of a passage", "type": "category"},
        yaxis={"title": "known already (%)", "range": [-3, 105]},
    )


def copy_rows(found: Originality, usual: Usual | None) -> Rows:
    """A row for each length of passages."""
    rows: Rows = []
    for i, notes in enumerate(NGRAMS):
        row: dict[str, object] = {
            "Notes of a passage": notes,
            "Known already, this take (%)": round(100 * found.shares[i], 2),
        }
        if usual is not None:
            for what, percent in (("5th percentile", 5), ("middle", 50), ("95th percentile", 95)):
                row[f"Real pieces, {what} (%)"] = round(_percentiles(usual, percent)[i], 2)
        rows.append(row)
    return rows


def _percentiles(usual: Usual, percent: float) -> list[float]:
    """This percentile of the held-out pieces' shares, in percent, for each of `NGRAMS`."""
    return [100 * float(np.percentile(column, percent)) for column in usual.shares]
