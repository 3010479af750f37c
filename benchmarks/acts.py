"""What visitors of the benchmarks do: each act is one visit to a page and what is done there."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import NamedTuple

from benchmarks.visitors import Shown, Visitor

PAGES = ("Home", "Music", "Explore", "Train", "Generate", "Compare", "Learn")
SECTIONS = ("Instruments", "Notes and chords", "Offsets", "Rhythm and pitch", "Pieces", "Map")


WATCH_SECONDS = 5.0


class Act(NamedTuple):
    """What was done, and how long it took."""

    name: str
    shown: Shown


Log = Callable[[Act], object]
Doing = Callable[[Visitor, random.Random, Log], Awaitable[None]]


async def listen(visitor: Visitor, chance: random.Random, log: Log) -> None:
    """The music that Home makes or shows, as sound."""
    log(Act("Home", await visitor.open()))


async def choose(visitor: Visitor, chance: random.Random, log: Log) -> None:
    """Some piece of the starter set, heard."""
    log(Act("Music", await visitor.open("Music")))
    key = next(key for key in visitor.shows if key.startswith("piece-"))
    piece = chance.choice(visitor.options(key))
    log(Act("another piece", await visitor.hold(key, string_value=piece)))


async def explore(visitor: Visitor, chance: random.Random, log: Log) -> None:
    """One section of Explore."""
    log(Act("Explore", await visitor.open("Explore")))
    section = chance.choice(SECTIONS)
    value = {"string_array_value": {"data": [section]}}
    log(Act(section, await visitor.hold("explore-section", **value)))


async def look_at_train(visitor: Visitor, chance: random.Random, log: Log) -> None:
    log(Act("Train", await visitor.open("Train")))


async def generate(visitor: Visitor, chance: random.Random, log: Log) -> None:
    """A new take, heard. The visitor has a trained network."""
    log(Act("Generate", await visitor.open("Generate")))
    log(Act("a take", await visitor.press("generate-start")))


async def compare(visitor: Visitor, chance: random.Random, log: Log) -> None:
    log(Act("Compare", await visitor.open("Compare")))


async def learn(visitor: Visitor, chance: random.Random, log: Log) -> None:
    log(Act("Learn", await visitor.open("Learn")))


BROWSING: tuple[Doing, ...] = (listen, choose, explore, look_at_train, compare, learn)
"""What needs no network of one's own."""


async def visit(
    visitor: Visitor,
    acts: tuple[Doing, ...],
    chance: random.Random,
    log: Log,
    over: Callable[[], bool],
    pause: tuple[float, float],
    stay: int = 6,
) -> None:
    """Do one act after the other, with pauses of so many seconds, until it is `over`. After every
    `stay` acts the tab is closed, and the visitor comes back in a new one."""
    while not over():
        async with AsyncExitStack() as tab:
            await tab.enter_async_context(visitor)
            for _ in range(stay):
                if over():
                    return
                await chance.choice(acts)(visitor, chance, log)
                await visitor.stay(chance.uniform(*pause))


async def start_training(visitor: Visitor, query: str, log: Log) -> None:
    """Press Train with the choices of an address (`query`)."""
    log(Act("Train", await visitor.open("Train", query)))
    log(Act("start", await visitor.press("train-start")))


async def watch_training(visitor: Visitor) -> None:
    """Look at the page until the network has learned."""
    while "train-stop" in visitor.shows:
        await visitor.stay(WATCH_SECONDS)  # longer than what draws itself anew waits
