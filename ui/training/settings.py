"""The controls beside the layers: what goes in, what is asked, how it is learned."""

from __future__ import annotations

import streamlit as st

from models.config import INPUTS, MAX_AVERAGE, MAX_CLIP, MAX_WIDTH, OBJECTIVES
from models.optimizers import OPTIMIZERS
from ui.glossary import what_is

ENCODING_WORDS = {
    "notes": "Notes: rhythm, velocity, instruments and drums are learned (default)",
    "book": "Book: note and chord names only, as in the chapter; rhythm is lost",
}
INPUT_WORDS = {
    "scaled integer": "Scaled integer",
    "one-hot": "One-hot",
    "embedding": "Embedding",
}
OBJECTIVE_WORDS = {
    "last step": "One answer a window",
    "every step": "An answer at every note",
}


def choose_encoding() -> None:
    st.radio(
        "Encoding",
        list(ENCODING_WORDS),
        format_func=ENCODING_WORDS.__getitem__,
        key="encoding",
        help="How notes become the numbers that a network works with. What the encoding leaves "
        "out, the new music will not have either." + what_is("encoding"),
    )


def choose_length() -> None:
    """Epochs and batch size: always in sight."""
    left, right, _ = st.columns([1, 1, 2])
    left.number_input(
        "Epochs",
        1,
        10_000,
        key="epochs",
        help="How often the network reads all of the music. Few: it stumbles. Many: it may begin "
        "to copy; the best epoch is kept." + what_is("epoch"),
    )
    right.number_input(
        "Batch size",
        1,
        4096,
        key="batch-size",
        help="How many stretches of music are learned from at once. Smaller: slower, and often "
        "better music from little material." + what_is("batch"),
    )


def choose_ends(error: str) -> None:
    """What goes into the network and what is asked of it; `error` says what of it cannot be."""
    left, right = st.columns(2)
    left.selectbox(
        "Input",
        INPUTS,
        format_func=INPUT_WORDS.__getitem__,
        key="input",
        help="How a note enters. **Scaled integer**: one number a field, as in the chapter; C and "
        "C sharp look alike. **One-hot**: a switch for every value. **Embedding**: the network "
        "learns for itself which notes are alike." + what_is("one-hot", "embedding"),
    )
    right.selectbox(
        "Objective",
        OBJECTIVES,
        format_func=OBJECTIVE_WORDS.__getitem__,
        key="objective",
        help="**One answer a window**: the network sees a window and predicts the one note after "
        "it, as in the chapter. **An answer at every note**: it learns from every note it reads, "
        "many times faster." + what_is("window"),
    )
    st.checkbox(
        "Carry the state from batch to batch",
        key="stateful",
        help="The network remembers a piece from its first note (stateful layers). Without it, it "
        "hears no further back than one sequence." + what_is("stateful"),
    )
    if error:
        st.error(error, icon=":material/error:")
    left, right = st.columns(2)
    left.number_input(
        "Embedding width",
        1,
        MAX_WIDTH,
        key="embedding",
        disabled=st.session_state["input"] != "embedding",
        help="How many numbers describe a note to the network. More can tell more notes apart."
        + what_is("embedding"),
    )
    right.number_input(
        "Width of the heads",
        1,
        MAX_WIDTH,
        key="head",
        help="Pitch, duration and the rest are chosen one after the other, each by a small head "
        "that knows what was chosen before it. Wider heads fit them to each other better."
        + what_is("field"),
    )


def choose_learning(error: str) -> None:
    """How it is learned; `error` says what of it cannot be, or not with this music."""
    left, right = st.columns(2)
    left.number_input(
        "Sequence length (notes)",
        1,
        4096,
        key="sequence-length",
        help="With one answer a window: how many notes the network sees before it answers. Else: "
        "over how many notes it learns connections at once. Longer: longer phrases, slower."
        + what_is("sequence"),
    )
    right.number_input(
        "Transposition (± semitones)",
        0,
        12,
        key="transpose",
        help="Every epoch moves each piece by a random interval up to this, so that little music "
        "teaches more. The new music then stands in all these keys." + what_is("transposition"),
    )
    optimizer = left.selectbox(
        "Optimizer",
        list(OPTIMIZERS),
        format_func=lambda name: OPTIMIZERS[name].title,
        key="optimizer",
        help="How the network is corrected after each batch. The music is the same kind; how soon "
        "it is good differs." + what_is("optimizer"),
    )
    right.number_input(
        "Learning rate",
        0.0,
        1.0,
        step=0.0005,
        format="%g",
        key="learning-rate",
        help="How far each correction goes. Too small: it takes for ever. Too large: it forgets "
        "what it knew, and plays at random." + what_is("learning-rate"),
    )
    st.caption(
        f"{OPTIMIZERS[optimizer].description} Usual learning rate: {OPTIMIZERS[optimizer].rate:g}."
    )
    left, right = st.columns(2)
    left.number_input(
        "Held-out share",
        0.0,
        0.9,
        step=0.05,
        format="%g",
        key="held-out",
        help="The share of pieces that is never learned from, only measured on: the only way to "
        "tell whether the network has understood the music or copies it. 0.1 is a tenth."
        + what_is("held-out"),
    )
    right.number_input(
        "Patience (epochs)",
        0,
        10_000,
        key="patience",
        help="Stops by itself where so many epochs in a row were no better on held-out music, "
        "before it only copies. 0: never." + what_is("held-out"),
    )
    left.number_input(
        "Cut gradients at",
        0.0,
        MAX_CLIP,
        step=0.5,
        format="%g",
        key="clip",
        help="No correction is larger than this, so that one odd passage does not upset all that "
        "was learned. 0: never cut." + what_is("gradient"),
    )
    right.number_input(
        "Warm-up (batches)",
        0,
        100_000,
        step=50,
        key="warm-up",
        help="The learning rate rises evenly over so many first batches: who knows nothing yet is "
        "easily led astray. 0: full speed from the start.",
    )
    left.number_input(
        "Averaging",
        0.0,
        MAX_AVERAGE,
        step=0.01,
        format="%g",
        key="average",
        help="The network that is kept is a running mean of its latest versions; 0.99 looks back "
        "over about 100 batches. It plays more steadily than any one of them. 0: the latest "
        "version alone." + what_is("parameter"),
    )
    right.number_input(
        "Training seed",
        0,
        2**32 - 1,
        key="training-seed",
        help="Where chance starts. The same seed, settings and music give the same network again; "
        "another seed another one, about as good." + what_is("seed"),
    )
    if error:
        st.error(error, icon=":material/error:")
