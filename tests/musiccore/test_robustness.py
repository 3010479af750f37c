"""Damaged and invented files through the real readers; `benchmarks.robustness` does thousands."""

from __future__ import annotations

import pytest

from musiccore.isolation import read_isolated
from musiccore.reasons import REASONS
from tests.musiccore import wild

RANDOM_SEED = 1


# Other tests' threads may draw random numbers while hypothesis makes its own.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
def test_no_file_harms_a_reader_or_what_comes_after_it() -> None:
    files = [
        *wild.damaged(wild.seeds(10), 300, RANDOM_SEED),
        *wild.inventions(100, RANDOM_SEED),
    ]
    assert len({data for _, data in files}) > 350
    read = [
        (*result, data)
        for (_, data), result in zip(files, read_isolated(files, readers=2), strict=True)
    ]
    for (name, _), (piece, report, _) in zip(files, read, strict=True):
        wild.check(name, piece, report)
    # Every way that a file can go is gone by some.
    assert {report.status for _, report, _ in read} == {"read", "repaired", "refused"}
    assert len({report.reason for _, report, _ in read} & set(REASONS)) > 8

    pieces = [piece for piece, _, _ in read if piece is not None]
    rewritten = [(f"{i}.mid", data) for i, p in enumerate(pieces) if (data := wild.written(p))]
    assert len(rewritten) == len(pieces) > 100
    for piece, (again, report) in zip(pieces, read_isolated(rewritten), strict=True):
        wild.check_again(piece, again, report)


def test_damage_is_a_function_of_its_seed() -> None:
    files = wild.seeds(3)
    assert list(wild.damaged(files, 20, 7)) == list(wild.damaged(files, 20, 7))
    assert list(wild.damaged(files, 20, 7)) != list(wild.damaged(files, 20, 8))
