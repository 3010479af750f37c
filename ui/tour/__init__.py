"""The guided tour: what Gruve does, in a few short steps with a picture each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui.tour.steps import STEPS, Step
from ui.workspace import Workspace

_OPEN, _AT = "tour-open", "tour-at"
_SEEN = "tour-seen"


def offer_tour(workspace: Workspace) -> None:
    """The button that opens the tour; it stands out until the tour was seen or skipped."""
    seen = workspace.choice(_SEEN, False)
    st.button(
        "Two-minute tour" if seen else "New here? Two-minute tour",
        key="tour-open-button",
        type="tertiary" if seen else "secondary",
        icon=":material/explore:",
        on_click=_begin,
    )


def show_tour(workspace: Workspace) -> bool:
    """Show the tour where it was asked for; whether it is open."""
    is_open = bool(st.session_state.get(_OPEN, False))
    if is_open:
        dialog = st.dialog(
            "What Gruve does", icon=":material/explore:", on_dismiss=lambda: _close(workspace)
        )
        dialog(_steps)(workspace, STEPS)
    return is_open


def _steps(workspace: Workspace, steps: Sequence[Step]) -> None:
    at = min(st.session_state.get(_AT, 0), len(steps) - 1)
    step = steps[at]
    st.caption(f"Step {at + 1} of {len(steps)}")
    st.subheader(f"{step.icon} {step.title}", anchor=False)
    st.write(step.text)
    step.show()
    with st.container(horizontal=True, horizontal_alignment="distribute", key="tour-buttons"):
        if at:
            st.button("Back", key="tour-back", on_click=_go, args=(at - 1,))
        elif st.button("Skip", key="tour-skip"):
            _end(workspace)
        if at + 1 < len(steps):
            st.button(
                "Next",
                key="tour-next",
                type="primary",
                icon=":material/arrow_forward:",
                on_click=_go,
                args=(at + 1,),
            )
        elif st.button("Start", key="tour-done", type="primary", icon=":material/check:"):
            _end(workspace)


def _begin() -> None:
    st.session_state.update({_OPEN: True, _AT: 0})


def _go(at: int) -> None:
    st.session_state[_AT] = at


def _end(workspace: Workspace) -> None:
    _close(workspace)
    st.rerun()


def _close(workspace: Workspace) -> None:
    st.session_state[_OPEN] = False
    workspace.choose(**{_SEEN: True})
