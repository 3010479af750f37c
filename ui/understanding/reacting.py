"""What the units of a network react to: measured, in words, as a figure and as numbers."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from models.reactions import Reaction, Reactions
from musiccore.labels import FEATURES
from ui.counts import Rows, many
from ui.explore.show import show
from ui.figures import HEIGHT, MARGIN

SHOWN = 5
"""The units that react most, as lines."""

LISTED = 50
"""The same, in the table."""


def show_reactions(found: Reactions, held_out: bool) -> None:
    """Choose what to react to; the units that do, by how much, and what they look like."""
    if not found.found:
        st.info("There is too little music to measure what the units react to.")
        return
    name = st.segmented_control(
        "What happens in the music",
        list(found.found),
        default=next(iter(found.found)),
        required=True,
        format_func=lambda name: FEATURES[name].title,
        key="reactions-feature",
        wrap=True,
    )
    reaction = found.found[name]
    where = "that it never learned from" if held_out else "that it learned from"
    st.caption(
        f"{FEATURES[name].title}: {FEATURES[name].meant}. Measured on {many(found.rows, 'note')} "
        f"of {many(found.pieces, 'piece')} {where}. A unit reacts as strongly as the groups of "
        "notes tell how high its state is: the share of its variance between them (eta squared). "
        "Chance is what the strongest of all units reaches in 95 of 100 deals of the same groups "
        "to other notes, in blocks."
    )
    sentence = summary(found, reaction)
    if len(reaction.strongest):
        show(sentence, figure(found, reaction, name), table(found, reaction), f"reactions-{name}")
    else:
        st.write(sentence)


def summary(found: Reactions, reaction: Reaction) -> str:
    """How many units react, and how much the strongest does."""
    units, strongest = sum(found.layers), reaction.strongest
    chance = f"{reaction.chance:.1%}"
    if not len(strongest):
        return f"None of the {units:,} units reacts more than chance would have it ({chance})."
    first = int(strongest[0])
    high, low = (reaction.groups[i] for i in _extremes(reaction, first))
    return (
        f"**{len(strongest):,} of {units:,} units** react more than chance would have it ({chance} "
        f"of the variance). The strongest is {name_of(found, first)}: it explains "
        f"{reaction.share[first]:.1%}, highest at “{high}”, lowest at “{low}”."
    )


def name_of(found: Reactions, index: int) -> str:
    """A unit as the heat maps call it."""
    layer, number = found.unit(index)
    return f"layer {layer + 1}, unit {number + 1}"


def _extremes(reaction: Reaction, index: int) -> tuple[int, int]:
    means = reaction.means[:, index]
    return int(means.argmax()), int(means.argmin())


def figure(found: Reactions, reaction: Reaction, name: str) -> go.Figure:
    """The mean state of the strongest units in each group of notes."""
    drawn = go.Figure(
        [
            go.Scatter(
                x=list(reaction.groups),
                y=reaction.means[:, index].tolist(),
                mode="lines+markers",
                name=name_of(found, index),
                hovertemplate="%{x}: %{y:.2f}",
            )
            for index in reaction.strongest[:SHOWN].tolist()
        ]
    )
    return drawn.update_layout(
        height=HEIGHT,
        margin=MARGIN,
        dragmode=False,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        xaxis={"title": FEATURES[name].title, "type": "category"},
        yaxis={"title": "Mean state (−1 to 1)", "range": [-1.05, 1.05]},
    )


def table(found: Reactions, reaction: Reaction) -> Rows:
    """The strongest units, with their means."""
    rows: Rows = []
    for index in reaction.strongest[:LISTED].tolist():
        layer, number = found.unit(index)
        means = {
            f"Mean at {group}": round(float(mean), 3)
            for group, mean in zip(reaction.groups, reaction.means[:, index], strict=True)
        }
        rows.append(
            {
                "Layer": layer + 1,
                "Unit": number + 1,
                "Explained (%)": round(100 * float(reaction.share[index]), 2),
                "Chance (%)": round(100 * reaction.chance, 2),
                **means,
            }
        )
    return rows
