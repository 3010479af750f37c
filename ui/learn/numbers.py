"""Numbers that run over many powers of ten, in words."""

from __future__ import annotations

from collections.abc import Sequence

_SCALES = ((1e6, ""), (1e9, " million"), (1e12, " billion"), (1e15, " trillion"))


def short(number: float, digits: int = 2) -> str:
    """A number with so many digits that count, never in powers of ten: `0.0014`, `36`, `1,200`."""
    rounded = float(f"{number:.{digits}g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 10 ** (digits - 1) else f"{rounded:g}"


def part(share: float) -> str:
    """A share of something: `35%`, `0.0014%`, `1 part in 3.2 million`; more than all of it as
    `1.2 times as much`."""
    if share > 1.005:
        return f"{short(share)} times as much"
    if share >= 1e-5:
        return f"{short(100 * share)}%"
    if share <= 1e-15:
        return "less than 1 part in a quadrillion"
    one_in, before = 1 / share, 1.0
    for end, name in _SCALES:
        if one_in < end:
            return f"1 part in {short(one_in / before)}{name}"
        before = end
    return "1 part in a quadrillion"


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
