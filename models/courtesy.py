"""Loaded by the embedded worker as it starts: whoever looks at a page goes before who trains."""

from __future__ import annotations

import os

NICENESS = 10
"""Added to the worker's: where processors are short, it gets a ninth of what a page gets."""


def dask_setup(_: object) -> None:
    os.nice(NICENESS)
