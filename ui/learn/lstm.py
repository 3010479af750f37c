"""Chapter: GRU beside LSTM beside plain RNN, in formulas and in what is measured here."""

from __future__ import annotations

import streamlit as st

from models.config import RECURRENT
from models.learn.twins import twins
from models.summary import input_width
from ui.explore.show import show as show_figure
from ui.learn.contents import link_to
from ui.learn.example import Example, Network
from ui.learn.lstm_figures import (
    columns,
    learned_rows,
    learned_words,
    own_rows,
    own_words,
    size_rows,
    size_words,
    sizes,
    speed_rows,
    speed_words,
    speeds,
)


def show(example: Example) -> None:
    """Gates, numbers to learn and to carry, speed, and what came of it."""
    st.write(
        "All three make a new state at every note. They differ in what stands between the old "
        "state and the new one. Here $a$ is what the note gives, $u$ what the old state gives."
    )
    _gates()
    st.subheader("How much there is to learn and to carry", anchor=False)
    _sizes(example.network)
    st.subheader("How well they learn", anchor=False)
    _learned(example)
    st.subheader("Which one to take", anchor=False)
    st.write(
        "Start with the **GRU**: it often learns as well as an LSTM, with fewer numbers and in "
        "less time. Chung et al. (2014) compared both, on music too, and found neither ahead "
        "everywhere. Try the **LSTM** where much has to be kept apart for long: its memory is not "
        "what it shows, a third gate says how much of it shows, and it can count, as its memory "
        "has no bounds. Take the **plain RNN** to hear what forgetting sounds "
        "like."
    )
    st.page_link(
        "pages/5_Compare.py",
        label="Train all three on your music and compare them",
        icon=":material/balance:",
    )


def _gates() -> None:
    for column, (title, formula, said) in zip(st.columns(3), _CELLS, strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{title}**")
            st.latex(formula)
            st.markdown(said)
    with st.container(horizontal=True):
        link_to("cell", "The GRU's step, number by number")
        link_to("memory", "How far back each of them reaches")


_CELLS = (
    (
        "Plain RNN (Elman 1990)",
        r"h' = \tanh(a + u)",
        "**No gate.** The whole state is made anew at every note. It carries $h$ alone.",
    ),
    (
        "GRU (Cho et al. 2014)",
        r"""\begin{aligned}
z &= \sigma(a_z + u_z) \\
r &= \sigma(a_r + u_r) \\
n &= \tanh(a_n + r \odot u_n) \\
h' &= z \odot h + (1-z) \odot n
\end{aligned}""",
        "**Two gates.** The update gate $z$ both keeps and lets in, the reset gate $r$ hides the "
        "past from the candidate $n$. It carries $h$ alone and shows all of it.",
    ),
    (
        "LSTM (Hochreiter and Schmidhuber 1997)",
        r"""\begin{aligned}
i &= \sigma(a_i + u_i) \\
f &= \sigma(a_f + u_f) \\
o &= \sigma(a_o + u_o) \\
g &= \tanh(a_g + u_g) \\
c' &= f \odot c + i \odot g \\
h' &= o \odot \tanh(c')
\end{aligned}""",
        "**Three gates.** Input gate $i$ and forget gate $f$ (Gers et al. 2000) are free of each "
        "other; the output gate $o$ says how much of the memory shows. It carries $h$ and the "
        "memory $c$.",
    ),
)


@st.fragment
def _sizes(network: Network | None) -> None:
    usual_inputs, usual_units = _first_layer(network)
    left, right = st.columns(2)
    units = left.slider("Units", 8, 512, usual_units, 8, key=f"learn-lstm-units-{usual_units}")
    inputs = right.slider(
        "Numbers that come in at each note", 8, 512, usual_inputs, 8, key="learn-lstm-inputs"
    )
    st.write("With $U$ units and $I$ numbers coming in, a layer learns:")
    st.latex(
        r"""\begin{aligned}
\text{plain RNN} &: U(I + U + 1) \\
\text{GRU} &: 3\,U(I + U + 2) \\
\text{LSTM} &: 4\,U(I + U + 1)
\end{aligned}"""
    )
    st.caption(
        "A GRU has two biases, as Keras and cuDNN reset after the product. With "
        "`reset_after=False` it has one: 3 U (I + U + 1)."
    )
    found = sizes(inputs, units)
    show_figure(
        size_words(found),
        columns(
            {kind: size.learned for kind, size in found.items()},
            {kind: f"{size.learned:,}" for kind, size in found.items()},
            "numbers learned",
        ),
        size_rows(found),
        "learn-lstm-size",
    )
    asked = st.session_state.get("learn-lstm-asked", 0)
    if st.button("Measure their speed here", key="learn-lstm-measure", icon=":material/timer:"):
        asked += 1
        st.session_state["learn-lstm-asked"] = asked
    if not asked:
        st.caption("Takes about a second: each cell makes 1,400 steps in NumPy, as takes do here.")
        return
    took = speeds(inputs, units, asked)
    show_figure(
        speed_words(took, units),
        columns(took, {kind: f"{of:.0f} µs" for kind, of in took.items()}, "one step (µs)"),
        speed_rows(took),
        "learn-lstm-speed",
    )


def _first_layer(network: Network | None) -> tuple[int, int]:
    """(numbers in, units) of the example's first recurrent layer, as the sliders have them."""
    if network is None:
        return 128, 256
    config = network.run.network
    units = next(layer.units for layer in config.layers if layer.kind in RECURRENT)
    inputs = input_width(network.run.encoding, config)
    return _on_slider(inputs), _on_slider(units)


def _on_slider(number: int) -> int:
    return min(512, max(8, round(number / 8) * 8))


def _learned(example: Example) -> None:
    st.write(
        "Three small networks with one layer of 64 units, taught the same music in the same order. "
        "They come with Gruve and differ in their cells alone."
    )
    losses = {kind: twin.nats_per_note for kind, twin in twins().by_kind.items()}
    show_figure(
        learned_words(),
        columns(losses, {kind: f"{of:.2f}" for kind, of in losses.items()}, "loss (nats a note)"),
        learned_rows(),
        "learn-lstm-learned",
    )
    rows = own_rows(example.workspace)
    if rows:
        st.write(own_words(rows))
        st.dataframe(rows, hide_index=True, key="learn-lstm-own")
