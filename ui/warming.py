"""What pages need is made ready before they are asked for, while nobody waits for one.

From the server's beginning (`ui.serving`), or after the first page where something else serves the
app, the modules of the pages are imported and the music everybody begins with is read and encoded.
Each step begins when no page is being drawn.
"""

from __future__ import annotations

import importlib
import logging
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path

import streamlit as st
from streamlit import runtime

from ui.drawing import drawing

PAGES = Path(__file__).parents[1] / "pages"

LIBRARIES = ("pandas", "plotly.graph_objects")
"""Imported before all else, in this order: Plotly asks for a pandas that is whole."""

_HOME = "ui.home.home"
_SOUND_SECONDS = 3.0
_HOUR = 3600.0

_importing = threading.Lock()
_leaving = threading.Event()
log = logging.getLogger(__name__)

# What is remembered for all visitors says so on a page, and here there is none.
_NAME = "warming"
_NO_PAGE = logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context")
_NO_PAGE.addFilter(lambda record: record.threadName != _NAME)

Step = Callable[[], object]


def imported(*modules: str) -> None:
    """Import modules that take long. One at a time in this process: two threads that import one
    library at once get in each other's way."""
    for module in modules:
        with _importing:
            importlib.import_module(module)


def when_idle(
    steps: Iterable[Step], after: threading.Thread | None = None
) -> threading.Thread | None:
    """Do these things one after the other, each when no page is being drawn. Returns at once: the
    thread that does them, or None where no server runs and nothing is done.

    `after` is a thread that may end before, within seconds.
    """

    def work() -> None:
        if after is not None:
            after.join(_SOUND_SECONDS)
        for step in steps:
            drawing.wait(seconds=_HOUR)
            if _leaving.is_set():
                return
            try:
                step()
            except Exception:
                if not _leaving.is_set():
                    log.exception("could not be made ready")  # whoever needs it will be told
                return

    return beside_pages(work, _NAME)


def beside_pages(work: Step, name: str) -> threading.Thread | None:
    """Do this in a thread of the server and return it; nothing is done where no server runs."""
    # Where Streamlit tests a page there is a runtime, but no server.
    if not runtime.exists() or st.get_option("global.appTest"):
        return None
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


@cache
def warm_up() -> threading.Thread | None:
    """Once in a server, make ready what pages need; if a page asks for it, its sound comes before.
    Returns at once: the thread that does it."""
    asks = threading.current_thread()
    return when_idle(_pages(), None if asks is threading.main_thread() else asks)


def begin_no_more() -> None:
    """The server is about to end: what is under way is the last that is done when idle. Libraries
    cannot be imported any more once Python begins to end."""
    _leaving.set()


@cache
def import_when_idle(*modules: str) -> None:
    """Import these modules once, when no page is being drawn. Returns at once."""
    when_idle(partial(imported, module) for module in modules)


def modules_of(page: Path) -> list[str]:
    """The modules that a page imports at the beginning of a line, in order; of a package of Gruve
    what is in it too."""
    found = []
    for name in re.findall(r"^(?:from|import) ([\w.]+)", page.read_text("utf-8"), re.MULTILINE):
        inside = sorted(PAGES.parent.joinpath(*name.split(".")).glob("[a-z]*.py"))
        found += [name, *(f"{name}.{file.stem}" for file in inside)]
    return found


def _pages() -> Iterator[Step]:
    for name in (_HOME, *LIBRARIES):
        yield partial(imported, name)
    yield _read
    for page in sorted(PAGES.glob("[0-9]_*.py")):
        for name in modules_of(page):
            yield partial(imported, name)
    yield _encode


def _read() -> None:
    from ui.contents import DEFAULT_CORPUS
    from ui.pieces import starter_pieces

    starter_pieces(DEFAULT_CORPUS)


def _encode() -> None:
    from musiccore.encoding import ENCODINGS
    from ui.contents import DEFAULT_CORPUS
    from ui.runs import encoded_starter

    encoded_starter(DEFAULT_CORPUS, next(iter(ENCODINGS)))
