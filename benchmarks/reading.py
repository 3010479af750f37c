"""Reading starter chorales: Gruve against music21's `converter.parse`, file by file in turn.

music21 keeps what it parsed and answers from there the next time, so it is given each file under a
name that it has not met: the chapter, too, meets every file for the first time.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.result import Result
from musiccore.reading import read_midi
from musiccore.starters import open_starter

FILES = 20
REPEATS = 5


def best(work: Callable[[], object], repeats: int, times: int = 1) -> float:
    """Seconds of one call at the quietest of `repeats` moments of `times` calls each."""
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        for _ in range(times):
            work()
        found.append((time.perf_counter() - start) / times)
    return min(found)


def measure() -> list[Result]:
    import music21

    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        music21.environment.Environment()["directoryScratch"] = folder
        for name, data in islice(open_starter("bach-chorales"), FILES):
            fresh = iter([Path(folder, f"{repeat} {name}") for repeat in range(REPEATS)])

            def parse(fresh: Iterator[Path] = fresh) -> object:
                return music21.converter.parse(next(fresh))

            for repeat in range(REPEATS):
                Path(folder, f"{repeat} {name}").write_bytes(data)
            read = partial(read_midi, name, data)
            theirs.append(best(parse, REPEATS))
            ours.append(best(read, REPEATS, times=20))
    ratio = median(t / o for t, o in zip(theirs, ours, strict=True))
    return [
        Result(
            f"reading a chorale (best of {REPEATS} each, median of {FILES} chorales)",
            f"{median(ours) * 1000:.3f} ms",
            f"music21 {median(theirs) * 1000:.0f} ms",
            f"{ratio:,.0f} ×",
            "1,000 ×",
        )
    ]
