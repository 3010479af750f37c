"""The takes that are heard side by side, measured: how typical each is, and how original."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from models.config import ConfigError
from models.originality import PASSAGE, Originality, Usual, originality, usual_for
from models.store import StoreError
from models.typical import Reference, Standing, typical_share
from musiccore.encoding import EncodingError
from ui.compare.entries import Entry
from ui.compare.listen import Same
from ui.counts import Rows, many
from ui.explore.show import show
from ui.originality import music_of
from ui.page import plain
from ui.quality.figures import standing_figure
from ui.quality.show import TOO_SHORT, measure
from ui.quality.words import WORDS, verdict
from ui.takes import take
from ui.theme import palette

NONE = "–"


@dataclass(frozen=True, eq=False)
class Measured:
    """A run's take beside the run's own corpus."""

    entry: Entry
    known: Reference
    standings: Mapping[str, Standing]
    originality: Originality
    usual: Usual | None


def measure_runs(chosen: Sequence[Entry], same: Same) -> None:
    """What the takes by the best epoch of each run come to, where the visitor asks for it."""
    if not st.toggle("Measure these takes", key="measure-takes"):
        return
    found = [one for entry in chosen if (one := _measured(entry, same)) is not None]
    if not found:
        st.caption(TOO_SHORT)
        return
    st.table(quality_table(found))
    takes = {one.entry.name: one.standings for one in found}
    figure = standing_figure(takes, palette(), all(one.known.says for one in found))
    version = "-".join(["", *(one.entry.id[:4] for one in found)])
    show(quality_sentence(found), figure, quality_rows(found), "compare-quality", version=version)


def _measured(entry: Entry, same: Same) -> Measured | None:
    if entry.best is None or entry.best.number not in entry.kept:
        return None
    try:
        piece = take(same.of(entry, entry.best.number))
        measured = measure(entry.run, piece)
    except (StoreError, ConfigError, EncodingError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    if measured is None:
        return None
    music = music_of(entry.id)
    return Measured(
        entry, *measured, originality(entry.run, music, piece), usual_for(music, len(piece))
    )


def quality_sentence(found: Sequence[Measured]) -> str:
    """Which take is the most typical, as Markdown."""
    if not all(one.known.says for one in found):
        return "A corpus has too few pieces to say what is typical; this is where takes lie in it."
    shares = [np.divide(*typical_share(one.standings)) for one in found]
    best = found[int(np.argmax(shares))]
    typical, measures = typical_share(best.standings)
    lead = "Most typical of its corpus is the take by" if len(found) > 1 else "The take by"
    return (
        f"{lead} **{plain(best.entry.name)}**{': ' if len(found) > 1 else ' is typical in '}"
        f"{typical} of {measures} measures. What 90% of real pieces have is shaded. One take says "
        "little: try other seeds, and longer ones."
    )


def quality_table(found: Sequence[Measured]) -> dict[str, list[str]]:
    """Columns for `st.table`, as Markdown: what, then one a run."""
    what = [
        "Typical measures",
        "Overlap with the corpus (1 at most)",
        "Longest copy",
        f"Passages of {PASSAGE} notes known already",
        "The same of real pieces",
    ]
    columns = {"": what}
    for one in found:
        typical, measures = typical_share(one.standings)
        areas = [s.overlap.area for s in one.standings.values() if s.overlap is not None]
        usual = one.usual
        columns[plain(one.entry.name)] = [
            f"{typical} of {measures}" if one.known.says else "too few pieces to say",
            f"{np.mean(areas):.2f}" if areas else NONE,
            many(one.originality.copy.notes, "note"),
            f"{one.originality.share:.1%}",
            f"{usual.share:.1%}" if usual else NONE,
        ]
    return columns


def quality_rows(found: Sequence[Measured]) -> Rows:
    """A row a measure, with the number and the verdict of each run's take."""
    rows: Rows = []
    for name, words in WORDS.items():
        if not any(name in one.standings for one in found):
            continue
        row: dict[str, object] = {"Measure": words.title, "Unit": words.unit}
        for one in found:
            standing, who = one.standings.get(name), one.entry.name
            row[who] = words.number(standing.value) if standing else None
            row[f"{who}: verdict"] = (
                verdict(name, standing) if standing and one.known.says else None
            )
        rows.append(row)
    return rows
