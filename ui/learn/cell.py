"""Chapter: a GRU step taken apart in its four stages, by hand and in a real network."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from models.learn.step import HAND, GruStep, Sums
from ui.explore.show import show as show_figure
from ui.learn.cell_drawing import draw_cell
from ui.learn.cell_units import (
    choose_reader,
    course_figure,
    course_rows,
    course_words,
    liveliest,
    remembered_steps,
)
from ui.learn.example import Example, Network
from ui.page import plain

BY_HAND, REAL = "One unit, by hand", "A unit of a real network"


def show(example: Example) -> None:
    """The four stages in formulas; the same with numbers; who writes it how."""
    st.write(
        "A gated recurrent unit (GRU) makes its new state in four stages. Each unit of a layer "
        "does so at every note, all at once. From the note it gets $a = Wx + b$, from the layer's "
        "old state $u = Uh + c$: one of each for every stage."
    )
    st.latex(
        r"""\begin{aligned}
z &= \sigma(a_z + u_z) && \text{1 update gate} \\
r &= \sigma(a_r + u_r) && \text{2 reset gate} \\
n &= \tanh(a_n + r \odot u_n) && \text{3 candidate} \\
h' &= z \odot h + (1 - z) \odot n && \text{4 new state}
\end{aligned}"""
    )
    st.caption(
        r"$\sigma$ squeezes any number to one from 0 to 1, $\tanh$ to one from −1 to 1; $\odot$ "
        "multiplies unit by unit. This is the form of Keras (`reset_after=True`) and of NVIDIA's "
        "cuDNN, and the one that all networks here have."
    )
    st.subheader("With numbers", anchor=False)
    _with_numbers(example.network)
    st.subheader("How the papers write it", anchor=False)
    _papers()


@st.fragment
def _with_numbers(network: Network | None) -> None:
    way = st.segmented_control(
        "Which unit",
        [BY_HAND, REAL],
        default=BY_HAND,
        required=True,
        key="learn-cell-way",
        label_visibility="collapsed",
        wrap=True,
    )
    _WAYS[way](network)


def _by_hand(network: Network | None) -> None:
    controls, drawing = st.columns(2, gap="large")
    with controls:
        st.write(
            "The smallest GRU there is: one unit that reads one number, how high the note is. It "
            "keeps its state while notes are low, and takes up something new when a high one comes."
        )
        x = st.slider("Note, from low (−1) to high (1)", -1.0, 1.0, 0.3, 0.1, key="learn-cell-x")
        old = st.slider("Old state", -1.0, 1.0, -0.6, 0.1, key="learn-cell-h")
        free = HAND.step(x, old)
        step = _hold(free)
    with drawing:
        draw_cell(step, "learn-cell-drawing", x)
    sums = (
        _by_weights("z", HAND.update, x, old),
        _by_weights("r", HAND.reset, x, old),
        _by_weights("n", HAND.candidate, x, old),
    )
    _stages(step, free, sums)


def _real(network: Network | None) -> None:
    controls, drawing = st.columns(2, gap="large")
    with controls:
        reader = choose_reader(network)
        if not reader.own:
            st.caption(
                "The network of the examples has no GRU layer. This is one of 64 units that comes "
                "with Gruve, on a chorale that it never learned from."
            )
        numbers = range(len(reader.layers))
        number = (
            st.selectbox(
                "Layer",
                numbers,
                format_func=lambda i: f"GRU layer {i + 1}",
                key=f"learn-cell-layer-{len(reader.layers)}",
            )
            if len(reader.layers) > 1
            else 0
        )
        steps = remembered_steps(reader, reader.layers[number])
        units, notes = steps.weights.units, len(reader.piece.rows)
        unit = (
            st.number_input(
                f"Unit (1 to {units})",
                1,
                units,
                liveliest(steps) + 1,
                key=f"learn-cell-unit-{number}-{units}",
            )
            - 1
        )
        note = 0
        if notes > 1:
            first = min(8, notes)
            note = st.slider("Note", 1, notes, first, key=f"learn-cell-note-{notes}") - 1
        row = reader.piece.rows[note].tolist()
        st.write(f"It reads: {plain(reader.forward.encoding.words(row))}")
        free = steps.step(note, unit)
        step = _hold(free)
    with drawing:
        draw_cell(step, "learn-cell-drawing", str(note + 1))
    _stages(step, free, ())
    course = steps.course(unit)
    show_figure(
        course_words(course, unit),
        course_figure(course, note),
        course_rows(course),
        "learn-cell-course",
    )
    other = steps.reset_before(note, unit)
    st.caption(
        f"With the reset before the product, as Cho et al. print it (below), the same weights "
        f"would make {_minus(other)} of it instead of {_minus(free.new)}."
    )


_WAYS = {BY_HAND: _by_hand, REAL: _real}


def _hold(step: GruStep) -> GruStep:
    """The step as it is, or with its gates where the visitor holds them."""
    if not st.toggle("Hold the gates yourself", key="learn-cell-hold"):
        return step
    left, right = st.columns(2)
    update = left.slider("Update gate", 0.0, 1.0, 0.5, 0.05, key="learn-cell-update")
    reset = right.slider("Reset gate", 0.0, 1.0, 0.5, 0.05, key="learn-cell-reset")
    return step.held(update, reset)


def _stages(step: GruStep, free: GruStep, sums: Sequence[str]) -> None:
    """The four stages side by side, each with its numbers; `sums` say where they come from."""
    gates = (
        ("z", step.to_update, step.update, free.update),
        ("r", step.to_reset, step.reset, free.reset),
    )
    formulas = [_gate(name, into, value, held=value != own) for name, into, value, own in gates]
    into = step.to_candidate
    formulas.append(
        rf"\begin{{aligned}} n &= \tanh({_number(into.given)} + {_number(step.reset)} \cdot "
        rf"{_term(into.past)}) \\ &= {_number(step.candidate)} \end{{aligned}}"
    )
    formulas.append(
        rf"\begin{{aligned}} h' &= {_number(step.update)} \cdot {_term(step.old)} "
        rf"+ {_number(1 - step.update)} \cdot {_term(step.candidate)} \\ "
        rf"&= {_number(step.new)} \end{{aligned}}"
    )
    columns = [*st.columns(2), *st.columns(2)]
    for i, (column, (title, does), formula) in enumerate(
        zip(columns, _STAGES, formulas, strict=True)
    ):
        with column.container(border=True, height="stretch"):
            st.write(f"**{i + 1} {title}.** {does}")
            if i < len(sums):
                st.latex(sums[i])
            st.latex(formula)


_STAGES = (
    ("Update gate", "How much of the old state stays: 1 all of it, 0 none."),
    ("Reset gate", "How much of the past the candidate gets to see: 1 all of it, 0 none."),
    ("Candidate", "What the state could become, from the note and what the reset gate lets in."),
    ("New state", "The old state and the candidate, mixed as the update gate says."),
)


def _gate(name: str, into: Sums, value: float, held: bool) -> str:
    if held:
        return rf"{name} = {_number(value)} \quad \text{{(held)}}"
    return rf"{name} = \sigma({_number(into.given)} + {_term(into.past)}) = {_number(value)}"


def _by_weights(name: str, weights: tuple[float, float, float], x: float, old: float) -> str:
    """Where the two sums of a hand-sized stage come from."""
    w, u, b = weights
    return (
        rf"\begin{{aligned}} a_{name} &= {w:g} \cdot {_term(x)} + {b:g} = {_number(w * x + b)} \\ "
        rf"u_{name} &= {u:g} \cdot {_term(old)} = {_number(u * old)} \end{{aligned}}"
    )


def _number(value: float) -> str:
    """Two decimals, and never a zero with a sign."""
    return f"{round(value, 2) + 0.0:.2f}"


def _term(value: float) -> str:
    """A number as it stands behind another one: in brackets where it is negative."""
    said = _number(value)
    return f"({said})" if said.startswith("-") else said


def _minus(value: float) -> str:
    return _number(value).replace("-", "−")


def _papers() -> None:
    st.write(
        "Two things differ from text to text, so that the same network can look like another one."
    )
    left, right = st.columns(2, gap="large")
    with left:
        st.write("**Where the reset applies.** Cho et al. (2014) reset the state, then multiply:")
        st.latex(r"n = \tanh(Wx + U(r \odot h))")
        st.write("Keras, with `reset_after=True`, multiplies first and resets what comes of it:")
        st.latex(r"n = \tanh(Wx + b + r \odot (Uh + c))")
        st.write(
            "There a unit's reset gate decides what it *gives* to the others, here what it *takes* "
            "from them. With a single unit and no $c$ both are the same. The second way lets all "
            "three products with $h$ be made at once, which is why GPUs do it so; and that is what "
            "the second bias $c$ is for."
        )
    with right:
        st.write("**Which way the update gate points.** Cho et al. and Keras:")
        st.latex(r"h' = z \odot h + (1 - z) \odot n")
        st.write("Chung et al. (2014), and many texts after them:")
        st.latex(r"h' = (1 - z) \odot h + z \odot n")
        st.write(
            "It is the same network, with $z$ called $1 - z$. What is wrong in some texts, the "
            "book's chapter that Gruve starts from among them, is a reset gate in this last line: "
            "$r$ has its say in the candidate and nowhere else."
        )
