"""Memory is given back when no page is being drawn."""

import threading

import pytest

from ui import tidying
from ui.drawing import Drawing


def test_it_waits_for_the_page_that_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    pages, given_back = Drawing(), threading.Event()
    drawn, may_end = threading.Event(), threading.Event()
    monkeypatch.setattr(tidying, "give_back", given_back.set)

    def draw() -> None:
        pages.begin()
        drawn.set()
        may_end.wait()
        pages.end()

    page = threading.Thread(target=draw)
    page.start()
    drawn.wait()
    tidier = threading.Thread(target=tidying.tidy, args=(pages,))
    tidier.start()
    tidier.join(0.5)
    assert not given_back.is_set()
    may_end.set()
    assert given_back.wait(60)
    page.join()
    tidier.join()


def test_nothing_is_begun_where_no_server_runs() -> None:
    before = threading.active_count()
    tidying.keep_tidy()
    assert threading.active_count() == before
