"""Chapter: what a recurrent network remembers, and why plain ones forget."""

from __future__ import annotations

import streamlit as st

from ui.explore.show import show as show_figure
from ui.learn.example import Example, Network
from ui.learn.influence import (
    FARTHEST,
    READ,
    cost_figure,
    cost_rows,
    cost_words,
    costs,
    curve_figure,
    curve_rows,
    curves,
    factor_figure,
    in_words,
)
from ui.learn.numbers import part

TRAINED, UNTRAINED = "After learning", "Before learning"


def show(example: Example) -> None:
    """The idea, the idea measured, and what it costs."""
    st.write(
        "A recurrent network reads one note at a time. All that it knows of the notes before is "
        "its **state**: a list of numbers, one for each unit, that it makes anew at every note out "
        "of that note and the state before. In a plain recurrent network (Elman 1990) that is one "
        "line:"
    )
    st.latex(r"h_t = \tanh(W x_t + U h_{t-1} + b)")
    st.caption(
        "$x_t$ is the note, $h_{t-1}$ the state before it, $h_t$ the state after it. The numbers "
        "in $W$, $U$ and $b$ are what is learned; they are the same at every note."
    )
    st.subheader("A trace that is multiplied at every note", anchor=False)
    _factor()
    st.subheader("Measured on real networks", anchor=False)
    _measured(example.network)
    st.subheader("What forgetting costs", anchor=False)
    _cost()


@st.fragment
def _factor() -> None:
    st.write(
        "Whatever a note leaves in the state is multiplied at every further note. So is the "
        "gradient, by which the network learns from its mistakes, on its way back to that note."
    )
    factor = st.slider(
        "What each further note leaves, of 1", 0.5, 1.1, 0.8, 0.05, key="learn-factor"
    )
    said = factor_words(factor)
    st.plotly_chart(
        factor_figure(factor), key="learn-factor-figure", config={"displayModeBar": False}, alt=said
    )
    st.write(said)
    st.write(
        r"In a plain network that factor is a table of numbers, $\operatorname{diag}(1-h_t^2)\,U$: "
        "whatever $U$ has become by learning, it multiplies at every note again, so the trace "
        "shrinks or grows by about the same each time. **Gates** choose the factor for each unit "
        "and at each note anew: most of it is a GRU's update gate $z_t$ or an LSTM's forget gate "
        "$f_t$, and both can stay close to 1 for as long as something is worth remembering."
    )


def factor_words(factor: float) -> str:
    """What becomes of a trace, in numbers and in a word."""
    after = f"After 10 notes {part(factor**10)} is left, after 50 notes {part(factor**50)}."
    if abs(factor - 1) < 1e-9:
        return f"{after} Nothing is lost. But nothing holds a plain network just there."
    if factor > 1:
        return f"{after} The trace **explodes**: the oldest notes drown the others."
    return f"{after} The trace **vanishes**: what lies far back can hardly be learned."


@st.fragment
def _measured(network: Network | None) -> None:
    st.write(
        "How much does what a network says **now** depend on the note 1, 2, 3 … notes back? The "
        "size of the gradient from here to there tells. Three small networks that differ in "
        "nothing but their cells (64 units each, taught the same chorales in the same order) read "
        "chorales that none of them has learned from."
    )
    state = st.segmented_control(
        "Networks",
        [TRAINED, UNTRAINED],
        default=TRAINED,
        required=True,
        key="learn-memory-state",
        label_visibility="collapsed",
    )
    steps = st.slider("Notes back", 5, FARTHEST, 50, 5, key="learn-memory-steps")
    found = curves(network, state == TRAINED)
    show_figure(
        in_words(found, steps), curve_figure(found, steps), curve_rows(found, steps), "learn-memory"
    )
    st.caption(_EXPLAINED[state])


_EXPLAINED = {
    TRAINED: "Learning opened the gates where it pays. The plain network had nothing to open: it "
    "still forgets at about the same pace at every note. Measured: the root mean square of the "
    "Jacobian of the network's output by its input, over passages and random directions "
    "(Hutchinson's estimate), divided by that of the newest note.",
    UNTRAINED: "The same networks before the first lesson. A GRU's gates begin half open, so it "
    "forgets as a plain network does; an LSTM's forget gate begins wider open, as Keras has it "
    "since Jozefowicz et al. (2015). What is remembered in the end is learned.",
}


@st.fragment
def _cost() -> None:
    st.write(
        "Does it matter? Let the same three networks read only the last few notes, then predict "
        "the next one. Who makes use of what lies far back gets better the more it may read."
    )
    notes = st.select_slider("Notes that it may read", READ, 8, key="learn-memory-read")
    found = costs()
    show_figure(
        cost_words(found, notes), cost_figure(found, notes), cost_rows(found), "learn-memory-cost"
    )
