"""What is done before Python ends."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable


def before_leaving(call: Callable[[], object]) -> None:
    """Have `call` run when the main thread has ended and all others still work.

    `atexit` comes later, when no pool of threads takes work any more: whoever closes Dask then
    finds the terminal full of errors. So this uses what `concurrent.futures` itself ends its pools
    with, and `atexit` in a Python that no longer has it. What was told last is done first.
    """
    register = getattr(threading, "_register_atexit", atexit.register)
    register(call)
