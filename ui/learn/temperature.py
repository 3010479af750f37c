"""Chapter: what temperature does to probabilities, and to music."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from models.config import ConfigError
from models.generation import Sampling, TakeSettings
from models.learn.foretelling import softmax
from models.store import Store, StoreError
from models.takes import MadeTake, TakeRecipe, make_takes, own_way
from ui.learn import Finish
from ui.learn.drawing import drawn, probabilities
from ui.learn.example import Example, Network
from ui.learn.loss import choose_asked, shown_values
from ui.learn.passage import needed
from ui.listening import listening
from ui.page import plain
from ui.shelf import id_of

NOTES = 48
"""Notes of each take."""

HEARD = (0.5, 1.0, 1.5)
"""Temperatures that can be heard beside each other."""


def show(example: Example) -> Sequence[Finish]:
    """One prediction at every temperature, and three takes from one seed."""
    network = needed(example)
    if network is None:
        return ()
    st.write(
        "The network gives probabilities; one value is drawn by them. *Temperature* divides the "
        "logits first: below 1 the likely gets likelier, above 1 the unlikely gets its chance."
    )
    st.latex(r"p_i(T) = \frac{e^{y_i / T}}{\sum_j e^{y_j / T}}")
    _one(network)
    st.subheader("To the ear", anchor=False)
    return _takes(network)


def _one(network: Network) -> None:
    """Probabilities at a chosen note, before and after."""
    chosen = choose_asked(network, "temperature")
    if chosen is None:
        return
    found, at, field = chosen
    encoding = network.run.encoding
    logits, came = found.logits[field][at], int(found.rows[at, field])
    heat = st.slider("Temperature", 0.1, 3.0, 0.5, 0.05, key="temperature")
    before, after = softmax(logits), softmax(logits, heat)
    values = shown_values(logits, came)
    drawn(
        probabilities(
            [encoding.value_words(field, v) for v in values],
            after[values],
            values.index(came),
            before=before[values],
        ),
        key="temperature-odds",
        alt=f"Probabilities of the likeliest values at temperature 1 and at {heat:g}.",
    )
    left, middle, right = st.columns(3)
    left.metric("The likeliest", f"{after.max():.1%}", _points(after.max() - before.max()))
    middle.metric("What came", f"{after[came]:.1%}", _points(after[came] - before[came]))
    right.metric(
        "As unsure as among …",
        f"{_choices(after):.1f} values",
        f"{_choices(after) - _choices(before):+.1f}",
        delta_color="off",
        help="e to the entropy of the probabilities, in nats: the number of equally likely values "
        "that would be as uncertain.",
    )
    st.caption(
        "The changes are against temperature 1. Towards 0 only the likeliest is left: that is the "
        "chapter's argmax, and it soon repeats itself."
    )


def _points(change: float) -> str:
    return f"{100 * change:+.1f} points"


def _choices(p: np.ndarray) -> float:
    """exp of the entropy."""
    some = p[p > 0]
    return float(np.exp(-(some * np.log(some)).sum()))


def _takes(network: Network) -> Sequence[Finish]:
    """The same seed at three temperatures: they begin with the same throws of the dice."""
    seed = st.session_state.setdefault("temperature-seed", 1)
    if st.button("Other takes", key="temperature-other", icon=":material/casino:"):
        seed = st.session_state["temperature-seed"] = seed + 1
    try:
        made = _made(network.store.url, network.run.id, network.epoch, seed)
    except (StoreError, ConfigError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return ()
    st.caption(
        f"{NOTES} notes each, all from seed {seed}: the same throws of the dice, other "
        "probabilities."
    )
    sounds = []
    for column, heat, take in zip(st.columns(len(HEARD)), HEARD, made, strict=True):
        with column:
            pitches = len({p for row in take.rows.tolist() for p in _sounding(network, row)})
            st.markdown(f"**Temperature {heat:g}**: {pitches} different pitches")
            sounds.append(
                listening(take.piece, key=f"temperature-take-{heat:g}", height=200, pickable=False)
            )
            for fault in take.faults[:1]:
                st.caption(plain(fault.words))
    return sounds


def _sounding(network: Network, row: list[int]) -> tuple[int, ...]:
    encoding = network.run.encoding
    return () if encoding.is_end(row) else encoding.sounding(row)


@st.cache_resource(max_entries=8, ttl=1800, show_spinner="Making music …")
def _made(url: str, run_id: str, epoch: int, seed: int) -> list[MadeTake]:
    store = Store(url)
    way = own_way(store.load(run_id))
    recipes = [
        TakeRecipe(run_id, epoch, TakeSettings(NOTES, Sampling(heat), seed, way)) for heat in HEARD
    ]
    return [
        replace(take, piece=replace(take.piece, digest=id_of(recipe.to_json())))
        for recipe, take in zip(recipes, make_takes(store, recipes), strict=True)
    ]
