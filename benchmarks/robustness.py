"""Thousands of damaged and invented MIDI files through the reader processes: what becomes of them.

A crash, a hang, a refusal without a name or music that is none ends the measurement with an error.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.result import Result
from musiccore.isolation import read_isolated
from musiccore.piece import Piece
from musiccore.reports import STATUSES
from tests.musiccore import wild

DAMAGED = 18_000
INVENTED = 4_000
SEEDS_A_SET = 60
RANDOM_SEED = 2026
READERS = 2
LEAST = 20_000


def measure() -> list[Result]:
    made = [
        *wild.damaged(wild.seeds(SEEDS_A_SET), DAMAGED, RANDOM_SEED),
        *wild.inventions(INVENTED, RANDOM_SEED),
    ]
    files = [(name, data) for data, name in {data: name for name, data in made}.items()]
    if len(files) < LEAST:
        raise RuntimeError(f"only {len(files):,} of the inputs differ")
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    start = time.perf_counter()
    again = _written_again(_pieces(files, counts, reasons))
    seconds = time.perf_counter() - start
    for reason, count in reasons.most_common():
        print(f"  {count:6,} {reason}", file=sys.stderr)
    outcome = ", ".join(f"{counts[status]:,} {status}" for status in STATUSES)
    return [
        Result(
            f"reading {len(files):,} different damaged and invented files, "
            f"and the {again:,} readable ones once more as Gruve writes them",
            f"{outcome}; no crash, no hang, every refusal by name; {seconds:.0f} s",
            "",
            "",
            f"{LEAST:,} files without a crash or a hang",
        )
    ]


def _pieces(
    files: Sequence[tuple[str, bytes]], counts: Counter[str], reasons: Counter[str]
) -> Iterator[Piece]:
    """The music in the files, each file checked and counted."""
    for (name, _), (piece, report) in zip(
        files, read_isolated(files, readers=READERS), strict=True
    ):
        wild.check(name, piece, report)
        counts[report.status] += 1
        if report.reason:
            reasons[f"{report.status}: {report.reason}"] += 1
        if piece is not None:
            yield piece


def _written_again(pieces: Iterable[Piece]) -> int:
    """Write each piece and read that; how many there were."""
    waiting: deque[Piece] = deque()

    def rewritten() -> Iterator[tuple[str, bytes]]:
        for piece in pieces:
            if data := wild.written(piece):
                waiting.append(piece)
                yield "again.mid", data

    number = 0
    for again, report in read_isolated(rewritten(), readers=READERS):
        wild.check_again(waiting.popleft(), again, report)
        number += 1
    return number
