"""Fifty visitors who look round and generate while five train: how long pages take, what fails, and
whether whoever waits for a training gets their turn.

`GRUVE_BENCH_SECONDS` is how long it lasts, `GRUVE_BENCH_EPOCHS` how long each training is.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from statistics import median

from benchmarks.acts import (
    BROWSING,
    PAGES,
    Act,
    Log,
    generate,
    start_training,
    visit,
    watch_training,
)
from benchmarks.app import ROOT, served, wait_until_up
from benchmarks.networks import furnish
from benchmarks.result import Result
from benchmarks.visitors import Visitor
from models.config import PRESETS
from models.recipe import Recipe, to_text
from models.store import Store
from ui.workspace import id_of

VISITORS = 50
TRAINERS = 5
SECONDS = float(os.environ.get("GRUVE_BENCH_SECONDS", "300"))
EPOCHS = int(os.environ.get("GRUVE_BENCH_EPOCHS", "2"))
PAUSE = (5.0, 15.0)
"""Seconds that a visitor looks and listens after an act, drawn anew each time."""

GREEDY = 3
"""Trainings that the first of those who train queues before the others come with one each."""

RUSH_SECONDS = 60.0
"""In the first minute all visitors come at once, to an app that nobody has opened before."""

ACTS = (generate, *BROWSING)
LOOK_SECONDS = 0.5


@dataclass
class Loaded:
    """What came of it: what was done by its name, the seconds that pages took which were asked for
    in the rush and later, the trainings (number of the visitor, which of theirs) in the order in
    which their turn came, what went wrong."""

    acts: dict[str, list[Act]] = field(default_factory=lambda: defaultdict(list))
    rush: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)
    begun: list[tuple[int, int]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


async def load(address: str, store: Store, visitors: Sequence[Visitor], seconds: float) -> Loaded:
    """Let the first `TRAINERS` train and all others look round, for so many seconds and until all
    is learned."""
    found, start = Loaded(), time.monotonic()
    trainers, others = visitors[:TRAINERS], visitors[TRAINERS:]
    queued = asyncio.Event()

    def log(act: Act) -> None:
        found.acts[act.name].append(act)
        if act.name in PAGES:
            asked = time.monotonic() - act.shown.whole - start
            (found.rush if asked < RUSH_SECONDS else found.later).append(act.shown.page)

    def over() -> bool:
        return time.monotonic() - start >= seconds

    watcher = asyncio.create_task(_watch(store, trainers, found.begun))
    async with asyncio.TaskGroup() as group:
        for number, visitor in enumerate(trainers):
            group.create_task(_train(visitor, number, queued, log))
        for number, visitor in enumerate(others):
            chance = random.Random(number)  # noqa: S311
            group.create_task(visit(visitor, ACTS, chance, log, over, PAUSE))
    watcher.cancel()
    with suppress(asyncio.CancelledError):
        await watcher
    found.troubles = [trouble for visitor in visitors for trouble in visitor.troubles]
    return found


async def _train(visitor: Visitor, number: int, queued: asyncio.Event, log: Log) -> None:
    """The first visitor queues `GREEDY` trainings, one a tab; then all others queue one."""
    if number:
        await queued.wait()
    async with AsyncExitStack() as stack:
        tabs = []
        for k in range(1 if number else GREEDY):
            tab = Visitor(visitor.address, visitor.token, visitor.troubles)
            tabs.append(await stack.enter_async_context(tab))
            await start_training(tab, to_text(_recipe(number, k)), log)
        queued.set()
        await asyncio.gather(*map(watch_training, tabs))


def _recipe(number: int, k: int) -> Recipe:
    """The default preset with a seed of its own, so that no training is answered by another."""
    training = replace(PRESETS["quick"].training, epochs=EPOCHS, seed=GREEDY * number + k)
    return Recipe("notes", PRESETS["quick"].network, training)


async def _watch(store: Store, trainers: Sequence[Visitor], begun: list[tuple[int, int]]) -> None:
    """Note whose turn it is, whenever a training begins."""
    while True:
        for number, visitor in enumerate(trainers):
            for run in store.runs():
                if store.ownership(run.id, id_of(visitor.token)) is None:
                    continue
                which = (number, run.training.seed - GREEDY * number)
                if which not in begun and store.status(run.id).state != "waiting":
                    begun.append(which)
        await asyncio.sleep(LOOK_SECONDS)


def measure() -> list[Result]:
    with (
        tempfile.TemporaryDirectory() as folder,
        served(ROOT / "streamlit_app.py", folder) as (address, _),
    ):
        visitors = [Visitor(address) for _ in range(VISITORS + TRAINERS)]
        furnish(folder, [visitor.token for visitor in visitors[TRAINERS:]])
        wait_until_up(address)
        found = asyncio.run(load(address, Store(folder), visitors, SECONDS))
    for trouble in found.troubles:
        print(f"  {trouble}", file=sys.stderr)
    for name, acts in sorted(found.acts.items()):
        seconds = sorted(act.shown.page for act in acts)
        print(
            f"  {name}: {len(acts)} times, {median(seconds):.2f} s in the median, "
            f"{seconds[-1]:.2f} s at most; with its sound "
            f"{max(act.shown.whole for act in acts):.2f} s",
            file=sys.stderr,
        )
    return results(found)


def results(found: Loaded) -> list[Result]:
    takes = sorted(act.shown.page for act in found.acts.get("a take", ()))
    order = ", ".join(f"{'ABCDE'[number]}{k + 1}" for number, k in found.begun)
    rows = [
        Result(f"{what} ({len(pages)} pages)", _spread(pages), "–", "–", "under 5 s")
        for what, pages in (
            (
                f"a page while {VISITORS} visitors look round and generate and {TRAINERS} train, "
                "once the first minute is over",
                found.later,
            ),
            ("the same in that minute, all coming at once to an app just started", found.rush),
        )
        if pages
    ]
    rows += [
        Result("errors that they saw", str(len(found.troubles)), "–", "–", "none"),
        Result(
            f"trainings in turn: A queues {GREEDY}, then B to E one each",
            f"{order} ({'fair' if fair(found.begun) else 'not fair'})",
            "–",
            "–",
            "each one's first before anyone's second",
        ),
    ]
    if takes:
        rows.append(
            Result(
                f"a take at the same time ({len(takes)} takes)",
                f"{median(takes):.2f} s in the median, {takes[-1]:.2f} s at most",
                "–",
                "–",
                "–",
            )
        )
    return rows


def fair(begun: Sequence[tuple[int, int]]) -> bool:
    """Whether nobody's second training began before everybody's first."""
    rounds = [k for _, k in begun]
    return rounds == sorted(rounds) and len(rounds) == TRAINERS - 1 + GREEDY


def _spread(pages: Sequence[float]) -> str:
    seconds = sorted(pages)
    most = seconds[int(0.95 * len(seconds))]
    return (
        f"{median(seconds):.2f} s in the median, {most:.2f} s for 95%, {seconds[-1]:.2f} s at most"
    )
