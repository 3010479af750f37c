"""What of a choice is learned already: answered at once, or only the rest is trained."""

from __future__ import annotations

import time
from typing import NamedTuple

import streamlit as st

from models.recipe import Recipe
from models.store import Run
from ui.counts import many
from ui.runs import answered_at_once, encoded, engine, run_of, start
from ui.training.presets import preset_of
from ui.workspace import Workspace, store

_KEY = "answered"


class Standing(NamedTuple):
    """How a choice stands before Train is pressed: a sentence, and whether pressing is of use."""

    said: str
    open: bool = True


def standing(workspace: Workspace, run: Run) -> Standing:
    """What Train would do for the run of a choice, whether it is kept yet or not."""
    epochs = run.training.epochs
    job = engine().job(run.id, workspace.id)
    if job is not None and job.epochs >= epochs and not job.stopping:
        return Standing("This is being trained: see below.", open=False)
    learned = len(store().history(run.id))
    if answered_at_once(workspace, run):
        return Standing(f"Already trained: {many(min(learned, epochs), 'epoch')}, ready at once.")
    if refused := engine().refusal:
        return Standing(refused, open=False)
    waiting = sum(engine().job(r, workspace.id) is not None for r in workspace.run_ids)
    wait = (
        f" It waits for {many(waiting, 'other training')} of yours."
        if waiting and job is None
        else ""
    )
    if not learned:
        return Standing(wait.strip())
    if not store().goes_on(run.id):
        return Standing(
            f"It came here with one epoch alone: it is trained again from epoch 1.{wait}"
        )
    rest = f"epochs {learned + 1} to {epochs}" if epochs > learned + 1 else f"epoch {epochs}"
    return Standing(f"{many(learned, 'epoch')} learned already: only {rest} to train.{wait}")


def ask(workspace: Workspace, recipe: Recipe) -> Run:
    """What pressing Train does. Where all was learned already, remembers how long that took.

    Raises `ConfigError` or `EncodingError` where the music does not suffice.
    """
    begun = time.perf_counter()
    music = encoded(workspace, recipe.encoding)
    learned = answered_at_once(workspace, run_of(workspace, music, recipe))
    run = start(workspace, recipe, preset_of(recipe.network))
    st.session_state.pop(_KEY, None)
    if learned:
        st.session_state[_KEY] = (run.id, run.training.epochs, time.perf_counter() - begun)
    return run


def answer_of(run: Run) -> str:
    """How the run was answered, where it was from what was there; else empty."""
    run_id, epochs, seconds = st.session_state.get(_KEY, ("", 0, 0.0))
    if run_id != run.id or epochs != run.training.epochs:
        return ""
    learned = min(epochs, len(store().history(run.id)))
    return f"Already trained: {many(learned, 'epoch')}, from cache in {max(seconds, 0.01):.2g} s."
