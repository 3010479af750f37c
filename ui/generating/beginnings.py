"""What takes begin with: nothing, music of the run, the visitor's own file, notes tapped here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from models.bars import bar_lines, bars
from models.prompts import BARS, NOTHING, Prompt
from models.run import Run
from models.run_music import run_music, without_ends
from musiccore.encoding import EncodingError
from musiccore.piece import excerpt
from ui.counts import many
from ui.generating.own_file import own_piece
from ui.keyboard import Rhythm, Tapped, keyboard, notes_from, tapped_piece
from ui.page import plain
from ui.workspace import Workspace, store

MOST_BARS = 64
"""Bars of a passage that a take begins with."""

RHYTHM_WORDS: Mapping[Rhythm, str] = {
    "tapped": "As I tapped it",
    "equal": "In equal steps (eighth notes)",
}

LIKE = "begin-like"
"""The choice that names a take to begin like; empty for none."""

_MAX_SEED = 2**32 - 1
_KEPT = ("begin-with", "passage", "passage-bars", "rhythm")


class Beginning(NamedTuple):
    """A way to begin: its words, one sentence, and the controls that lead to a prompt, or to a
    sentence that says what is missing."""

    title: str
    description: str
    choose: Callable[[Workspace, Run], Prompt | str]


def choose_beginning(workspace: Workspace, run: Run) -> Prompt | str:
    """Show the controls; the prompt, or what is missing to have one."""
    kept = workspace.choice("beginning", {})
    usual = {"begin-with": "nothing", "passage": 0, "passage-bars": BARS, "rhythm": "tapped"}
    for key, value in usual.items():
        st.session_state.setdefault(key, kept.get(key, value))
    known = dict(BEGINNINGS)
    if (like := _like(workspace, run)) is not None:
        known["like"] = like
    if st.session_state["begin-with"] not in known:
        st.session_state["begin-with"] = "nothing"
    name = st.segmented_control(
        "Begin with",
        list(known),
        required=True,
        format_func=lambda name: known[name].title,
        key="begin-with",
        wrap=True,
    )
    beginning = known[name or "nothing"]
    st.caption(beginning.description)
    prompt = beginning.choose(workspace, run)
    # A control that is not shown is forgotten; what it said is kept.
    shown = {key: st.session_state[key] for key in _KEPT if key in st.session_state}
    workspace.choose(beginning={**workspace.choice("beginning", {}), **shown})
    return prompt


def prompt_words(prompt: Prompt, names: tuple[str, ...], held_out: bool) -> str:
    """What a take begins with, in a few words; `names` are those of the run's pieces, of which some
    are `held_out` or none."""
    match prompt.kind:
        case "held out":
            bars = many(prompt.bars, "bar")
            return f"after {bars} {'it never learned from' if held_out else 'of its music'}"
        case "piece":
            last = prompt.bar + prompt.bars - 1
            name = names[prompt.piece] if prompt.piece < len(names) else "a piece"
            where = f"bar {last}" if last == prompt.bar else f"bars {prompt.bar} to {last}"
            return f"after {where} of {plain(name.removesuffix('.mid'))}"
        case "given" if prompt.rows:
            return f"after {many(len(prompt.rows), 'given note')}"
        case _:
            return "from the beginning"


def names_of(workspace: Workspace, run: Run) -> tuple[str, ...]:
    """The names of the pieces of a visitor's run, in the order of its corpus."""
    ownership = store().ownership(run.id, workspace.id)
    number = len(run_music(store(), run).corpus)
    names = ownership.names if ownership else ()
    return names if len(names) == number else tuple(f"Piece {i + 1}" for i in range(number))


def _nothing(workspace: Workspace, run: Run) -> Prompt:
    return NOTHING


def _held_out(workspace: Workspace, run: Run) -> Prompt:
    if not run_music(store(), run).held_out:
        st.caption("Nothing of this network's music was held out: it knows every passage.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.number_input("Passage", 0, _MAX_SEED, key="passage")
        length = _choose_bars(MOST_BARS)
        st.button("Another passage", key="passage-next", on_click=_next_passage)
    return Prompt.held_out(number, length)


def _next_passage() -> None:
    st.session_state["passage"] = (st.session_state["passage"] + 1) % (_MAX_SEED + 1)


def _of_corpus(workspace: Workspace, run: Run) -> Prompt:
    names = names_of(workspace, run)
    key, _ = piece_keys(run.id, 0)
    kept = workspace.choice(key, 0)
    if st.session_state.get(key) not in range(len(names)):
        st.session_state[key] = kept if kept < len(names) else 0
    number = st.selectbox(
        "Piece",
        range(len(names)),
        format_func=lambda i: names[i].removesuffix(".mid"),
        key=key,
    )
    there = bars(run.encoding, run_music(store(), run).notes_of(number))
    bar = piece_keys(run.id, number)[1]
    first, length = _choose_from(bar, there, workspace.choice("prompt-bar", 1))
    workspace.choose(**{key: number, "prompt-bar": first})
    return Prompt.of_corpus(number, first, length)


def _of_file(workspace: Workspace, run: Run) -> Prompt | str:
    piece = own_piece(workspace)
    if piece is None:
        return "Bring a MIDI file first, or choose another beginning."
    try:
        encoded = without_ends(run.encoding, run.encoding.encode(piece))
    except EncodingError as error:
        return str(error)
    lines = bar_lines(run.encoding, encoded)
    first, length = _choose_from(f"prompt-bar-{piece.digest[:16]}", max(1, len(lines) - 1), 1)
    start, end = lines[first - 1], lines[min(first - 1 + length, len(lines) - 1)]
    try:
        prompt = Prompt.of_piece(run.encoding, excerpt(piece, float(start), float(end)))
    except EncodingError as error:
        return str(error)
    if not prompt.rows:
        return "No note starts in these bars. Choose others."
    return replace(prompt, since=float(end - start))


def _tapped(workspace: Workspace, run: Run) -> Prompt | str:
    _keyboard(workspace)
    rhythm: Rhythm = st.radio(
        "Rhythm",
        list(RHYTHM_WORDS),
        format_func=RHYTHM_WORDS.__getitem__,
        key="rhythm",
        horizontal=True,
    )
    notes = notes_from(workspace.choice("tapped", []))
    if not notes:
        return "Tap some notes first, or choose another beginning."
    try:
        piece = tapped_piece(notes, rhythm, bpm=run.encoding.bpm)
        return Prompt.of_piece(run.encoding, piece)
    except EncodingError as error:
        return str(error)


def _keyboard(workspace: Workspace) -> None:
    """No fragment: Streamlit sends what a component tells and the press of a button together, and
    where one of them is of a fragment it runs that alone, and the press is lost."""
    kept = st.session_state.setdefault("tapped-before", workspace.choice("tapped", []))
    notes = keyboard([Tapped(*note) for note in kept])
    workspace.reload()
    workspace.choose(tapped=[list(note) for note in notes])


def _like(workspace: Workspace, run: Run) -> Beginning | None:
    """The beginning of the take that was opened last from the shelf, where its notes are known by
    that take alone: those of a file, of the keyboard, of another take."""
    take = workspace.choice(LIKE, "")
    told = workspace.recipe(take) if take else None
    if told is None or told["run"] != run.id:
        return None
    prompt = Prompt.from_json(told["prompt"])
    return Beginning(
        "As that take",
        f"It goes on from the {many(len(prompt.rows), 'note')} that the take from the shelf did.",
        lambda workspace, run: prompt,
    )


def piece_keys(run: str, piece: int) -> tuple[str, str]:
    """The keys of two controls: which piece of the run's music, and from which bar of this one."""
    return f"prompt-piece-{run}", f"prompt-bar-{run}-{piece}"


def _choose_from(key: str, there: int, usual: int) -> tuple[int, int]:
    """From which bar of `there`, and how many."""
    left, right = st.columns(2)
    st.session_state.setdefault(key, min(usual, there))
    with left:
        first = st.number_input(f"From bar (of {there:,})", 1, there, key=key)
    with right:
        return first, _choose_bars(MOST_BARS)


def _choose_bars(most: int) -> int:
    number: int = st.number_input("Bars", 1, most, key="passage-bars")
    return number


BEGINNINGS: Mapping[str, Beginning] = {
    "nothing": Beginning("Nothing", "The network begins a piece of its own.", _nothing),
    "held out": Beginning(
        "Unheard music",
        "It goes on from bars of a piece that was held out: the network never heard it.",
        _held_out,
    ),
    "piece": Beginning("A piece", "It goes on from bars of a piece of its music.", _of_corpus),
    "file": Beginning("My MIDI file", "It goes on from bars of a file of yours.", _of_file),
    "tapped": Beginning("Tapped notes", "It goes on from what you tap here.", _tapped),
}
