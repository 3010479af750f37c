"""What a choice amounts to, live: parameters, memory, time, and what is remarkable about it."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from models.config import ConfigError, NetworkConfig, TrainingConfig
from models.data import Corpus, Feed, divide
from models.estimates import Estimate, estimate
from models.files import Files
from models.recipe import Recipe
from models.summary import Summary, remarks, summarize
from musiccore.encoding import Encoding
from ui.counts import many
from ui.training.machine import memory_bound
from ui.words import duration
from ui.workspace import store


class Material(NamedTuple):
    """What a training is given: `tokens` to learn from and `batches` an epoch."""

    tokens: int
    batches: int


@st.cache_data(max_entries=64, show_spinner=False)
def _material(
    digest: str, settings: str, _encoding: Encoding, _corpus: Corpus, _recipe: Recipe
) -> Material:
    network, training = _recipe.network, _recipe.training
    learn, _ = divide(_encoding, _corpus, network, training)
    tokens = sum(len(piece.rows) for piece in learn.pieces)
    return Material(tokens, Feed(_encoding, learn, network, training).batches)


def material(encoding: Encoding, corpus: Corpus, recipe: Recipe) -> Material:
    """Raises `ConfigError` where the music is too little for the recipe."""
    training = recipe.training
    settings = (
        recipe.network.objective,
        training.batch_size,
        training.sequence_length,
        training.held_out,
        training.seed,
    )
    return _material(corpus.digest, repr((encoding.name, settings)), encoding, corpus, recipe)


def estimated(encoding: Encoding, recipe: Recipe, batches: int) -> Estimate | None:
    """Seconds an epoch on this machine, as far as earlier trainings tell."""
    return estimate(Files(store().url), encoding, recipe.network, recipe.training, batches)


def takes(encoding: Encoding, corpus: Corpus, recipe: Recipe) -> str:
    """How long a recipe takes here with this music, in a sentence; empty where nothing like it was
    measured, or the music is too little for it."""
    try:
        found = estimated(encoding, recipe, material(encoding, corpus, recipe).batches)
    except ConfigError:
        return ""
    if found is None:
        return ""
    seconds = found.seconds * recipe.training.epochs
    return f"About {duration(max(1, seconds))} for {recipe.training.epochs} epochs here."


def show_figures(
    encoding: Encoding,
    network: NetworkConfig,
    training: TrainingConfig,
    given: Material | None,
) -> Summary:
    """Parameters, memory and time. `given` is None where the music is too little."""
    summary = summarize(encoding, network, training)
    with st.container(horizontal=True, gap="medium", key="design-figures"):
        st.metric("Parameters", f"{summary.parameters:,}", width="content")
        st.metric(
            "Memory, about",
            f"{summary.bytes / 2**30:.1f} GiB",
            width="content",
            help="What training takes, TensorFlow itself (0.7 GiB) included.",
        )
        found = None
        if given is not None:
            recipe = Recipe(encoding.name, network, training)
            found = estimated(encoding, recipe, given.batches)
        if found is not None:
            st.metric("An epoch, about", _seconds(found.seconds), width="content")
            total = found.seconds * training.epochs
            words = many(training.epochs, "epoch")
            st.metric(f"{words}, about", duration(max(1, total)), width="content")
    if found is not None:
        st.caption(
            "Times were measured on this machine, in "
            f"{many(found.trainings, 'training')} of networks like this one."
        )
    elif given is not None:
        st.caption(
            "No estimate of the time: no network like this one was trained on this machine so far."
        )
    if given is not None:
        st.caption(
            f"Learns from {given.tokens:,} tokens: {given.batches:,} "
            f"batch{'es' * (given.batches != 1)} an epoch."
        )
    return summary


def warn(
    summary: Summary, network: NetworkConfig, training: TrainingConfig, given: Material
) -> None:
    """What is remarkable about the choice: below the drawing, which then stays where it is."""
    for said in remarks(summary, network, training, given.tokens, memory_bound()).values():
        st.warning(said, icon=":material/warning:")


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else duration(seconds)
