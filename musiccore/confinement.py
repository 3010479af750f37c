"""What a process of ours that does something dangerous forbids itself."""

from __future__ import annotations

import resource


def confine(most_bytes: int) -> None:
    """Bound what this process may take: memory, no core dump, no file written."""
    for kind, most in (
        (resource.RLIMIT_AS, most_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (wanted, wanted))
        except (OSError, ValueError):
            # macOS knows some of these by name only; the time limit holds there all the same.
            continue
