"""How takes are made: how daring, how long, how many at once; as it was left last time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st

from models.run import Run
from models.sampling import PRESETS, Sampling, SamplingPreset
from models.take_settings import BOOK_WAY, MAX_COPY, MIN_COPY, Length, TakeSettings, Unit, Way
from models.takes import own_way
from ui.glossary import what_is
from ui.workspace import Workspace

MOST_TAKES = 8
"""Takes that are made at once."""


class Usual(NamedTuple):
    """Of a unit of length: how much is usual, the most, and a step."""

    amount: int
    most: int
    step: int


UNITS: Mapping[Unit, Usual] = {
    "notes": Usual(500, 5_000, 50),
    "bars": Usual(32, 1_000, 4),
    "seconds": Usual(60, 600, 10),
}

WAY_WORDS: Mapping[Way, str] = {
    "carried": "It remembers all that it has played (carried state)",
    "window": "It sees the last notes afresh for every note (the book’s way)",
}

BOOK = SamplingPreset(
    "As in the book",
    "Always the likeliest note, from a window of 100 notes, 500 notes long, played on a guitar.",
    BOOK_WAY.sampling,
)
OWN = "own"
"""The character of settings that are none of those with a name."""

_AMOUNTS = ("length", "length-unit", "takes", "seed", "longest-copy")
_SAMPLING = ("greedy", "temperature", "top-k", "top-p", "way")
_MAX_SEED = 2**32 - 1


def characters(run: Run) -> dict[str, SamplingPreset]:
    """Name -> the ways of choosing that have a name, for this run."""
    book = {"book": BOOK} if "book" in (run.encoding.name, run.preset) else {}
    return {**PRESETS, **book}


def usual(way: Way) -> TakeSettings:
    """What is chosen for a network trained for `way` before anybody chooses."""
    return BOOK_WAY if way == "window" else TakeSettings(sampling=PRESETS["balanced"].sampling)


def fill(workspace: Workspace, run: Run) -> None:
    """Put into the controls what stood there last, on this page or on an earlier visit."""
    way, state = own_way(run), st.session_state
    kept = workspace.choice("generate", {})
    others = state.get("settings-for") not in (None, way)
    state["settings-for"] = way
    first = {**controls_of(usual(way)), "takes": 1}
    for keys, place in ((_AMOUNTS, "amounts"), (_SAMPLING, way)):
        known = kept.get(place, {})
        for key in keys:
            if key not in state or (others and place == way):
                state[key] = known.get(key, first[key])


def controls_of(settings: TakeSettings) -> dict[str, Any]:
    """What the controls show for these settings, by their keys."""
    sampling, asked = settings.sampling, settings.asked
    return {
        "length": int(asked.amount),
        "length-unit": asked.unit,
        "seed": settings.seed,
        "longest-copy": settings.longest_copy,
        "greedy": sampling.is_greedy,
        "temperature": 1.0 if sampling.is_greedy else sampling.temperature,
        "top-k": sampling.top_k,
        "top-p": sampling.top_p,
        "way": settings.way,
    }


def remember(workspace: Workspace, way: Way) -> None:
    """Keep what the controls show, for the next visit."""
    state = st.session_state
    kept = {
        **workspace.choice("generate", {}),
        "amounts": {key: state[key] for key in _AMOUNTS},
        way: {key: state[key] for key in _SAMPLING},
    }
    workspace.choose(generate=kept)


def chosen() -> TakeSettings:
    """What the controls say. Raises `ConfigError`."""
    state = st.session_state
    sampling = Sampling(0.0)
    if not state["greedy"]:
        sampling = Sampling(
            round(state["temperature"], 4), state["top-k"], round(state["top-p"], 4)
        )
    return TakeSettings(
        sampling=sampling,
        seed=state["seed"],
        way=state["way"],
        length=Length(state["length"], state["length-unit"]),
        longest_copy=state["longest-copy"],
    )


def has_one_outcome(settings: TakeSettings) -> bool:
    """Whether every seed makes the same music: the likeliest note is always the same."""
    return settings.sampling.is_greedy and not settings.longest_copy


def choose_character(run: Run) -> None:
    """Safe, balanced or wild, in a word; and what that means."""
    named = characters(run)
    found = (n for n, preset in named.items() if _matches(preset, own_way(run)))
    st.session_state["character"] = name = next(found, OWN)
    words = {**{n: preset.title for n, preset in named.items()}, OWN: "My own settings"}
    st.segmented_control(
        "Character",
        [n for n in words if n != OWN or name == OWN],
        required=True,
        format_func=words.__getitem__,
        key="character",
        on_change=_take_character,
        args=(named, own_way(run)),
        wrap=True,
    )
    mine = "As set below, under “More settings”."
    st.caption(named[name].description if name in named else mine)


def choose_amounts() -> None:
    """How long, and how many at once."""
    unit = UNITS[st.session_state["length-unit"]]
    # A row on a phone, too, where columns would stand below each other.
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        st.number_input("Length", 1, unit.most, step=unit.step, key="length", width=132)
        st.selectbox("In", list(UNITS), key="length-unit", on_change=_usual_length, width=108)
        alone = st.session_state["greedy"] and not st.session_state["longest-copy"]
        st.number_input("Takes at once", 1, MOST_TAKES, key="takes", width=102, disabled=alone)
    if alone:
        st.caption("The likeliest note is always the same: one take is all there is.")


def choose_details() -> None:
    """Everything else, for those who want to know."""
    greedy = st.toggle(
        "Always the likeliest note (greedy)",
        key="greedy",
        help="As the chapter does (argmax). It soon goes round in circles."
        + what_is("temperature"),
    )
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    left.number_input(
        "Temperature",
        0.05,
        3.0,
        step=0.05,
        key="temperature",
        disabled=greedy,
        help="Below 1 plays safe, above 1 dares more." + what_is("temperature"),
    )
    middle.number_input(
        "Top-k (0: all)",
        0,
        500,
        key="top-k",
        disabled=greedy,
        help="Only the k likeliest values may come." + what_is("top-k"),
    )
    right.number_input(
        "Top-p (1: all)",
        0.01,
        1.0,
        step=0.05,
        key="top-p",
        disabled=greedy,
        help="Only the likeliest values that together hold this much probability may come."
        + what_is("top-p"),
    )
    left, right = st.columns(2)
    left.number_input(
        "Seed",
        0,
        _MAX_SEED,
        key="seed",
        help="Another number, another take. The same number makes the same music again. Pressing "
        "Generate once more without any change goes on to the next number." + what_is("seed"),
    )
    copies = [0, *(n for n in (4, 6, 8, 12, 16, 24, 32, 64) if MIN_COPY <= n <= MAX_COPY)]
    if st.session_state["longest-copy"] not in copies:
        copies = sorted({*copies, st.session_state["longest-copy"]})
    right.selectbox(
        "Longest copy",
        copies,
        format_func=lambda n: f"{n} notes" if n else "Of any length",
        key="longest-copy",
        help="No longer passage is taken from the music it learned, in whatever key."
        + what_is("originality"),
    )
    st.radio("Way of generating", list(WAY_WORDS), format_func=WAY_WORDS.__getitem__, key="way")


def sampling_words(settings: TakeSettings) -> str:
    """How values are chosen, in a few words."""
    sampling = settings.sampling
    named = {preset.sampling: preset.title.lower() for preset in PRESETS.values()}
    if sampling.is_greedy:
        return "always the likeliest note"
    words = [f"temperature {sampling.temperature:g}"]
    if sampling.top_k:
        words.append(f"top-k {sampling.top_k}")
    if sampling.top_p < 1:
        words.append(f"top-p {sampling.top_p:g}")
    told = ", ".join(words)
    return f"{named[sampling]} ({told})" if sampling in named else told


def _matches(preset: SamplingPreset, way: Way) -> bool:
    try:
        settings = chosen()
    except ValueError:
        return False
    return settings.sampling == preset.sampling and settings.way == _way_of(preset, way)


def _way_of(preset: SamplingPreset, way: Way) -> Way:
    return BOOK_WAY.way if preset is BOOK else way


def _take_character(named: Mapping[str, SamplingPreset], way: Way) -> None:
    preset = named.get(st.session_state["character"])
    if preset is None:
        return
    settings = TakeSettings(sampling=preset.sampling, way=_way_of(preset, way))
    shown = controls_of(settings)
    keys = _SAMPLING + (("length", "length-unit") if preset is BOOK else ())
    st.session_state.update({key: shown[key] for key in keys})


def _usual_length() -> None:
    st.session_state["length"] = UNITS[st.session_state["length-unit"]].amount
