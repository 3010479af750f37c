"""Reading starter chorales: Gruve against music21's `converter.parse`, file by file in turn."""

from __future__ import annotations

import tempfile
import time
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.result import Result
from musiccore.reading import read_midi
from musiccore.starters import open_starter

FILES = 20
REPEATS = 50


def measure() -> list[Result]:
    import music21

    files = list(islice(open_starter("bach-chorales"), FILES))
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files:
            path = Path(folder, "piece.mid")
            path.write_bytes(data)
            start = time.perf_counter()
            music21.converter.parse(path, forceSource=True)
            theirs.append(time.perf_counter() - start)
            start = time.perf_counter()
            for _ in range(REPEATS):
                read_midi(name, data)
            ours.append((time.perf_counter() - start) / REPEATS)
    ratio = median(t / o for t, o in zip(theirs, ours, strict=True))
    return [
        Result(
            f"reading a chorale (median of {FILES})",
            f"{median(ours) * 1000:.3f} ms",
            f"music21 {median(theirs) * 1000:.0f} ms",
            f"{ratio:,.0f} ×",
            "1,000 ×",
        )
    ]
