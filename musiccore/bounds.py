"""A bound on what is made: its default, and the environment variable that changes it."""

from __future__ import annotations

import os


def bound(name: str, default: float) -> float:
    """A limit, overridden by the environment variable of that name where it holds a number."""
    try:
        return float(os.environ[name])
    except (KeyError, ValueError):
        return default
