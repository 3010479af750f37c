"""The chapters of the Learn page: what each is called, and the function that shows it.

A chapter is a module of this package with a function `show(example)`. Only the chapter that is
looked at is imported, so that the page stands at once. What `show` returns, if anything, are
functions that bring what takes long (sound); the page calls them when all else is on screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module

from ui.learn.example import Example

__all__ = ["CHAPTERS", "PAGE", "Chapter", "Example", "Finish", "neighbours"]

PAGE = "pages/6_Learn.py"
Finish = Callable[[], object]
"""Brings what takes long."""
Show = Callable[[Example], Iterable[Finish] | None]


@dataclass(frozen=True)
class Chapter:
    """One chapter: its `sentence` says what one knows afterwards."""

    title: str
    icon: str
    sentence: str
    show: Show


def _in(module: str) -> Show:
    """The function `show` of a module of this package, imported when it is called."""

    def show(example: Example) -> Iterable[Finish] | None:
        found: Show = import_module(f"ui.learn.{module}").show
        return found(example)

    return show


CHAPTERS: Mapping[str, Chapter] = {
    "memory": Chapter(
        "What a network remembers",
        ":material/history:",
        "How far back a recurrent network can learn from, and why plain ones forget.",
        _in("memory"),
    ),
}
"""Name in the address (`?chapter=memory`) -> chapter, in the order in which they are best read."""


def neighbours(name: str) -> tuple[str | None, str | None]:
    """The names of the chapters before and after this one."""
    names = list(CHAPTERS)
    at = names.index(name)
    return (names[at - 1] if at else None), (names[at + 1] if at + 1 < len(names) else None)
