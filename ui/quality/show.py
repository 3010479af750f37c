"""How typical a take is of the music that its network learned from, and how original."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import numpy as np
import streamlit as st

from models.store import Run
from models.typical import (
    FEWEST,
    Reference,
    Standing,
    as_excerpts,
    bars_for,
    is_distance,
    material,
    reference,
    shares_of,
    standings,
    typical_share,
)
from musiccore.metrics import Excerpts
from musiccore.piece import Piece
from ui.counts import Rows, many
from ui.explore.show import show
from ui.originality import show_originality
from ui.quality.figures import shares_figure, spread_figure, standing_figure
from ui.quality.words import OF_ALL, WORDS, unusual, verdict
from ui.workspace import Workspace, store

TOO_SHORT = (
    "This take, or all the music that its network learned from, is shorter than a bar: too short "
    "to be measured side by side."
)

_MOST_UNUSUAL = 3


def show_quality(workspace: Workspace, run: Run, take: Piece) -> list[Callable[[], None]]:
    """Statistics of a take beside the corpus, then its originality; what is returned adds the
    sound, to be called last."""
    st.header("How typical is it?", anchor=False)
    measured = measure(run, take)
    if measured is None:
        st.info(TOO_SHORT)
    else:
        known, found = measured
        said = "\n- ".join(
            [f"{typical_sentence(known, found)}\n", *unusual_sentences(known, found)]
        )
        figure = standing_figure({"this take": found}, says=known.says)
        show(said.strip(), figure, standing_rows(known, found), "quality")
        st.caption(overlap_sentence(known, found))
        _closely(run, take, known, found)
    st.header("How original is it?", anchor=False)
    return show_originality(workspace, run, take)


def measure(run: Run, take: Piece) -> tuple[Reference, Mapping[str, Standing]] | None:
    """What is typical of a run's corpus, and where a take lies in it; None of too short a one.
    Raises `StoreError`."""
    settings = json.dumps([run.corpus, run.encoding.to_json()], sort_keys=True)
    music, excerpts = _material(settings, run.id), as_excerpts(run, take)
    bars = bars_for(music, excerpts)
    if bars is None:
        return None
    known = _reference(settings, bars, run.encoding.positions > 1, music)
    return known, standings(known, excerpts)


@st.cache_resource(max_entries=4, ttl=1800, show_spinner="Looking through the corpus …")
def _material(settings: str, _run_id: str) -> Excerpts:
    """The corpus of a run. Shared by visitors, so nobody's names are in it."""
    return material(store(), store().load(_run_id))


@st.cache_resource(max_entries=16, ttl=1800, show_spinner="Measuring the corpus …")
def _reference(settings: str, bars: int, rhythm: bool, _music: Excerpts) -> Reference:
    return reference(_music, bars, rhythm)


def typical_sentence(known: Reference, found: Mapping[str, Standing]) -> str:
    """How many of the measures are typical, and of how many that is so in real pieces."""
    cut = f"in excerpts of {many(known.bars, 'bar')}"
    if not known.says:
        return (
            f"The corpus has {many(known.pieces, 'piece')} that long: too few to say what is "
            f"typical of it. With {FEWEST} or more there is a verdict. Where this take lies among "
            f"them, {cut}:"
        )
    typical, measures = typical_share(found)
    usual = round(float(np.median(known.usual_typical)) * measures)
    return (
        f"**{typical} of {measures}** measures are typical: they lie, {cut}, where {OF_ALL} of the "
        f"{known.pieces} pieces of the corpus do. Half of those pieces come to {usual} of "
        f"{measures} themselves, or more."
    )


def unusual_sentences(known: Reference, found: Mapping[str, Standing]) -> list[str]:
    """The measures in which a take is furthest from typical; none where nobody can say."""
    if not known.says:
        return []
    outside = [name for name, standing in found.items() if not standing.typical]
    outside.sort(key=lambda name: -_beyond(found[name]))
    return [unusual(name, found[name]) for name in outside[:_MOST_UNUSUAL]]


def _beyond(standing: Standing) -> float:
    """How far a take lies outside, in widths of what is typical; 1 where all pieces are the same
    there."""
    width = standing.high - standing.low
    outside = max(standing.low - standing.value, standing.value - standing.high)
    return outside / width if width > 0 else 1.0


def overlap_sentence(known: Reference, found: Mapping[str, Standing]) -> str:
    """The overlap with the corpus beside that of real pieces."""
    areas = [s.overlap.area for s in found.values() if s.overlap is not None]
    usual = [known.usual_overlap[name][1] for name in found if name in known.usual_overlap]
    if not areas or not usual:
        return "All pieces of the corpus are alike in all measures: there is nothing to overlap."
    return (
        f"Overlap of its distances with those within the corpus (Yang and Lerch 2020): "
        f"{np.mean(areas):.2f} on average over the measures, 1 at most. Real pieces of the corpus "
        f"come to {np.mean(usual):.2f}."
    )


def standing_rows(known: Reference, found: Mapping[str, Standing]) -> Rows:
    """A row a measure."""
    rows: Rows = []
    for name in (name for name in WORDS if name in found):
        words, standing = WORDS[name], found[name]
        low, middle, high = known.usual_overlap.get(name, (None, None, None))
        over = standing.overlap
        rows.append(
            {
                "Measure": words.title,
                "This take": words.number(standing.value),
                "Unit": words.unit,
                "Verdict": verdict(name, standing) if known.says else "too few pieces to say",
                "Corpus, 5th percentile": words.number(standing.low),
                "Corpus, middle": words.number(standing.middle),
                "Corpus, 95th percentile": words.number(standing.high),
                "Pieces that have less (%)": round(standing.percentile, 1),
                "Overlap": None if over is None else round(over.area, 3),
                "Divergence (nats)": None if over is None else round(over.divergence, 3),
                "Overlap of real pieces, 5th percentile": _rounded(low),
                "Overlap of real pieces, middle": _rounded(middle),
                "Overlap of real pieces, 95th percentile": _rounded(high),
                "What it means": words.what,
            }
        )
    return rows


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _closely(run: Run, take: Piece, known: Reference, found: Mapping[str, Standing]) -> None:
    """One measure with the whole spread of the corpus."""
    with st.expander("One measure closely"):
        names = [name for name in WORDS if name in found]
        name = st.selectbox(
            "Measure",
            names,
            index=names.index("durations") if "durations" in names else 0,
            format_func=lambda n: WORDS[n].title,
            key=f"quality-measure-{len(names)}",
        )
        words, standing = WORDS[name], found[name]
        said = f"{words.what} {verdict(name, standing).capitalize()}." if known.says else words.what
        st.write(said)
        if is_distance(name):
            own = shares_of(name, known, as_excerpts(run, take))
            figure = shares_figure(name, known.shares[name], own, known.bar)
        else:
            figure = spread_figure(name, known.values[name], standing)
        st.plotly_chart(figure, key="quality-closely", config={"displayModeBar": False}, alt=said)
