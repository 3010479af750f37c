"""Map: each piece a point, alike pieces near each other; a click plays one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from musiccore.features import PieceTable
from musiccore.projection import (
    FEWEST_NEIGHBOURS,
    METHODS,
    MOST_NEIGHBOURS,
    Projection,
    ProjectionError,
    project,
)
from ui.counts import Rows, many
from ui.explore.music import Music, table_of
from ui.explore.one_piece import facts
from ui.explore.pieces import NO_KEY
from ui.explore.show import show
from ui.figures import MARGIN
from ui.listening import listening
from ui.page import plain
from ui.theme import GREY
from ui.warming import imported

LIBRARIES = (
    "scipy.linalg",
    "scipy.sparse",
    "scipy.stats",
    "sklearn.decomposition",
    "sklearn.manifold",
)
"""What takes seconds to import: in short steps, for whoever asks for the map after a while."""

MOST_METRES = 7
"""Metres that get a colour of their own; rarer ones share one."""

MOST_LOADINGS = 3
_POINT = 9  # pixels across
_METHOD_HELP = (
    "*PCA* (principal component analysis) turns all statistics so that the plane keeps most of the "
    "differences. *t-SNE* keeps neighbours together, but distances and directions mean little."
)


@st.cache_data(max_entries=32, ttl=1800, show_spinner="Drawing the map …")
def projection_of(music_id: str, method: str, _table: PieceTable) -> Projection:
    imported(*LIBRARIES)
    return project(_table.described, method)


def section(music: Music) -> Callable[[], None] | None:
    """The map, and the player of the piece that was clicked."""
    table = table_of(music)
    with st.container(horizontal=True, gap="medium"):
        colour = st.segmented_control(
            "Colour", list(COLOURS), default="Key", required=True, key="explore-map-colour"
        )
        method = METHODS[0]
        if FEWEST_NEIGHBOURS <= len(music) <= MOST_NEIGHBOURS:
            method = st.segmented_control(
                "Map by",
                METHODS,
                default=METHODS[0],
                required=True,
                key="explore-map-method",
                help=_METHOD_HELP,
            )
    try:
        projection = projection_of(music.id, method, table)
    except ProjectionError as error:
        st.info(str(error), icon=":material/info:")
        return None
    names = [piece.name for piece in music.pieces]
    figure = COLOURS[colour](projection, table, [hover(n, table, i) for i, n in enumerate(names)])
    chosen = show(
        sentence(projection, table),
        figure,
        map_rows(projection, table, names),
        # A point is known by its place in one figure: another figure begins with none chosen.
        "map",
        version=f"{music.id}-{method}-{colour}",
        zoom=True,
        selectable=True,
    )
    if not chosen:
        st.caption("Click a point to hear the piece.")
        return None
    piece = music.whole[chosen[0]]
    st.header(plain(piece.name), anchor=False)
    st.write(facts(table, chosen[0]))
    return listening(piece, key="map-player", pickable=False)


def sentence(projection: Projection, table: PieceTable) -> str:
    """What the axes tell; of `t-SNE` that they tell nothing."""
    pieces = f"Each of the {many(len(table), 'point')} is a piece"
    if not projection.kept:
        return (
            f"{pieces}, and pieces with similar statistics are neighbours. The two directions mean "
            f"nothing by themselves. {len(table.described)} statistics were compared."
        )
    kept = sum(projection.kept)
    across, up = (_axis(loadings) for loadings in projection.loadings)
    return (
        f"{pieces}. The plane keeps {kept:.0%} of what {len(projection.loadings[0])} "
        f"statistics differ in: {projection.kept[0]:.0%} across, "
        f"{projection.kept[1]:.0%} up. Further right means mostly {across}; further up "
        f"mostly {up}."
    )


def _axis(loadings: dict[str, float]) -> str:
    strongest = list(loadings.items())[:MOST_LOADINGS]
    return ", ".join(f"{'higher' if pull > 0 else 'lower'} {name}" for name, pull in strongest)


def by_key(projection: Projection, table: PieceTable, words: Sequence[str]) -> go.Figure:
    """Coloured by the sharps of the key signature, the symbol saying major or minor."""
    modes: dict[str, list[int]] = {"major": [], "minor": [], NO_KEY: []}
    for i, key in enumerate(table.keys):
        modes[NO_KEY if key is None else "minor" if key.minor else "major"].append(i)
    symbols = {"major": "circle", "minor": "diamond", NO_KEY: "x"}
    figure = go.Figure()
    for mode, members in modes.items():
        if members:
            sharps = [key.sharps if (key := table.keys[i]) else 0 for i in members]
            marker = {"symbol": symbols[mode], "color": sharps, "coloraxis": "coloraxis"}
            _add(figure, projection, words, members, mode, marker)
    ticks = [-5, -3, 0, 3, 6]
    scale = {
        "cmin": -5,
        "cmax": 6,
        "colorbar": {
            "title": {"text": "key signature", "side": "top"},
            "tickvals": ticks,
            "ticktext": ["5 ♭", "3 ♭", "none", "3 ♯", "6 ♯"],
        },
    }
    return _map(figure, projection, scale)


def by_metre(projection: Projection, table: PieceTable, words: Sequence[str]) -> go.Figure:
    """A colour for each of the most frequent metres."""
    figure = go.Figure()
    frequent = [metre for metre, _ in Counter(table.metre).most_common(MOST_METRES)]
    groups: dict[str, list[int]] = {metre: [] for metre in [*frequent, "other"]}
    for i, metre in enumerate(table.metre):
        groups[metre if metre in groups else "other"].append(i)
    for metre, members in groups.items():
        if members:
            _add(figure, projection, words, members, metre, {})
    return _map(figure, projection)


def by_size(projection: Projection, table: PieceTable, words: Sequence[str]) -> go.Figure:
    """Coloured by the number of notes, on a logarithmic scale."""
    figure = go.Figure()
    size = np.log10(np.maximum(table.notes, 1))
    members = list(range(len(table)))
    _add(figure, projection, words, members, "pieces", {"color": size, "coloraxis": "coloraxis"})
    ticks = np.linspace(size.min(), size.max(), 4)
    scale = {
        "colorbar": {
            "title": {"text": "notes", "side": "top"},
            "tickvals": ticks,
            "ticktext": [f"{10**tick:,.0f}" for tick in ticks],
        }
    }
    return _map(figure, projection, scale)


COLOURS: dict[str, Callable[[Projection, PieceTable, Sequence[str]], go.Figure]] = {
    "Key": by_key,
    "Metre": by_metre,
    "Size": by_size,
}


def hover(name: str, table: PieceTable, i: int) -> str:
    """What is said of a point; Plotly would take a stranger's file name for HTML."""
    key = table.keys[i]
    return (
        f"{escape(name)}<br>{key.name if key else 'no key found'}, {table.metre[i]}, "
        f"{many(int(table.notes[i]), 'note')}"
    )


def map_rows(projection: Projection, table: PieceTable, names: Sequence[str]) -> Rows:
    return [
        {
            "Piece": name,
            "Across": round(float(across), 3),
            "Up": round(float(up), 3),
            "Key": key.name if key else NO_KEY,
            "Metre": metre,
            "Notes": int(notes),
        }
        for name, (across, up), key, metre, notes in zip(
            names, projection.points, table.keys, table.metre, table.notes, strict=True
        )
    ]


def _add(
    figure: go.Figure,
    projection: Projection,
    words: Sequence[str],
    members: list[int],
    name: str,
    marker: Mapping[str, object],
) -> None:
    figure.add_scatter(
        x=projection.points[members, 0],
        y=projection.points[members, 1],
        mode="markers",
        name=name,
        marker={"size": _POINT, "line": {"width": 1, "color": GREY}, **marker},
        customdata=[[i] for i in members],
        text=[words[i] for i in members],
        hovertemplate="%{text}<extra></extra>",
    )


def _map(
    figure: go.Figure, projection: Projection, scale: dict[str, Any] | None = None
) -> go.Figure:
    axes = [f" ({kept:.0%})" for kept in projection.kept] or ["", ""]
    figure.update_layout(
        height=520,
        margin={**MARGIN, "t": 72},
        dragmode=False,
        hovermode="closest",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        showlegend=len(figure.data) > 1,
        xaxis={"title": f"across{axes[0]}", "zeroline": False},
        yaxis={"title": f"up{axes[1]}", "zeroline": False},
    )
    if scale:
        bar = {
            "orientation": "h",
            "y": -0.16,
            "yanchor": "top",
            "thickness": 12,
        }
        coloraxis = {**scale, "colorbar": {**bar, **scale["colorbar"]}}
        figure.update_layout(coloraxis=coloraxis)
    return figure
