"""Ready experiments: several runs that differ in one thing alone, begun by one click."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from models.config import PRESETS, ConfigError, NetworkConfig, TrainingConfig
from models.jobs import Job
from models.recipe import Recipe
from musiccore.encoding import EncodingError
from ui.compare.entries import Entry
from ui.compare.table import tick_these
from ui.glossary import what_is
from ui.page import plain
from ui.runs import engine, start
from ui.training.choice import kept
from ui.words import duration
from ui.workspace import Workspace


@dataclass(frozen=True)
class Experiment:
    """`networks`: (preset, or "" where it is none, network) of each run."""

    title: str
    what: str
    icon: str
    networks: tuple[tuple[str, NetworkConfig], ...]


_QUICK = PRESETS["quick"].network


def _stacked(layers: int) -> tuple[str, NetworkConfig]:
    network = replace(_QUICK, layers=_QUICK.layers[:1] * layers)
    return ("quick" if network == _QUICK else "", network)


EXPERIMENTS: Mapping[str, Experiment] = {
    "cells": Experiment(
        "GRU against LSTM against plain RNN",
        "Three networks that differ in their cells alone: with two gates, with three, with none.",
        ":material/compare_arrows:",
        tuple((name, PRESETS[name].network) for name in ("quick", "lstm", "rnn")),
    ),
    "layers": Experiment(
        "How many layers",
        "The Quick network with one, two and three GRU layers of the same size.",
        ":material/layers:",
        tuple(_stacked(layers) for layers in (1, 2, 3)),
    ),
}

EPOCHS = 10
"""How long each run of an experiment learns at first."""

MOST_EPOCHS = 1000


def training_of(workspace: Workspace, epochs: int) -> tuple[str, TrainingConfig]:
    """The encoding and the training that were chosen last on the Train page, for so many epochs:
    the same for every run of an experiment, so that they differ in one thing alone."""
    recipe = kept(workspace)
    return recipe.encoding, replace(recipe.training, epochs=epochs, patience=0)


def begin(workspace: Workspace, name: str, epochs: int) -> list[str]:
    """Keep the runs of an experiment on the chosen music and queue those that have not learned so
    many epochs yet; the ids of all.

    Raises `ConfigError` or `EncodingError` where the music does not suffice.
    """
    encoding, training = training_of(workspace, epochs)
    return [
        start(workspace, Recipe(encoding, network, training), preset).id
        for preset, network in EXPERIMENTS[name].networks
    ]


def offer(workspace: Workspace, *, busy: bool) -> None:
    """A card for each experiment, on the chosen music."""
    encoding, training = training_of(workspace, EPOCHS)
    st.write(f"On your chosen music, **{plain(workspace.corpus_title)}**, one after the other.")
    st.caption(
        f"All learn as chosen last on the Train page: encoding {encoding}, batch size "
        f"{training.batch_size}, sequences of {training.sequence_length} notes, seed "
        f"{training.seed}, {training.optimizer} at a learning rate of {training.learning_rate:g}."
    )
    epochs = st.number_input(
        "Epochs of each network",
        1,
        MOST_EPOCHS,
        workspace.choice("compare-epochs", EPOCHS),
        key="compare-epochs",
        width=200,
        help="What has learned so many epochs already is not computed again; fewer are continued."
        + what_is("epoch"),
    )
    for column, (name, experiment) in zip(
        st.columns(len(EXPERIMENTS)), EXPERIMENTS.items(), strict=True
    ):
        with column.container(border=True, height="stretch", vertical_alignment="distribute"):
            with st.container():
                st.markdown(f"**{experiment.title}**")
                st.write(experiment.what)
            started = st.button(
                "Start",
                key=f"experiment-{name}",
                icon=experiment.icon,
                disabled=busy,
            )
        if started:
            _start(workspace, name, epochs)
    st.page_link("pages/1_Music.py", label="Choose other music", icon=":material/library_music:")


def _start(workspace: Workspace, name: str, epochs: int) -> None:
    workspace.choose(**{"compare-epochs": epochs})
    try:
        ids = begin(workspace, name, epochs)
    except (ConfigError, EncodingError) as error:
        st.error(plain(str(error)), icon=":material/error:")
    else:
        tick_these(workspace, ids)
        st.rerun()


def under_way(workspace: Workspace, entries: list[Entry]) -> dict[str, Job]:
    """Run -> its training, of those that are queued or learning for this visitor; the next to end
    first."""
    found = {entry.id: engine().job(entry.id, workspace.id) for entry in entries}
    jobs = {run_id: job for run_id, job in found.items() if job is not None}
    return dict(sorted(jobs.items(), key=lambda item: item[1].place))


@st.fragment(run_every=1.0)
def following(workspace: Workspace, entries: list[Entry], known: frozenset[str]) -> None:
    """The runs under way, drawn anew every second; the whole page whenever one has ended."""
    jobs = under_way(workspace, entries)
    if jobs.keys() != known:
        st.rerun()
    # First, so that it stays where it is while what is below comes and goes.
    if st.button(
        "Stop all",
        key="compare-stop",
        icon=":material/stop:",
        disabled=all(job.stopping for job in jobs.values()),
    ):
        for run_id in reversed(jobs):
            engine().stop(run_id, workspace.id)
        st.rerun(scope="fragment")
    names = {entry.id: entry.name for entry in entries}
    for run_id, job in jobs.items():
        st.progress(part(job), f"**{plain(names[run_id])}**: {words(job)}")


def part(job: Job) -> float:
    """How much of a training is done, 0 to 1."""
    if job.progress is None:
        return 0.0
    at = job.progress
    return min(1.0, (at.epoch - 1 + at.batch / at.batches) / at.epochs)


def words(job: Job) -> str:
    """How a training stands."""
    if job.stopping:
        return "stopping; the epochs that are complete are kept …"
    if job.progress is None:
        if job.place:
            return f"waiting for {job.place} training{'s' * (job.place != 1)} before it"
        return "starting; the first time it takes some seconds …"
    at = job.progress
    left = "" if at.seconds_left is None else f", about {duration(at.seconds_left)} left"
    return f"epoch {at.epoch} of {at.epochs}{left}"
