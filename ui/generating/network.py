"""Which network plays: a run, and one of its epochs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from models.run import Run
from ui.glossary import what_is
from ui.naming import label
from ui.workspace import Workspace, store


class Player(NamedTuple):
    """A run as it stood after an epoch."""

    run: Run
    epoch: int


def playable(workspace: Workspace) -> dict[str, Run]:
    """The visitor's runs of which some epoch is kept, by id, newest first."""
    return {run.id: run for run in workspace.runs() if store().kept(run.id)}


def choose_network(workspace: Workspace, runs: dict[str, Run]) -> Player:
    """The controls."""
    current, state = workspace.run, st.session_state
    left, right = st.columns([2, 1])
    if state.get("run") not in runs:
        state["run"] = current.id if current and current.id in runs else next(iter(runs))
    run_id = left.selectbox(
        "Trained network",
        list(runs),
        format_func=lambda r: label(workspace, runs[r]),
        key="run",
    )
    workspace.choose_run(run_id)
    kept, best = store().kept(run_id), store().best(run_id)
    chosen, key = workspace.choice(f"epoch-{run_id}", 0), epoch_key(run_id, kept)
    if state.get(key) not in kept:
        state[key] = chosen if chosen in kept else best if best in kept else kept[-1]
    epoch = right.selectbox(
        "Epoch",
        kept,
        format_func=lambda n: f"{n} (best)" if n == best else str(n),
        key=key,
        help="The network as it stood after this epoch. Early ones stumble, late ones may copy."
        + what_is("epoch"),
    )
    # Who leaves it at the best epoch means the best, also when more is learned.
    workspace.choose(**{f"epoch-{run_id}": 0 if epoch == best else epoch})
    return Player(runs[run_id], epoch)


def epoch_key(run_id: str, kept: Sequence[int]) -> str:
    """Of the control that says which of the `kept` epochs plays."""
    return f"epoch-{run_id}-{len(kept)}"
