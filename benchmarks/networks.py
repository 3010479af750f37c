"""A trained network for every visitor of a benchmark: that for chorales which ships with Gruve."""

from __future__ import annotations

from collections.abc import Sequence

from models.files import Files
from models.shipped import SHIPPED, shipped_store
from models.store import Run, Store
from ui.workspace import Workspace

MUSIC = "bach-chorales"


def furnish(url: str, tokens: Sequence[str]) -> Run:
    """Give the workspaces of these tokens, in the store at `url`, the shipped network."""
    shipped, store, files = shipped_store(), Store(url), Files(url)
    run = shipped.load(SHIPPED[MUSIC])
    corpus = shipped.corpus(run.id)
    for token in tokens:
        workspace = Workspace(token, files, store)
        workspace.add_run(store.create(run, corpus, workspace.id))
    kept = set(shipped.kept(run.id))
    for epoch in shipped.history(run.id):
        if epoch.number in kept:
            store.save_epoch(run.id, epoch, shipped.weights(run.id, epoch.number))
        else:
            store.save_measured(run.id, epoch)
    return run
