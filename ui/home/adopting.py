"""A network that comes with Gruve becomes one of the visitor's runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from models.run import Run
from models.shipped import LEARNED, SHIPPED, shipped_store
from models.takes import MadeTake
from musiccore.starters import STARTERS
from ui.shelf import Entry
from ui.workspace import Workspace, store


def adopt(workspace: Workspace, name: str) -> Run:
    """Put the network of a starter set among the visitor's runs and choose it.

    All that adopt it share one copy. Raises `KeyError` where no network of that name ships.
    """
    run_id, shipped = LEARNED[name].run, shipped_store()
    created = datetime.now(UTC).isoformat(timespec="seconds")
    run = replace(shipped.load(run_id), created=created)
    kept = store().create(run, shipped.corpus(run_id), workspace.id)
    if LEARNED[name].epoch not in store().kept(run_id):
        _copy(run_id)
    # It takes little room: no other run has to go for it.
    workspace.add_run(kept, workspace.run_ids)
    return kept


def _copy(run_id: str) -> None:
    shipped, own = shipped_store(), store()
    kept = set(shipped.kept(run_id))
    for epoch in shipped.history(run_id):
        if epoch.number in kept:
            own.save_epoch(run_id, epoch, shipped.weights(run_id, epoch.number))
        else:
            own.save_measured(run_id, epoch)
    for number, rows in shipped.samples(run_id).items():
        own.save_sample(run_id, number, rows)
    if (baselines := shipped.baselines(run_id)) is not None:
        own.save_baselines(run_id, baselines)
    own.set_status(run_id, shipped.status(run_id))


def adopt_take(workspace: Workspace, made: MadeTake) -> None:
    """Lay a take open on the Generate page."""
    entry = Entry(
        id=workspace.keep_recipe(made.recipe.to_json()),
        run=made.recipe.run,
        notes=len(made.piece),
        seconds=made.piece.seconds,
    )
    workspace.change_takes(lambda takes: takes.opened([entry]))


def offer_shipped(workspace: Workspace) -> None:
    """A button for each network that comes with Gruve; a press makes it one of the visitor's."""
    with st.container(horizontal=True, key="shipped"):
        for name in SHIPPED:
            st.button(
                STARTERS[name].title,
                key=f"adopt-{name}",
                icon=":material/graphic_eq:",
                on_click=_adopt,
                args=(workspace, name),
            )


def _adopt(workspace: Workspace, name: str) -> None:
    adopt(workspace, name)
