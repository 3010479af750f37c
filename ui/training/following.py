"""A run under way, and what one has come to."""

from __future__ import annotations

import streamlit as st

from models.jobs import Job
from models.listeners import Listeners
from models.store import Epoch, Run
from ui.blind.words import everybody_sentence
from ui.counts import many
from ui.curves import against_counting, curve_rows, learning_curve
from ui.explore.show import show
from ui.glossary import what_is
from ui.page import plain
from ui.runs import continue_run, engine
from ui.training.answers import answer_of
from ui.words import duration
from ui.workspace import Workspace, store

_EVERY = 1.0  # seconds between two looks at a training


@st.fragment(run_every=_EVERY)
def following(run: Run, workspace: Workspace) -> None:
    """A run under way, drawn anew every second; the whole page once it has ended."""
    job = engine().job(run.id, workspace.id)
    if job is None:
        st.rerun()
        return
    # First, so that it stays where it is while what is below comes and goes.
    if st.button("Stop", key="train-stop", disabled=job.stopping, icon=":material/stop:"):
        engine().stop(run.id, workspace.id)
        st.rerun(scope="fragment")
    _progress(job)
    history = store().history(run.id)
    if history:
        _curve(run, history, job.epochs, learning=True)


def _progress(job: Job) -> None:
    progress = job.progress
    if job.stopping:
        st.caption("Stopping after this batch; the epochs that are complete are kept …")
    if job.waiting:
        st.info(plain(job.waiting), icon=":material/hourglass_top:")
        return
    if progress is None:
        if job.place:
            st.info(f"Waiting: {many(job.place, 'training')} before this one.")
        else:
            st.info("Starting the training process: the first time it takes some seconds …")
        return
    st.progress(
        min(1.0, (progress.epoch - 1 + progress.batch / progress.batches) / job.epochs),
        f"Epoch {progress.epoch} of {job.epochs}",
    )
    st.progress(
        progress.batch / progress.batches,
        f"Batch {progress.batch} of {progress.batches}, loss {progress.loss:.3f} nats a token",
    )
    said = []
    if progress.tokens_per_second is not None:
        said.append(f"{progress.tokens_per_second:,.0f} tokens a second")
    if progress.seconds_left is not None:
        said.append(f"about {duration(progress.seconds_left)} left")
    if said:
        st.caption(" · ".join(said))


def finished(run: Run, workspace: Workspace) -> None:
    """What a run that is not being trained has come to, and how to go on."""
    everything = store().history(run.id)
    # Somebody may have asked for more of the same, or this visitor for less than before.
    history = everything[: run.training.epochs]
    _state(run, workspace, history, len(everything))
    if history:
        if st.button(
            "Generate music with it",
            key="train-next",
            type="primary",
            icon=":material/graphic_eq:",
        ):
            st.switch_page("pages/4_Generate.py")
        _curve(run, history, len(history), learning=False)
        _best(history)
        _heard(run, workspace)
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    more = left.number_input(
        "More epochs",
        1,
        1000,
        10,
        key="more-epochs",
        help="How many epochs to learn beyond those that are there. It goes on exactly where it "
        "stood." + what_is("epoch"),
    )
    if right.button("Continue", key="train-continue", icon=":material/resume:"):
        continue_run(workspace, run, len(history) + more)
        st.rerun()
    if history and not store().goes_on(run.id):
        st.caption("It came here with one epoch alone: Continue trains it again from epoch 1.")


def _state(run: Run, workspace: Workspace, history: list[Epoch], learned: int) -> None:
    status = engine().status(run.id, workspace.id)
    answered = answer_of(run)
    if status.state == "failed":
        st.error(plain(status.message), icon=":material/error:")
    elif answered:
        st.success(answered, icon=":material/bolt:")
    elif status.message and learned == len(history):
        st.info(plain(status.message), icon=":material/info:")
    elif status.state == "stopped" and not history:
        st.info("Stopped before the first epoch was complete: nothing was learned yet.")
    elif status.state in ("done", "stopped"):
        word = "Stopped after" if status.state == "stopped" else "Learned"
        st.success(f"{word} {many(len(history), 'epoch')}.")
    if learned > len(history):
        st.caption(
            f"{many(learned, 'epoch')} are there; you asked for {len(history)}. Ask for more, and "
            "they are shown at once."
        )


def _best(history: list[Epoch]) -> None:
    measured = [e for e in history if e.held_out is not None]
    best = min(measured, key=lambda e: (e.held_out, e.number)) if measured else history[-1]
    with st.container(horizontal=True, gap="large", key="best"):
        st.metric(
            "Best epoch",
            best.number,
            width="content",
            help="The one with the lowest held-out loss." + what_is("held-out"),
        )
        st.metric("Training loss (nats a token)", f"{best.loss:.3f}", width="content")
        if best.held_out is not None:
            st.metric("Held-out loss (nats a token)", f"{best.held_out:.3f}", width="content")
        if best.accuracy is not None:
            st.metric("Right at first guess", f"{best.accuracy:.1%}", width="content")
    if best.held_out is None:
        st.caption("Nothing was held out: there is one piece only, or the held-out share is 0.")
    st.caption(f"{duration(sum(e.seconds for e in history))} of learning")


def _heard(run: Run, workspace: Workspace) -> None:
    """What the blind test came to, where somebody took it."""
    listeners = Listeners(store())
    own = listeners.game(run.id, workspace.id).score
    if said := everybody_sentence(own, listeners.others(run.id, workspace.id)):
        st.caption(f"Original or generated? {said}")


def _curve(run: Run, history: list[Epoch], epochs: int, *, learning: bool) -> None:
    baselines = store().baselines(run.id)
    said = against_counting(history, baselines)
    if not said and history[-1].held_out is None:
        said = "The loss on music that is learned from."
    elif not said and learning:
        said = "What counting alone achieves is being counted …"
    show(
        said or "The loss on music that is learned from, and on music held out.",
        learning_curve(history, epochs, baselines=baselines),
        curve_rows(history),
        "learning-curve",
    )
