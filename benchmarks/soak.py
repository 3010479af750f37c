"""Ten visitors who listen and generate, then one of them trains as well: what all processes of the
app take, and whether it grows.

`GRUVE_BENCH_SECONDS` is how long it lasts in all; `GRUVE_BENCH_SECONDS=3600` is what tells growth.
The curve is written to `GRUVE_BENCH_PLOT`, else to `gruve-soak.svg` in the system's folder for
temporary files.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import matplotlib as mpl

from benchmarks.acts import (
    Act,
    choose,
    compare,
    explore,
    generate,
    learn,
    listen,
    start_training,
    visit,
    watch_training,
)
from benchmarks.app import ROOT, served, wait_until_up
from benchmarks.networks import furnish
from benchmarks.result import Result
from benchmarks.tree import MIB, Sample, Watch, measure_name, slope
from benchmarks.visitors import Visitor
from models.config import PRESETS
from models.recipe import Recipe, to_text

mpl.use("svg")
from matplotlib import pyplot

VISITORS = 10
SECONDS = float(os.environ.get("GRUVE_BENCH_SECONDS", "1200"))
"""Of the whole measurement: a third to fill the caches, then listening and generating, then a third
with somebody who trains."""

FILLING, TRAINING = 0.33, 0.67
"""Shares of the time at which the caches count as full, and at which somebody begins to train."""

PAUSE = (3.0, 12.0)
"""Seconds that a visitor looks and listens after an act, drawn anew each time."""

ACTS = (generate, generate, generate, listen, choose, explore, compare, learn)
"""Not Train: who opens that page has the training process started."""

PLOT = os.environ.get("GRUVE_BENCH_PLOT") or Path(tempfile.gettempdir(), "gruve-soak.svg")
PROMISED = {"listen and generate": 1024 * MIB, "and one trains": 1638 * MIB}


@dataclass
class Soaked:
    """What came of it: memory by time, the seconds at which phases began, acts by name."""

    samples: list[Sample]
    filled: float
    trained: float
    acts: Counter[str] = field(default_factory=Counter)
    sessions: int = 0
    troubles: list[str] = field(default_factory=list)

    @property
    def listening(self) -> list[Sample]:
        return [s for s in self.samples if s.seconds < self.trained]

    @property
    def training(self) -> list[Sample]:
        return [s for s in self.samples if s.seconds >= self.trained]

    def growth(self, size: Callable[[Sample], int], samples: Sequence[Sample]) -> str:
        """Of something, by the hour, once caches are full; and over how many minutes."""
        settled = [(s.seconds, size(s)) for s in samples if s.seconds >= self.filled]
        minutes = (settled[-1][0] - settled[0][0]) / 60 if settled else 0.0
        return f"{slope(settled) / MIB:+,.0f} MiB an hour, over {minutes:.0f} min"


async def soak(address: str, visitors: list[Visitor], watch: Watch, seconds: float) -> Soaked:
    """Let the visitors do what they do for so long; from `TRAINING` on the first one trains."""
    acts: Counter[str] = Counter()

    def log(act: Act) -> None:
        acts[act.name] += 1

    def over() -> bool:
        return watch.now >= seconds

    async def trains() -> None:
        await asyncio.sleep(TRAINING * seconds)
        recipe = Recipe("notes", PRESETS["quick"].network, PRESETS["quick"].training)
        for seed in range(1, 1000):  # each seed is another training
            if over():
                return
            training = replace(recipe.training, seed=seed)
            async with Visitor(address, visitors[0].token, visitors[0].troubles) as tab:
                await start_training(tab, to_text(replace(recipe, training=training)), log)
                await watch_training(tab)

    trainer = asyncio.create_task(trains())
    await asyncio.gather(
        *(
            visit(visitor, ACTS, random.Random(number), log, over, PAUSE)  # noqa: S311
            for number, visitor in enumerate(visitors)
        )
    )
    trainer.cancel()
    with suppress(asyncio.CancelledError):
        await trainer
    troubles = [trouble for visitor in visitors for trouble in visitor.troubles]
    opened = sum(visitor.sessions for visitor in visitors)
    return Soaked(watch.samples, FILLING * seconds, TRAINING * seconds, acts, opened, troubles)


def measure() -> list[Result]:
    with (
        tempfile.TemporaryDirectory() as store,
        served(ROOT / "streamlit_app.py", store) as (address, process),
    ):
        visitors = [Visitor(address) for _ in range(VISITORS)]
        furnish(store, [visitor.token for visitor in visitors])
        wait_until_up(address)
        with Watch(process) as watch:
            found = asyncio.run(soak(address, visitors, watch, SECONDS))
    plot(found, Path(PLOT))
    print(f"  {dict(found.acts)}; the curve: {PLOT}", file=sys.stderr)
    for trouble in found.troubles:
        print(f"  {trouble}", file=sys.stderr)
    return results(found)


def results(found: Soaked) -> list[Result]:
    phases = {"listen and generate": found.listening, "and one trains": found.training}
    rows = [
        Result(
            f"memory of all processes ({measure_name()}) while {VISITORS} visitors {what}, at most",
            f"{most.tree / MIB:,.0f} MiB ({most.words()})",
            "–",
            "–",
            f"under {PROMISED[what] / 2**30:.1f} GiB",
        )
        for what, samples in phases.items()
        for most in [max(samples, key=lambda s: s.tree)]
    ]
    took = found.samples[-1].seconds
    done = (
        f"{took / 60:.0f} min, {found.sessions:,} sessions, {sum(found.acts.values()):,} acts, "
        f"{found.acts['a take']:,} takes, {found.acts['start']:,} trainings"
    )
    return [
        *rows,
        Result(
            f"its growth once caches are full, nobody training ({done})",
            found.growth(lambda s: s.lasting, found.listening),
            "–",
            "–",
            "none",
        ),
        Result(
            "growth of the web process in that time",  # later Dask comes into it as well
            found.growth(lambda s: s.web, found.listening),
            "–",
            "–",
            "none",
        ),
        Result("errors that these visitors saw", str(len(found.troubles)), "–", "–", "none"),
    ]


def plot(found: Soaked, file: Path) -> None:
    """Memory by time: the whole tree, and the web process of it."""
    minutes = [s.seconds / 60 for s in found.samples]
    figure, axes = pyplot.subplots(figsize=(9, 4), layout="constrained")
    axes.plot(minutes, [s.tree / MIB for s in found.samples], label="all processes", lw=0.8)
    axes.plot(minutes, [s.web / MIB for s in found.samples], label="web process", lw=0.8)
    axes.axvline(found.filled / 60, color="grey", ls=":", lw=0.8)
    axes.axvline(found.trained / 60, color="grey", ls="--", lw=0.8, label="one begins to train")
    axes.set(xlabel="minutes", ylabel=f"MiB ({measure_name()})", ylim=(0, None))
    axes.set_title(f"{VISITORS} visitors listen and generate", fontsize=10)
    axes.legend(frameon=False)
    figure.savefig(file)
    pyplot.close(figure)
