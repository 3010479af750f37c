"""Pages are drawn a few at a time, in the order in which they came; who can wait waits."""

import threading
from collections.abc import Callable

from ui.drawing import Drawing

LONG = 600.0


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


class Page:
    """A page in a thread of its own, drawn until it is told to end."""

    def __init__(self, drawing: Drawing, came: list[int], number: int) -> None:
        self._drawing, self._came, self._number = drawing, came, number
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.thread = in_thread(self._draw)

    def _draw(self) -> None:
        self._drawing.begin()
        self._came.append(self._number)
        self.begun.set()
        self.may_end.wait()
        self._drawing.end()


def pages(drawing: Drawing, number: int) -> tuple[list[Page], list[int]]:
    """Pages that came one after the other, and the order of their turns."""
    came: list[int] = []
    made = []
    for k in range(number):
        made.append(Page(drawing, came, k))
        while len(drawing._began) + len(drawing._waiting) <= k:
            pass
    return made, came


def test_so_many_are_drawn_at_once_and_the_others_in_turn() -> None:
    drawn, came = pages(Drawing(abreast=2, turn_seconds=LONG), 5)
    drawn[0].begun.wait()
    drawn[1].begun.wait()
    assert sorted(came) == [0, 1]
    for k in range(5):
        drawn[k].begun.wait()
        drawn[k].may_end.set()
        drawn[k].thread.join()
    assert came[2:] == [2, 3, 4]


def test_a_page_that_takes_long_keeps_nobody_waiting() -> None:
    drawn, _ = pages(Drawing(abreast=1, turn_seconds=0.01), 2)
    drawn[0].begun.wait()
    drawn[1].begun.wait()
    for page in drawn:
        page.may_end.set()


def test_a_page_that_was_stopped_half_way_keeps_nobody_waiting() -> None:
    drawing = Drawing(abreast=1, turn_seconds=LONG)
    in_thread(drawing.begin).join()
    in_thread(drawing.begin).join()
    assert drawing.wait()


def test_a_page_that_runs_again_has_one_turn() -> None:
    drawing = Drawing(abreast=1, turn_seconds=LONG)
    drawing.begin()
    drawing.begin()
    drawing.end()
    assert drawing.wait()


def test_sound_waits_while_many_are_drawn_but_not_for_ever() -> None:
    drawing = Drawing(abreast=2, turn_seconds=LONG)
    drawn, _ = pages(drawing, 3)
    assert not drawing.wait(most=2, seconds=0.01)
    drawn[0].begun.wait()
    drawn[0].may_end.set()
    assert drawing.wait(most=2)
    for page in drawn[1:]:
        page.may_end.set()
    assert drawing.wait()


def test_nobody_waits_for_the_page_of_the_same_thread() -> None:
    drawing = Drawing()
    drawing.begin()
    assert drawing.wait()
