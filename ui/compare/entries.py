"""A visitor's runs as they are compared: read once, each with a name of its own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from math import prod

from models.baselines import Baselines
from models.config import PRESETS
from models.listeners import NO_SCORE, Listeners, Score
from models.store import Epoch, Run, Store
from models.summary import weight_shapes
from ui.naming import COMES_ALONG, called
from ui.workspace import Workspace


@dataclass(frozen=True)
class Entry:
    """One run. `name` differs from that of every other run of the visitor, `size` is in bytes.

    `best` is what the epoch with the lowest held-out loss measured, where nothing was held out the
    last epoch, and None before the first. `heard` is how often listeners told the run's music from
    the original.
    """

    run: Run
    name: str
    pinned: bool
    history: tuple[Epoch, ...]
    kept: tuple[int, ...]
    baselines: Baselines | None
    size: int
    heard: Score = NO_SCORE

    @property
    def id(self) -> str:
        return self.run.id

    @property
    def best(self) -> Epoch | None:
        measured = [e for e in self.history if e.held_out is not None]
        if not measured:
            return self.history[-1] if self.history else None
        return min(measured, key=lambda e: (e.held_out, e.number))

    @property
    def held_out(self) -> float | None:
        """The lowest held-out loss in nats a token."""
        return self.best.held_out if self.best else None

    @property
    def nats_per_note(self) -> float | None:
        """What the best epoch achieves on held-out music: compares across encodings."""
        return self.best.nats_per_note if self.best else None

    @property
    def seconds(self) -> float:
        """Time of learning."""
        return sum(epoch.seconds for epoch in self.history)

    @property
    def parameters(self) -> int:
        return sum(map(prod, weight_shapes(self.run.encoding, self.run.network).values()))

    @property
    def network(self) -> str:
        """The preset's title, or where else it is from."""
        if called(self.run) == COMES_ALONG:
            return COMES_ALONG
        preset = PRESETS.get(self.run.preset)
        own = preset is None or preset.network != self.run.network
        return "Own network" if own or preset is None else preset.title


def entries_of(workspace: Workspace, store: Store) -> list[Entry]:
    """This visitor's runs, newest first."""
    runs = workspace.runs()
    one_music = len({run.title for run in runs}) == 1
    found = [_entry(workspace, store, run, one_music) for run in runs]
    times = Counter(entry.name for entry in found)
    return [
        replace(entry, name=f"{entry.name} · {entry.id[:4]}") if times[entry.name] > 1 else entry
        for entry in found
    ]


def _entry(workspace: Workspace, store: Store, run: Run, one_music: bool) -> Entry:
    note = workspace.run_note(run.id)
    return Entry(
        run,
        note.name or default_name(run, one_music),
        note.pinned,
        tuple(store.history(run.id)),
        tuple(store.kept(run.id)),
        store.baselines(run.id),
        workspace.run_size(run.id),
        Listeners(store).heard(run.id, workspace.id),
    )


def default_name(run: Run, one_music: bool) -> str:
    """What a run is called that nobody has named: its network, and the music that it learned where
    that is not the same for all."""
    return called(run) if one_music else f"{run.title} · {called(run)}"
