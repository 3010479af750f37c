"""Who waits for which training, and in what order they come: Dask is not needed to say that."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from models.training import Progress


class Task(Protocol):
    """What a worker was given to do: of Dask's `Future` all that is needed here."""

    @property
    def key(self) -> Any: ...

    def cancel(self) -> object: ...


@dataclass(frozen=True)
class Job:
    """One training under way, as one of those who wait for it sees it: `place` in the queue (0: its
    turn has come) and the last progress. `waiting` says in a sentence what a cluster keeps it
    waiting for, where it does."""

    run_id: str
    epochs: int
    place: int
    progress: Progress | None
    stopping: bool
    waiting: str = ""


class Wish(NamedTuple):
    """How far somebody wants a run to be trained; with no `patience`, all the way."""

    epochs: int
    patience: int = 0

    @classmethod
    def of_all(cls, wishes: Collection[Wish]) -> Wish:
        """What has to be done for all of these to come true."""
        patience = [wish.patience for wish in wishes]
        return cls(max(wish.epochs for wish in wishes), all(patience) * max(patience))

    def covers(self, other: Wish) -> bool:
        """Whether whoever wishes `other` has it when this has come true."""
        return self.epochs >= other.epochs and (
            not self.patience or (bool(other.patience) and self.patience >= other.patience)
        )


@dataclass
class Submitted:
    """A training that the workers were given: who wishes what of it (by owner), what is wished
    `late`, when it stops already, and how it stands. `turn` is how many trainings of those who wish
    it came before it."""

    task: Task
    wish: Wish
    wishes: dict[str, Wish]
    late: dict[str, Wish] = field(default_factory=dict)
    progress: Progress | None = None
    stopping: bool = False
    again: bool = False
    forgotten: bool = False
    resuming: bool = False
    turn: int = 0


def waiting(owner: str, submitted: Mapping[str, Submitted]) -> int:
    """How many trainings of this owner come before their next one. Whoever has fewer goes first, so
    that nobody waits for all that somebody else has queued."""
    return sum(owner in job.wishes for job in submitted.values())


def place(run_id: str, submitted: Mapping[str, Submitted], workers: int) -> int:
    """How many trainings have to end before this one begins, with so many workers."""
    queue = sorted(
        submitted,  # in the order they came; sorting keeps that among equals
        key=lambda r: (submitted[r].progress is None, submitted[r].turn),
    )
    return max(0, queue.index(run_id) + 1 - max(1, workers))
