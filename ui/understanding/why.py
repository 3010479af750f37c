"""Why this note: what else might have come, how likely that was, and what if it had."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from models.config import ConfigError
from models.going_on import with_value
from models.store import Run
from models.takes import MadeTake, TakeRecipe
from models.trace import Trace
from ui.page import plain
from ui.understanding.words import answer, chance, question, surprise

SHOWN = 6
"""Values of each choice that have a button: the likeliest."""

RARE = 0.001
"""The probability below which a value has none; it can be chosen from the list."""

SURPRISES = 5
"""Notes that are offered because they surprised most."""

_BAR = "rgb(36 127 189 / 0.3)"  # stands out on both backgrounds
_WANTED = "why-wanted"


class Wanted(NamedTuple):
    """A press on an alternative: of which take, and which value of which field of which row."""

    take: str
    row: int
    field: int
    value: int


def wanted(run: Run, made: MadeTake) -> TakeRecipe | None:
    """The recipe of the alternative that was pressed since this was asked last, None without."""
    asked: Wanted | None = st.session_state.pop(_WANTED, None)
    if asked is None or asked.take != made.recipe.text:
        return None
    try:
        return with_value(made, run.encoding, asked.row, asked.field, asked.value)
    except ConfigError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None


def is_wanted() -> bool:
    """Whether an alternative was pressed that nobody has asked for yet."""
    return _WANTED in st.session_state


def choose_row(
    made: MadeTake,
    numbers: NDArray[np.int64],
    surprises: NDArray[np.float32],
    picked: int | None,
) -> int:
    """Show the choice of a note; its row. `numbers` (T,) are those of the notes, 0 for ends of
    pieces, of which there must be fewer than rows. `picked` is the row of the note that was clicked
    last."""
    rows = np.flatnonzero(numbers)
    key, before = f"why-note-{len(rows)}", "why-picked"
    if picked is not None and picked != st.session_state.get(before):
        st.session_state[key] = int(numbers[picked])
    st.session_state[before] = picked
    left, right = st.columns([1, 3], vertical_alignment="bottom")
    given = int((rows < made.prompt_rows).sum())
    number = left.number_input(
        f"Note (1 to {len(rows):,})",
        1,
        len(rows),
        min(given + 1, len(rows)),
        key=key,
        help="Or click a note in the piano roll.",
    )
    new = rows[given:]
    most = new[np.argsort(-np.nan_to_num(surprises[new]), kind="stable")[:SURPRISES]]
    with right:
        st.caption("What surprised the network most:")
        with st.container(horizontal=True, gap="xsmall", key="why-surprises"):
            for row in most.tolist():
                st.button(
                    f"Note {numbers[row]:,}: {surprises[row]:.1f} nats",
                    key=f"why-surprise-{row}",
                    on_click=_choose,
                    args=(key, int(numbers[row])),
                )
    return int(rows[number - 1])


def _choose(key: str, number: int) -> None:
    st.session_state[key] = number


def show_why(run: Run, made: MadeTake, found: Trace, row: int, number: int) -> None:
    """What the network held likely when it chose this row, a note of this number. Each alternative
    can be pressed."""
    encoding, values = run.encoding, made.rows[row].tolist()
    st.markdown(f"**Note {number:,}: {plain(encoding.words(values))}**, {place(run, made, row)}")
    if row < found.unasked:
        st.caption(
            "This note was given. The network sees whole windows of notes, and was not asked "
            "before the first one was full."
        )
        return
    said = f"Surprise: {surprise(float(found.surprise[row]))}."
    if row < made.prompt_rows:
        said += " The note was given: these are the odds that the network would have had for it."
    st.write(said)
    counted = encoding.counts(made.rows[row : row + 1])[0]
    asked = [i for i, f in enumerate(encoding.fields) if f.is_choice and counted[i]]
    for column, field in zip(st.columns(len(asked)), asked, strict=True):
        with column, st.container(gap="xsmall"):
            _show_field(run, made, found, row, field)
    st.caption(
        "Probabilities are the network's own, before temperature, among what may come there. Each "
        "choice knows those before it. Press another value, and the take goes on from there: what "
        "came before stays, the rest is made anew."
    )


def _show_field(run: Run, made: MadeTake, found: Trace, row: int, field: int) -> None:
    """The values of one field: the likeliest as buttons, that which came among them."""
    odds = found.odds[field][row - found.kept.start]
    came = int(made.rows[row, field])
    likeliest = [v for v in np.argsort(-odds, kind="stable")[:SHOWN].tolist() if odds[v] >= RARE]
    if came not in likeliest:
        likeliest = [*likeliest[: SHOWN - 1], came]
    labels = {
        value: f"{answer(run.encoding, made.rows[row].tolist(), field, value)} · "
        f"{chance(float(odds[value]))}"
        for value in np.flatnonzero((odds > 0) | (np.arange(len(odds)) == came)).tolist()
    }
    st.markdown(f"**{question(run.encoding, field).asked}**")
    styles = []
    for value in likeliest:
        key = f"why-{row}-{field}-{value}"
        what = f".st-key-{key} button"
        if value == came:
            what = f".st-key-{key} p"
            styles.append(f"{what} {{ {_CAME} }}")
            with st.container(key=key):
                st.markdown(f":material/check: **{plain(labels[value])}**")
        else:
            st.button(
                plain(labels[value]),
                key=key,
                width="stretch",
                on_click=_press,
                args=(Wanted(made.recipe.text, row, field, value),),
            )
        share = f"{100 * float(odds[value]):.1f}%"
        styles.append(
            f"{what} {{ background-image: linear-gradient(90deg, {_BAR} {share}, "
            f"transparent {share}); }}"
        )
    st.html(f"<style>{''.join(styles)}</style>")
    others = [value for value in labels if value not in likeliest]
    if others:
        key = f"why-other-{row}-{field}"
        st.selectbox(
            question(run.encoding, field).asked,
            others,
            index=None,
            format_func=labels.__getitem__,
            placeholder="Another one …",
            key=key,
            label_visibility="collapsed",
            on_change=_press_chosen,
            args=(key, Wanted(made.recipe.text, row, field, came)),
        )


_CAME = "border: 1px solid; border-radius: 0.6rem; padding: 0.4rem 0.75rem; text-align: center;"


def _press(asked: Wanted) -> None:
    st.session_state[_WANTED] = asked


def _press_chosen(key: str, asked: Wanted) -> None:
    value = st.session_state[key]
    if value is not None:
        _press(asked._replace(value=value))
        st.session_state[key] = None


def place(run: Run, made: MadeTake, row: int) -> str:
    """Where a row stands, as musicians say it: `bar 3, beat 2.5`."""
    bar = made.bar or run.encoding.bar
    number, rest = divmod(float(made.onsets[row]) + 1e-6, bar)
    return f"bar {number + 1:.0f}, beat {rest + 1:.4g}"
