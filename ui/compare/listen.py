"""Takes side by side: several runs with the same settings and seed, or one run epoch by epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from models.config import ConfigError
from models.store import StoreError
from models.takes import own_way
from musiccore.encoding import EncodingError
from ui.compare.entries import Entry
from ui.glossary import what_is
from ui.listening import listening
from ui.page import plain
from ui.takes import TakeChoice, take
from ui.workspace import Workspace

MOST_NOTES = 500
USUAL_EPOCHS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""The epochs to hear at first, as far as there are so many: most is learned early."""

_ROLL_PIXELS = 220

Finish = Callable[[], None]


@dataclass(frozen=True)
class Same:
    """What is the same in all takes that are heard beside each other."""

    notes: int
    temperature: float
    seed: int

    def of(self, entry: Entry, epoch: int) -> TakeChoice:
        way = own_way(entry.run)
        return TakeChoice(entry.id, epoch, self.notes, self.temperature, 0, 1.0, self.seed, way)


def choose_same(workspace: Workspace) -> Same:
    """The controls."""
    left, middle, right = st.columns(3)
    same = Same(
        left.number_input(
            "Length of each (notes)",
            8,
            MOST_NOTES,
            workspace.choice("compare-notes", 60),
            step=10,
            key="compare-notes",
        ),
        round(
            middle.number_input(
                "Temperature",
                0.0,
                3.0,
                workspace.choice("compare-temperature", 1.0),
                step=0.05,
                key="compare-temperature",
                help="Below 1 plays safe, above 1 dares more; 0 always takes the likeliest note."
                + what_is("temperature"),
            ),
            4,
        ),
        right.number_input(
            "Seed",
            0,
            2**32 - 1,
            workspace.choice("compare-seed", 0),
            key="compare-seed",
            help="Another number, other takes. The same number makes the same music again."
            + what_is("seed"),
        ),
    )
    workspace.choose(
        **{
            "compare-notes": same.notes,
            "compare-temperature": same.temperature,
            "compare-seed": same.seed,
        }
    )
    return same


def hear_runs(chosen: Sequence[Entry], same: Same) -> list[Finish]:
    """A take by the best epoch of each run; what is returned adds the sound, last on the page."""
    ready = [
        (f"run-{entry.id}", f"**{plain(entry.name)}**, epoch {best.number}", entry, best.number)
        for entry in chosen
        if (best := entry.best) is not None and best.number in entry.kept
    ]
    if not ready:
        st.caption("None of these networks has learned an epoch yet.")
    return _side_by_side(ready, same)


def hear_epochs(entry: Entry, epochs: Sequence[int], same: Same) -> list[Finish]:
    """A take by each of these epochs of one run."""
    measured = {e.number: e for e in entry.history}
    labels = []
    for epoch in sorted(epochs):
        held = measured[epoch].held_out
        said = "" if held is None else f", held-out loss {held:.3f} nats a token"
        best = ", the best" if entry.best is not None and entry.best.number == epoch else ""
        labels.append((f"epoch-{entry.id}-{epoch}", f"**Epoch {epoch}**{said}{best}", entry, epoch))
    return _side_by_side(labels, same)


def choose_epochs(entry: Entry) -> list[int]:
    """The epochs of a run to hear, of those whose network is kept."""
    chosen = st.multiselect(
        "Epochs",
        entry.kept,
        usual_epochs(entry),
        key=f"epochs-{entry.id}-{len(entry.kept)}",
        help="Early ones stumble, late ones may copy." + what_is("epoch"),
    )
    if len(entry.kept) < len(entry.history):
        st.caption("The networks of some epochs were thinned out to save room: those are missing.")
    return chosen


def usual_epochs(entry: Entry) -> list[int]:
    """Of the kept epochs those that one hears first: some early ones, the best and the last."""
    if not entry.kept:
        return []
    dear = {entry.kept[-1], *(e for e in USUAL_EPOCHS if e in entry.kept)}
    if entry.best is not None and entry.best.number in entry.kept:
        dear.add(entry.best.number)
    return sorted(dear)


def _side_by_side(takes: Iterable[tuple[str, str, Entry, int]], same: Same) -> list[Finish]:
    """(key, label as Markdown, run, epoch) of each; two in a row, one below another on a phone."""
    finish: list[Finish] = []
    takes = list(takes)
    for i in range(0, len(takes), 2):
        for column, (key, label, entry, epoch) in zip(
            st.columns(2), takes[i : i + 2], strict=False
        ):
            with column.container(border=True, key=f"take-{key}"):
                st.markdown(label)
                try:
                    piece = take(same.of(entry, epoch))
                except (StoreError, ConfigError, EncodingError) as error:
                    st.error(plain(str(error)), icon=":material/error:")
                else:
                    finish.append(listening(piece, f"player-{key}", _ROLL_PIXELS, pickable=False))
    return finish
