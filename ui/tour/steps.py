"""The steps of the tour: a title, two short sentences, and something to see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st

from models.shipped import LEARNED, shipped_store
from models.trace import trace
from musiccore.pitch import PITCH_CLASSES
from musiccore.starters import STARTERS
from ui.contents import DEFAULT_CORPUS
from ui.home.making import new_piece
from ui.pianoroll import roll
from ui.theme import palette
from ui.tour import pictures

SEED = 1
"""Of the piece that the tour shows: the same for everybody."""

NOTES = 4
"""Notes that are told in words."""

SECONDS = 12.0
"""Of the piece that is drawn."""

UNITS, STEPS_SHOWN = 20, 60
"""Of the update gate: units and notes that are drawn."""


class Step(NamedTuple):
    """One step: `show` draws what there is to see."""

    icon: str
    title: str
    text: str
    show: Callable[[], None]


class Theme(NamedTuple):
    """What the pictures are drawn with on the background that the visitor has."""

    ink: str
    colours: Sequence[str]


def _theme() -> Theme:
    kind = "dark" if st.context.theme.type == "dark" else "light"
    return Theme(str(st.get_option(f"theme.{kind}.textColor")), palette(kind == "dark"))


def _picture(svg: str, alt: str) -> None:
    st.image(svg, alt=alt, width="stretch")


def _heard() -> None:
    piece, theme = new_piece(DEFAULT_CORPUS, SEED).piece, _theme()
    _picture(
        pictures.piano_roll(roll(piece), seconds=SECONDS, colours=theme.colours),
        f"The first {SECONDS:.0f} seconds of a new chorale: time from left to right, "
        "pitch from bottom to top.",
    )


def _music() -> None:
    theme = _theme()
    labels = [f"{s.title}: {s.files} pieces, {s.instruments}" for s in STARTERS.values()]
    numbers = [s.files for s in STARTERS.values()]
    drawn = pictures.rows(labels, numbers, colour=theme.colours[0], ink=theme.ink)
    _picture(drawn, "; ".join(labels))


def _read() -> None:
    learned, theme = LEARNED[DEFAULT_CORPUS], _theme()
    pitches = np.concatenate([p.rows[:, 2] for p in shipped_store().corpus(learned.run).pieces])
    times = np.bincount(pitches % 12, minlength=12)
    drawn = pictures.bars(PITCH_CLASSES, times.tolist(), colour=theme.colours[0], ink=theme.ink)
    often = PITCH_CLASSES[int(times.argmax())]
    _picture(drawn, f"How often each pitch class comes in the chorales; most often {often}.")


def _learned() -> None:
    learned, theme = LEARNED[DEFAULT_CORPUS], _theme()
    history = shipped_store().history(learned.run)
    losses = [e.nats_per_note for e in history if e.nats_per_note is not None]
    first = f"{losses[0]:.2f} nats a note after epoch 1"
    last = f"{losses[-1]:.2f} after epoch {len(losses)}"
    drawn = pictures.curve(losses, first, last, colour=theme.colours[1], ink=theme.ink)
    _picture(drawn, f"The held-out loss falls: {first}, {last}.")


def _played() -> None:
    made = new_piece(DEFAULT_CORPUS, SEED)
    encoding = shipped_store().load(made.recipe.run).encoding
    for row in made.rows[:NOTES].tolist():
        st.markdown(f":material/music_note: `{encoding.words(row)}`")


def _gates() -> None:
    made, theme = new_piece(DEFAULT_CORPUS, SEED), _theme()
    store = shipped_store()
    forward = store.forward(store.load(made.recipe.run), made.epoch)
    seen = trace(forward, made.rows, keep=range(STEPS_SHOWN))
    gate = seen.layers[0].gates["update"][:, :UNITS].T
    _picture(
        pictures.heat(gate, colour=theme.colours[0]),
        f"The update gate of {UNITS} units over the first {STEPS_SHOWN} notes: the darker, the "
        "more a unit keeps of what it remembers.",
    )


STEPS: tuple[Step, ...] = (
    Step(
        ":material/graphic_eq:",
        "Music that nobody wrote",
        "A small recurrent network has learned from music and makes more of it, note by note. "
        "On this page one plays that comes with Gruve. You can teach your own.",
        _heard,
    ),
    Step(
        ":material/library_music:",
        "1 Music",
        "Choose what it learns from: one of three starter sets, or MIDI files of yours. Nobody "
        "else sees your files.",
        _music,
    ),
    Step(
        ":material/bar_chart:",
        "2 Explore",
        "See what is in the music before a network does: notes, chords, rhythm, keys, sheet "
        "music. These are the twelve pitch classes of the chorales.",
        _read,
    ),
    Step(
        ":material/model_training:",
        "3 Train",
        "Press Train and watch. The network guesses each next note and is put right; the better "
        "it guesses music it never learned from, the lower this curve. Two minutes are enough.",
        _learned,
    ),
    Step(
        ":material/piano:",
        "4 Generate",
        "It begins a piece of its own, or goes on from yours. Each step is one note: what, how "
        "long to wait before it, how long, how loud. Save it as MIDI, sound or sheet music.",
        _played,
    ),
    Step(
        ":material/menu_book:",
        "Look inside",
        "Compare puts networks side by side, Learn explains how one works, with its real numbers. "
        "These are gates: they decide, note by note, what is remembered.",
        _gates,
    ),
)
