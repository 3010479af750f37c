"""What caches hold is bounded by its size, whatever the number of entries."""

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from tests.models.music import tunes
from ui.explore import music as explored
from ui.explore.music import Music, notes_of
from ui.remembered import Remembered, remembered


def test_what_was_not_used_for_longest_goes_and_the_latest_stays() -> None:
    gone: list[str] = []
    held = Remembered(most=10)
    for key, size in (("a", 4), ("b", 4), ("a", 4), ("c", 4)):
        held.used(key, size, partial(gone.append, key))
    assert (gone, held.size) == (["b"], 8)
    held.used("large", 100, lambda: gone.append("large"))
    assert (gone, held.size) == (["b", "a", "c"], 100)
    held.used("large", 3, lambda: gone.append("large"))
    assert (gone[3:], held.size) == ([], 3)


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> Iterator[Remembered]:
    held = Remembered(most=1)
    monkeypatch.setattr(explored, "remembered", lambda: held)
    yield held
    remembered.clear()


def test_what_was_counted_of_one_corpus_goes_when_there_is_no_room(little: Remembered) -> None:
    pieces = [replace(piece, digest=piece.name) for piece in tunes()]
    first, second = Music.of(pieces[:1]), Music.of(pieces[1:])
    counted = weakref.ref(notes_of(first))
    assert notes_of(first) is counted()
    assert little.size == 30 * sum(map(len, first.pieces))
    notes_of(second)
    gc.collect()
    assert counted() is None
    assert little.size == 30 * sum(map(len, second.pieces))
