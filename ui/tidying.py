"""What visitors have left behind in memory goes back to the system, while nobody waits for a page.

By itself it would not: Streamlit's search for garbage after every run of a page is off, Python's
own comes late, and glibc keeps the holes between what is still used. An hour of ten listeners left
200 MiB in the web process that way.
"""

from __future__ import annotations

import time
from functools import cache

from musiccore.memory import give_back
from ui.drawing import Drawing, drawing
from ui.warming import beside_pages

EVERY_SECONDS = 60.0
_HOUR = 3600.0


@cache
def keep_tidy() -> None:
    """Once in a server, begin to give memory back every so often. Returns at once."""
    beside_pages(_tidy, "tidying")


def _tidy() -> None:
    while True:
        time.sleep(EVERY_SECONDS)
        tidy(drawing)


def tidy(pages: Drawing) -> None:
    """Give back what nobody needs any more, when no page is being drawn."""
    pages.wait(seconds=_HOUR)
    give_back()
