"""A GRU step drawn: what goes in, the two gates, the candidate, the new state, with its numbers.

One Streamlit component. The drawing is `cell.html`; `cell.js` puts in what is sent here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from models.learn.step import GruStep
from ui.theme import styles

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "gruve_cell",
    html=(_HERE / "cell.html").read_text(encoding="utf-8"),
    css=styles(_HERE / "cell.css"),
    js=(_HERE / "cell.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def draw_cell(step: GruStep, key: str, note: float | str) -> None:
    """The drawing with the numbers of a step; `note` is what comes in: a number, or its name."""
    _component(key=key, data=drawn(step, note))


def drawn(step: GruStep, note: float | str) -> dict[str, Any]:
    """What the browser receives: `numbers` of the boxes (None where `note` is a name), how much of
    1 `flows` into the new state from each side, and what is written beside the arrows."""
    given = isinstance(note, float | int)
    return {
        "numbers": {
            "note": note if given else None,
            "old": step.old,
            "update": step.update,
            "reset": step.reset,
            "candidate": step.candidate,
            "new": step.new,
        },
        "note": "" if given else note,
        "flows": {"old": step.update, "candidate": 1 - step.update},
        "shares": {
            "old": f"{step.update:.0%} of the old",
            "candidate": f"{1 - step.update:.0%} of the candidate",
            "past": f"lets {step.reset:.0%} of the past in",
        },
        "words": in_words(step),
    }


def in_words(step: GruStep) -> str:
    """What the step does, in a sentence."""
    if step.update >= 0.9:
        does = "keeps nearly all of its old state"
    elif step.update <= 0.1:
        does = "takes the candidate in place of its old state"
    else:
        does = f"mixes: {step.update:.0%} old state, {1 - step.update:.0%} candidate"
    told = f"{step.old:.2f} becomes {step.new:.2f}".replace("-", "−")
    return f"The unit {does}. {told}."
