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
    """One chapter: its `sentence` says what one knows afterwards; `on_example` whether it shows
    the visitor's music or network."""

    title: str
    icon: str
    sentence: str
    show: Show
    on_example: bool = True


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
    "cell": Chapter(
        "A GRU step, taken apart",
        ":material/account_tree:",
        "What its two gates do, in four stages and with every number on the way.",
        _in("cell"),
    ),
    "lstm": Chapter(
        "GRU, LSTM and plain RNN",
        ":material/compare_arrows:",
        "Three cells side by side: gates, parameters, memory and speed, measured here.",
        _in("lstm"),
    ),
    "tokens": Chapter(
        "From notes to numbers",
        ":material/pin:",
        "What a network is given: one number, zeros and a one, or a learned place on a map.",
        _in("tokens"),
    ),
    "layers": Chapter(
        "Layer by layer",
        ":material/layers:",
        "What embedding, recurrent, dense, dropout and activation layers do to a melody.",
        _in("layers"),
    ),
    "loss": Chapter(
        "How wrong is a guess?",
        ":material/straighten:",
        "Softmax, categorical cross-entropy and perplexity, worked out for one real note.",
        _in("loss"),
    ),
    "descent": Chapter(
        "Walking downhill",
        ":material/downhill_skiing:",
        "How weights move: plain gradient descent, RMSprop and Adam on a real loss.",
        _in("descent"),
    ),
    "fitting": Chapter(
        "Too little, too much",
        ":material/show_chart:",
        "Epochs, batches, underfitting and overfitting, with a training to scrub through.",
        _in("fitting"),
    ),
    "stateful": Chapter(
        "State from batch to batch",
        ":material/sync_alt:",
        "What a stateful layer carries on, and what that is worth.",
        _in("stateful"),
    ),
    "temperature": Chapter(
        "Temperature",
        ":material/thermostat:",
        "How probabilities become music, safe or daring, to be seen and heard.",
        _in("temperature"),
    ),
    "glossary": Chapter(
        "Glossary",
        ":material/menu_book:",
        "What every word here means.",
        _in("glossary"),
        on_example=False,
    ),
    "troubles": Chapter(
        "When something goes wrong",
        ":material/build:",
        "What you see, why, and what to do.",
        _in("troubles"),
        on_example=False,
    ),
    "reading": Chapter(
        "Further reading",
        ":material/local_library:",
        "The way of the chapter through this app, and papers and books to go on with.",
        _in("reading"),
        on_example=False,
    ),
}
"""Name in the address (`?chapter=memory`) -> chapter, in the order in which they are best read."""


def neighbours(name: str) -> tuple[str | None, str | None]:
    """The names of the chapters before and after this one."""
    names = list(CHAPTERS)
    at = names.index(name)
    return (names[at - 1] if at else None), (names[at + 1] if at + 1 < len(names) else None)
