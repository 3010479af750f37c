"""`./scripts/bench [NAME ...]`: run the measurements and print the README's table."""

from __future__ import annotations

import argparse
import platform
import sys

import psutil

from benchmarks import (
    app,
    corpus,
    generating,
    learning,
    load,
    originality,
    pages,
    playing,
    reading,
    robustness,
    soak,
    training,
)
from benchmarks.result import Result, table

MEASUREMENTS = {
    "reading": reading.measure,
    "corpus": corpus.measure,
    "robustness": robustness.measure,
    "generating": generating.measure,
    "rival": generating.measure_rival,
    "originality": originality.measure,
    "training": training.measure,
    "speed": learning.measure_speed,
    "quality": learning.measure_quality,
    "patient": learning.measure_patient,
    "warm": learning.measure_warm,
    "playing": playing.measure,
    "drift": playing.measure_drift,
    "start": app.measure_start,
    "pages": pages.measure,
    "memory": app.measure_memory,
    "soak": soak.measure,
    "load": load.measure,
}


def machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{psutil.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB of memory, "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="./scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    names = parser.parse_args().names or list(MEASUREMENTS)
    if unknown := [name for name in names if name not in MEASUREMENTS]:
        parser.error(f"no measurement {unknown[0]!r}; there are {', '.join(MEASUREMENTS)}")
    results: list[Result] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        results += MEASUREMENTS[name]()
    print(f"Measured on {machine()}.\n")
    print(table(results))


if __name__ == "__main__":
    main()
