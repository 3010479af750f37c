"""Files are made once, whoever asks, and do not pile up."""

from __future__ import annotations

import threading

import pytest

from musiccore.synthesis import AudioError
from ui.taking_home.made import Made


def test_who_asks_meanwhile_waits_for_the_same_making() -> None:
    made, begun, go_on = Made(), threading.Event(), threading.Event()
    calls: list[int] = []
    found: list[bytes] = []

    def make() -> bytes:
        calls.append(1)
        begun.set()
        go_on.wait()
        return b"file"

    def ask() -> None:
        found.append(made.get("a", "x", make))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    threads[0].start()
    begun.wait()
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join()
    assert (found, calls) == ([b"file"] * 3, [1])


def test_a_failure_is_told_and_tried_again() -> None:
    made = Made()

    def fail() -> bytes:
        raise AudioError("No sound.")

    with pytest.raises(AudioError, match="No sound"):
        made.get("a", "x", fail)
    assert made.get("a", "x", lambda: b"now") == b"now"


def test_old_files_go_and_the_newest_stays_however_large() -> None:
    made = Made(most=10)
    for name in ("1", "2", "3"):
        made.get("a", name, lambda: b"12345")
    assert made.get("a", "3", lambda: b"again") == b"12345"
    assert made.get("a", "1", lambda: b"again") == b"again"
    made.get("a", "large", lambda: bytes(100))
    assert made.get("a", "large", lambda: b"again") == bytes(100)


def test_what_is_forgotten_is_one_owners() -> None:
    made = Made()
    for owner in ("a", "b"):
        made.get(owner, "x", lambda: b"old")
    made.forget("a")
    assert made.get("a", "x", lambda: b"new") == b"new"
    assert made.get("b", "x", lambda: b"new") == b"old"
