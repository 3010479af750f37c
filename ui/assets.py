"""The markup and the scripts of components, from the files in which they are written."""

from __future__ import annotations

from pathlib import Path

MOUNTED = Path(__file__).with_name("mounted.js")
"""For components that live on from one run of the page to the next."""


def asset(*files: Path) -> str:
    """These files as one. Scripts are one module then: what one defines the others know."""
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
