"""A visitor's runs: which there are, which one is looked at, what they are called."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from models.quota import visitor_bytes
from models.store import Run
from ui.contents import Contents, Kept

MAX_RUN_NAME = 60
"""Characters of what a visitor calls a run."""


class RunNote(NamedTuple):
    """What a run is to a visitor: what they call it (empty: nothing yet), and whether it is pinned,
    so that it stays where room runs out."""

    name: str = ""
    pinned: bool = False


class OwnRuns(Kept):
    """The part of a workspace that is runs."""

    @property
    def run_ids(self) -> tuple[str, ...]:
        """The ids of this visitor's runs, oldest first."""
        return tuple(self._contents.runs)

    def runs(self) -> list[Run]:
        """This visitor's runs, newest first."""
        return [
            self._store.load(r, self.id) for r in reversed(self._contents.runs) if r in self._store
        ]

    def add_run(self, run: Run, busy: Collection[str] = ()) -> None:
        """Remember a run and select it. Where the visitor's runs take more than they may, those
        used longest ago go; not those that are pinned or `busy` learning."""
        with self._changing() as contents:
            contents.runs = [r for r in contents.runs if r != run.id] + [run.id]
            contents.run = run.id
            contents.used[run.id] = time.time()
            sizes = self._run_sizes(contents)
            spared = {run.id, *busy, *(r for r in sizes if self.run_note(r).pinned)}
            others = sorted(sizes.keys() - spared, key=lambda r: contents.used.get(r, 0.0))
            for oldest in others:
                if sum(sizes.values()) <= visitor_bytes():
                    break
                self._store.remove_owner(oldest, self.id)
                contents.runs.remove(oldest)
                del sizes[oldest]

    def run_note(self, run_id: str) -> RunNote:
        """What this visitor calls a run, and whether it is pinned."""
        ownership = self._store.ownership(run_id, self.id)
        return RunNote(ownership.name, ownership.pinned) if ownership else RunNote()

    def note_run(self, run_id: str, note: RunNote) -> None:
        """Call a run something, pin it or let go of it again."""
        ownership = self._store.ownership(run_id, self.id)
        if ownership is not None and note != self.run_note(run_id):
            name = " ".join(note.name.split())[:MAX_RUN_NAME]
            changed = replace(ownership, name=name, pinned=note.pinned)
            self._store.add_owner(run_id, self.id, changed)

    def leave_run(self, run_id: str) -> None:
        """Know of a run no more; `Engine.forget` is what takes it out of the store."""
        with self._changing() as contents:
            contents.runs = [r for r in contents.runs if r != run_id]
            contents.used.pop(run_id, None)

    def run_size(self, run_id: str) -> int:
        """Bytes that a run takes in the store."""
        return self._files.size(f"runs/{run_id}")

    def _run_sizes(self, contents: Contents) -> dict[str, int]:
        return {r: self.run_size(r) for r in contents.runs}

    @property
    def run(self) -> Run | None:
        """The run that is looked at; else the newest."""
        runs = {run.id: run for run in self.runs()}
        return runs.get(self._contents.run) or next(iter(runs.values()), None)

    def choose_run(self, run_id: str) -> None:
        if run_id != self._contents.run and run_id in self._contents.runs:
            with self._changing() as contents:
                contents.run = run_id
                contents.used[run_id] = time.time()
            self._files.touch(f"runs/{run_id}")
