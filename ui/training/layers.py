"""The layer editor: a row for each layer, from the music to the answer."""

from __future__ import annotations

import streamlit as st

from models.config import KINDS, MAX_LAYERS, MAX_UNITS, Layer
from ui.glossary import what_is
from ui.naming import KIND_WORDS
from ui.training.choice import DEFAULT_RATE, DEFAULT_UNITS, LAYERS, add_layer

EFFECTS = {
    "gru": "Remembers what was played, through two gates: one decides how much of the past to "
    "keep, one how much of it to use for what is new. Keeps a motif in mind over some bars.",
    "lstm": "Remembers what was played in a memory of its own, through three gates. A third more "
    "parameters than a GRU of the same size, sometimes better at long phrases.",
    "rnn": "Remembers what was played without any gates. The past fades within some notes, so its "
    "music wanders.",
    "dense": "Mixes everything the layer before it has found at this note, without memory. A "
    "narrow one lets only the most important through.",
    "dropout": "While learning, silences each number with this probability, so that the network "
    "cannot lean on a few of them. It copies less and learns more slowly.",
}
"""Layer kind -> what it does to the music."""

_KIND_HELP = "\n\n".join(f"**{KIND_WORDS[kind]}**: {EFFECTS[kind]}" for kind in KINDS)
_UNITS_HELP = (
    "How many numbers this layer carries from note to note. More remember finer things of the "
    "music; many learn it by heart, and take longer."
)
_RATE_HELP = (
    "The share of numbers silenced at each step while learning. From 0.1 to 0.5 is usual: the "
    "more, the less the music is copied."
)


def edit_layers(error: str) -> None:
    """The rows, and a button for one more; `error` is what is wrong with them, in a sentence."""
    numbers = st.session_state[LAYERS]
    for place, number in enumerate(numbers):
        _row(place, number, len(numbers))
    if error:
        st.error(error, icon=":material/error:")
    st.button(
        "Add a layer",
        key="layer-add",
        icon=":material/add:",
        disabled=len(numbers) >= MAX_LAYERS,
        on_click=add_layer,
        args=(Layer("gru", DEFAULT_UNITS),),
    )


def _row(place: int, number: int, layers: int) -> None:
    """One layer: kind, size and where it stands. The music enters the first."""
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key=f"layer-{place + 1}"
    ):
        kind = st.selectbox(
            f"Layer {place + 1}",
            KINDS,
            format_func=KIND_WORDS.__getitem__,
            key=f"layer-kind-{number}",
            width=140,
            help=_KIND_HELP + what_is("layer"),
        )
        if kind == "dropout":
            key = f"layer-rate-{number}"
            st.session_state.setdefault(key, DEFAULT_RATE)
            st.number_input(
                "Rate",
                0.0,
                1.0,
                step=0.05,
                format="%g",
                key=key,
                width=130,
                help=_RATE_HELP + what_is("dropout"),
            )
        else:
            key = f"layer-units-{number}"
            st.session_state.setdefault(key, DEFAULT_UNITS)
            st.number_input(
                "Units", 1, MAX_UNITS, key=key, width=130, help=_UNITS_HELP + what_is("unit")
            )
        with st.container(horizontal=True, gap="small", width="content"):
            st.button(
                "Up",
                key=f"layer-up-{number}",
                disabled=not place,
                on_click=_move,
                args=(place, -1),
            )
            st.button(
                "Down",
                key=f"layer-down-{number}",
                disabled=place == layers - 1,
                on_click=_move,
                args=(place, 1),
            )
            st.button("Remove", key=f"layer-remove-{number}", on_click=_remove, args=(place,))


def _move(place: int, by: int) -> None:
    numbers = list(st.session_state[LAYERS])
    numbers[place], numbers[place + by] = numbers[place + by], numbers[place]
    st.session_state[LAYERS] = numbers


def _remove(place: int) -> None:
    numbers = list(st.session_state[LAYERS])
    del numbers[place]
    st.session_state[LAYERS] = numbers
