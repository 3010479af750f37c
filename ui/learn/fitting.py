"""Chapter: epochs, batches, and fitting too little or too much."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import plotly.graph_objects as go
import streamlit as st

from models.learn.overfitting import CONTEXT, Examples, Learned, TooLittleError, learn
from models.learn.tunes import Steps, all_steps
from models.store import Epoch, StoreError
from ui.counts import many
from ui.curves import learning_curve
from ui.learn import Finish
from ui.learn.drawing import colours, drawn, laid_out
from ui.learn.example import Example, Network
from ui.listening import listening
from ui.theme import GREY

EPOCHS = 40
PIECES = 60
"""Pieces whose top voice is read, at most; every fourth is held out."""

_CLEAR = 0.05
"""Nats by which a loss must differ before it is called worse."""


def show(example: Example) -> Sequence[Finish]:
    """A small training at once, and the real one of the network at hand."""
    st.write(
        "An *epoch* is one reading of all the music. It is read in *batches*: after each batch "
        "the weights move once. Loss on music that is learned from always falls; whether anything "
        "was understood shows on music that was held out."
    )
    st.subheader("A small network that learns while you watch", anchor=False)
    _small(example)
    if example.network is None:
        return ()
    st.subheader("The network at hand", anchor=False)
    return _real(example.network)


def _small(example: Example) -> None:
    """A network of a second's learning, to be made too small, too large or too greedy."""
    melodies = all_steps(example.pieces[:PIECES])
    held_out = [steps for i, steps in enumerate(melodies) if i % 4 == 1]
    others = [steps for i, steps in enumerate(melodies) if i % 4 != 1]
    if not held_out or not others:
        st.info("This needs two pieces with a melody: one to learn from and one to measure on.")
        st.page_link("pages/1_Music.py", label="Choose music", icon=":material/library_music:")
        return
    first, second, third, fourth = st.columns(4)
    units = first.select_slider("Units", (1, 4, 16, 64, 128), value=64, key="fitting-units")
    count = len(others)
    if len(others) > 1:
        count = second.slider(
            "Pieces to learn from",
            1,
            len(others),
            min(4, len(others)),
            key=f"fitting-pieces-{len(others)}",
        )
    batch = third.select_slider("Batch size", (4, 16, 64, 256), value=16, key="fitting-batch")
    rate = fourth.select_slider("Dropout", (0.0, 0.2, 0.5, 0.7), value=0.0, key="fitting-dropout")
    try:
        found, examples = _learned(
            _Private(others[:count]), _Private(held_out), int(units), int(batch), float(rate)
        )
    except TooLittleError as error:
        st.info(str(error))
        return
    at = st.slider("After epoch", 0, EPOCHS, found.best, key=f"fitting-at-{found.best}")
    drawn(
        _curve(found, at),
        key="fitting-curve",
        alt=f"Training and held-out loss over {EPOCHS} epochs; held out it is least at "
        f"{found.best}.",
    )
    one, two, three, four = st.columns(4)
    one.metric("Loss, learned from", f"{found.training[at]:.2f} nats")
    two.metric("Loss, held out", f"{found.held_out[at]:.2f} nats")
    three.metric("Right, learned from", f"{found.right[0, at]:.0%}")
    four.metric("Right, held out", f"{found.right[1, at]:.0%}")
    st.write(f"**Epoch {at}:** {verdict(found, at)}")
    st.caption(
        f"It predicts the next step of the top voice from the {CONTEXT} before, has one layer of "
        f"tanh units, and learns with Adam from {examples:,} examples: "
        f"{-(-examples // int(batch)):,} batches an epoch. Few pieces and many units learn by "
        "heart; one unit cannot learn much; dropout and more music help."
    )


def verdict(found: Learned, at: int) -> str:
    """What the two losses say about this epoch, in a sentence."""
    if at == 0:
        return "it knows nothing yet: every step is about equally likely to it."
    if at > found.best and found.held_out[at] > found.held_out[found.best] + _CLEAR:
        return (
            "**overfitting**. It knows its pieces better and better by heart, and the others "
            f"worse and worse. Epoch {found.best} was the best: that is the one to keep."
        )
    if at < found.best and found.held_out[at] > found.held_out[found.best] + _CLEAR:
        return "**underfitting** still. Both losses fall: go on."
    return (
        "about as well as it gets on music that it does not know. The gap between the lines is "
        "what it knows by heart."
    )


class _Private:
    """Melodies by their digest, for a cache that all visitors share: the same notes, the same
    training."""

    def __init__(self, melodies: Sequence[Steps]) -> None:
        self.melodies = list(melodies)
        digest = hashlib.sha256()
        for steps in melodies:
            digest.update(steps.tobytes() + b"|")
        self.digest = digest.hexdigest()


@st.cache_data(
    max_entries=32,
    ttl=1800,
    show_spinner="Learning …",
    hash_funcs={_Private: lambda music: music.digest},
)
def _learned(
    learn_from: _Private, measure_on: _Private, units: int, batch: int, dropout: float
) -> tuple[Learned, int]:
    """The small training, and from how many examples."""
    training = Examples.of(learn_from.melodies)
    found = learn(
        training,
        Examples.of(measure_on.melodies),
        units=units,
        epochs=EPOCHS,
        batch_size=batch,
        dropout=dropout,
    )
    return found, len(training)


def _curve(found: Learned, at: int) -> go.Figure:
    learned, held_out = colours()
    figure = go.Figure()
    for values, name, colour in (
        (found.training, "learned from", learned),
        (found.held_out, "held out", held_out),
    ):
        figure.add_scatter(
            y=values,
            name=name,
            mode="lines",
            line={"color": colour, "dash": "dot" if colour == learned else "solid"},
            hovertemplate="epoch %{x}: %{y:.3f} nats",
        )
        figure.add_scatter(
            x=[at],
            y=[values[at]],
            mode="markers",
            marker={"color": colour, "size": 13},
            showlegend=False,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[found.best],
        y=[found.held_out[found.best]],
        name="best epoch",
        mode="markers",
        marker={"color": held_out, "size": 15, "symbol": "star"},
        hoverinfo="skip",
    )
    figure.add_vline(x=at, line={"color": GREY, "dash": "dot"})
    return laid_out(
        figure,
        xaxis={"title": "epoch"},
        yaxis={"title": "loss (nats a step)", "rangemode": "tozero"},
        hovermode="x unified",
    )


def _real(network: Network) -> Sequence[Finish]:
    """The history that the run kept, and what it played after some of its epochs."""
    try:
        history = network.store.history(network.run.id)
        samples = network.store.samples(network.run.id)
    except StoreError:
        history, samples = [], {}
    if not history:
        st.caption("Nothing is kept of how this network learned.")
        return ()
    training = network.run.training
    st.caption(
        f"Batch size {training.batch_size}, {many(history[-1].number, 'epoch')} so far. "
        f"The network that plays is that of epoch {network.epoch}."
    )
    at = history[0].number
    if len(history) > 1:
        at = st.select_slider(
            "After epoch",
            [epoch.number for epoch in history],
            value=network.epoch
            if network.epoch in {e.number for e in history}
            else history[-1].number,
            key=f"fitting-epoch-{network.run.id}-{len(history)}",
        )
    figure = learning_curve(history, history[-1].number)
    figure.add_vline(x=at, line={"color": GREY, "dash": "dot"})
    drawn(figure, key="fitting-history", alt="The losses of every epoch of this network.")
    st.write(said(history, at))
    heard = [number for number in sorted(samples) if number <= at]
    if not heard or not len(samples[heard[-1]]):
        return ()
    number = heard[-1]
    st.caption(f"What it played after epoch {number}, from a beginning that is always the same:")
    piece = network.run.encoding.decode(samples[number], f"Sample of epoch {number}")
    digest = hashlib.sha256(f"{network.run.id} {number} sample".encode()).hexdigest()
    named = replace(piece, digest=digest)
    return [listening(named, key=f"fitting-sample-{number}", height=200, pickable=False)]


def said(history: Sequence[Epoch], at: int) -> str:
    """What a run's history says about one of its epochs, in a sentence or two."""
    epoch = next(e for e in history if e.number == at)
    first = f"After epoch {at} the training loss was {epoch.loss:.2f} nats a token"
    measured = [(e.held_out, e.number) for e in history if e.held_out is not None]
    if epoch.held_out is None or not measured:
        return f"{first}. Nothing was held out, so nobody knows what it learned by heart."
    least, best = min(measured)
    told = f"{first}, the held-out loss {epoch.held_out:.2f}. "
    if at > best and epoch.held_out > least + _CLEAR:
        return told + f"Held out it was better before, at epoch {best}: since then it **overfits**."
    if at < best and epoch.held_out > least + _CLEAR:
        return told + f"It got better until epoch {best}: here it still **underfits**."
    return told + "That is about the best this training reached on music it did not know."
