"""A folder of 100, 1,000 and 10,000 files read and encoded: how fast, and in how much memory.

The files are those of the starter sets, transposed so that no two are alike, in the mixture in
which the sets have them. Each measurement is a process of its own, so that none inherits another's
memory: `python -m benchmarks.corpus FOLDER FILES CORES` prints its figures as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import chain, cycle, islice
from pathlib import Path
from statistics import fmean

import psutil
from symusic.core import ScoreTick

from benchmarks.result import Result
from musiccore import folders
from musiccore.encoding.notes import NotesEncoding
from musiccore.isolation import read_isolated
from musiccore.piece import Piece
from musiccore.starters import STARTERS, open_starter

SIZES = (100, 1_000, 10_000)
CORES = (1, 2)
ROUNDS = 2
"""Times that everything is measured, one after the other; the quietest counts."""
CHAPTER_FILES = 130_000
"""The collection that the chapter picks its files from."""
RIVAL_FILES = 28
COLLECTION = "copies"
FILES_A_FOLDER = 1_000
LOOK_SECONDS = 0.05
SLACK = 16 * 2**20
"""Bytes of memory that may come and go without being kept: heaps grow in steps."""


@dataclass(frozen=True)
class Measured:
    """`read`, `fit` and `encode` in seconds; sizes in bytes, `memory` that of all processes at
    their peak."""

    files: int
    cores: int
    size: int
    notes: int
    read: float
    fit: float
    encode: float
    tokens: int
    memory: int

    @property
    def encoding(self) -> float:
        """Seconds from files to tokens: once through them for the vocabulary, once to encode."""
        return self.fit + self.encode


def make_copies(root: Path, number: int) -> None:
    """Fill a collection: the starter files in turn, one semitone further each time round."""
    files = [data for name in STARTERS for _, data in open_starter(name)]
    # Spread evenly, so that the first hundred are a mixture too.
    step = 499
    files = [files[i * step % len(files)] for i in range(len(files))]
    for i, data in enumerate(islice(cycle(files), number)):
        score = ScoreTick.from_midi(data)
        folder = root / COLLECTION / f"{i // FILES_A_FOLDER:03}"
        if i % FILES_A_FOLDER == 0:
            folder.mkdir(parents=True)
        moved = score.shift_pitch(i // len(files) - 3)
        (folder / f"{i:06}.mid").write_bytes(moved.dumps_midi())


def run(root: Path, number: int, cores: int) -> Measured:
    """Read and encode `number` of the files, in this process and `cores` readers."""
    if hasattr(os, "sched_setaffinity"):  # macOS lets nobody choose
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    paths = folders.pick(root, COLLECTION, number, seed=0)

    def pieces() -> Iterator[Piece]:
        found = folders.read(root, COLLECTION, paths)
        for piece, report in read_isolated(found, readers=cores):
            if piece is None:
                raise RuntimeError(report.message)
            yield piece

    with _Peak() as peak:
        start = time.perf_counter()
        notes = sum(map(len, pieces()))
        read = time.perf_counter() - start
        encoding = NotesEncoding.fit(pieces())
        fit = time.perf_counter() - start - read
        tokens = [encoding.encode(piece) for piece in pieces()]
        encode = time.perf_counter() - start - read - fit
    size = sum((root / COLLECTION / path).stat().st_size for path in paths)
    kept = sum(e.rows.nbytes + e.position.nbytes for e in tokens)
    return Measured(number, cores, size, notes, read, fit, encode, kept, peak.most)


class _Peak:
    """The most memory that this process and its readers have had at once, looked at now and then.

    Shared pages count once for each process that has them.
    """

    def __init__(self) -> None:
        self.most = 0
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch)

    def __enter__(self) -> _Peak:
        self._watcher.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        this = psutil.Process()
        while not self._over.wait(LOOK_SECONDS):
            total = 0
            for process in chain((this,), this.children()):
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.most = max(self.most, total)


def measure() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_copies(root, max(SIZES))
        cores = [n for n in CORES if n <= (os.cpu_count() or 1)]
        chosen = [(n, c) for n in SIZES for c in cores]
        rounds = [{(n, c): _apart(root, n, c) for n, c in chosen} for _ in range(ROUNDS)]
        found = {which: _quietest([found[which] for found in rounds]) for which in chosen}
        rival = _music21(root)
    return [
        *(_speed(m) for m in found.values()),
        _memory([found[n, cores[-1]] for n in SIZES]),
        _chapter([found[n, cores[-1]] for n in SIZES], rival),
    ]


def _quietest(found: list[Measured]) -> Measured:
    """The same measurement with each time the best there was, and the most memory."""
    times = {t: min(getattr(m, t) for m in found) for t in ("read", "fit", "encode")}
    return replace(found[0], memory=max(m.memory for m in found), **times)


def _apart(root: Path, number: int, cores: int) -> Measured:
    command = [sys.executable, "-m", "benchmarks.corpus", str(root), str(number), str(cores)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured = Measured(**json.loads(done.stdout))
    print(f"  {measured}", file=sys.stderr, flush=True)
    return measured


def _music21(root: Path) -> float:
    """Seconds that music21 takes for a file of the same mixture, on average."""
    import music21

    paths = sorted((root / COLLECTION / "000").iterdir())
    step = len(paths) // RIVAL_FILES
    seconds = []
    with tempfile.TemporaryDirectory() as scratch:
        music21.environment.Environment()["directoryScratch"] = scratch
        for path in paths[::step][:RIVAL_FILES]:
            start = time.perf_counter()
            music21.converter.parse(path)
            seconds.append(time.perf_counter() - start)
    return fmean(seconds)


def _speed(found: Measured) -> Result:
    cores = "1 core" if found.cores == 1 else f"{found.cores} cores"
    return Result(
        f"reading {found.files:,} files of {found.size / found.files / 1e3:.1f} kB and "
        f"{found.notes / found.files:,.0f} notes on average, {cores}",
        f"{_rate(found, found.read)}; to tokens {_rate(found, found.encoding)}",
        "",
        "",
        "",
    )


def _rate(found: Measured, seconds: float) -> str:
    megabytes = found.size / 1e6
    return f"{found.files / seconds:,.0f} files/s, {megabytes / seconds:.1f} MB/s"


def _memory(sizes: list[Measured]) -> Result:
    few, many = sizes[-2], sizes[-1]
    grown, tokens = many.memory - few.memory, many.tokens - few.tokens
    if grown > tokens + SLACK:
        raise RuntimeError(f"memory grew by {grown:,} bytes for {tokens:,} bytes of tokens")
    return Result(
        f"memory of all processes at the peak of reading and encoding {many.files:,} files",
        f"{many.memory / 2**20:.0f} MiB",
        f"{few.files:,} files {few.memory / 2**20:.0f} MiB",
        f"+{grown / 2**20:.0f} MiB for {tokens / 2**20:.0f} MiB more tokens",
        "no more than the tokens",
    )


def _chapter(sizes: list[Measured], rival: float) -> Result:
    few, many = sizes[-2], sizes[-1]
    slope = (many.read - few.read) / (many.files - few.files)
    ours = few.read + (CHAPTER_FILES - few.files) * slope
    theirs = CHAPTER_FILES * rival
    return Result(
        f"reading {CHAPTER_FILES:,} such files ({many.cores} cores; from the slope between "
        f"{few.files:,} and {many.files:,} files)",
        f"{ours / 60:.1f} min",
        f"music21, from {RIVAL_FILES} of them, one core: {theirs / 3600:.1f} h",
        f"{theirs / ours:,.0f} ×",
        "",
    )


if __name__ == "__main__":
    print(json.dumps(asdict(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))))
