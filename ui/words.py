"""Numbers in words for the screen."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Seconds as people say them: `8 s`, `2 min 5 s`, `1 h 3 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def megabytes(size: int) -> str:
    """Bytes as people say them: `0 MB`, `0.03 MB`, `4.2 MB`, `1,000 MB`."""
    exact = size / 1e6
    if exact == int(exact) or exact >= 10:
        return f"{exact:,.0f} MB"
    return f"{exact:.1f} MB" if exact >= 0.1 else f"{max(exact, 0.01):.2f} MB"
