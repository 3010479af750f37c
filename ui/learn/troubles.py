"""Chapter: what goes wrong, why, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ui.learn.example import Example
from ui.page import HOME, STEPS

_PAGES = {step.title: step.path for step in STEPS} | {"Home": HOME}


@dataclass(frozen=True)
class Trouble:
    """`seen` is what one sees, `why` where it comes from, `remedy` what to do; `page` is where, by
    the title of a step."""

    seen: str
    why: str
    remedy: str
    page: str


TROUBLES: dict[str, tuple[Trouble, ...]] = {
    "Bringing music": (
        Trouble(
            "A file is not read.",
            "Much that is called .mid is none: web pages, archives, downloads that broke off, "
            "recordings. MP3 and WAV hold sound, not notes.",
            "Look into the report below the upload: it says for each file what was found. Load "
            "it down again, or save it as MIDI in a notation program.",
            "Music",
        ),
        Trouble(
            "A file was read, but is called repaired.",
            "It broke the rules of MIDI, as many old files do: notes that never end, numbers out "
            "of range, a wrong header.",
            "Listen to it. If it sounds right, it is right; if not, leave it out.",
            "Music",
        ),
        Trouble(
            "Nothing is left to learn from.",
            "The chosen instruments, or lengths, leave out every note. A drum-only file has no "
            "melody; a part may be for another program than its name says.",
            "Choose more instruments or more pieces. Explore shows which instruments play.",
            "Music",
        ),
        Trouble(
            "Instruments are wrong: all is piano.",
            "The file names no program, or changes it midway; then it is piano by the standard.",
            "It can be learned from as it is: what counts is which notes belong together.",
            "Explore",
        ),
        Trouble(
            "Bar lines are in odd places.",
            "Many files say nothing about their metre, or something wrong. Then 4/4 is assumed.",
            "The notes are right all the same. Mend the metre in a notation program if you need "
            "the sheet music.",
            "Explore",
        ),
    ),
    "Training": (
        Trouble(
            "There is too little music for the sequences.",
            "The batch size times the sequence length is more than there are notes.",
            "Choose a smaller batch or shorter sequences, as the message says, or more music.",
            "Train",
        ),
        Trouble(
            "The loss becomes NaN, or jumps up.",
            "The learning rate is too large: steps overshoot until the numbers have no meaning "
            "any more.",
            "Divide the learning rate by ten, or cut the gradient at norm 1. The last good epoch "
            "is kept.",
            "Train",
        ),
        Trouble(
            "The held-out loss rises while the training loss falls.",
            "The network learns by heart: overfitting. Little music makes it likely.",
            "The best epoch is kept and played anyway. Bring more music, transpose more, add "
            "dropout, or take fewer units.",
            "Train",
        ),
        Trouble(
            "The loss does not fall.",
            "A learning rate too small, a network without enough units, or music that repeats "
            "nothing.",
            "Take the preset Quick as it is and change one thing at a time.",
            "Train",
        ),
        Trouble(
            "Training waits.",
            "Others are being taught on this machine. Your place in the queue is shown.",
            "Stay or close the page: it begins by itself and goes on without you.",
            "Train",
        ),
        Trouble(
            "Training was interrupted.",
            "The machine was restarted or went to sleep. A closed tab interrupts nothing.",
            "Press Train with the same settings: it goes on from the last epoch that was kept.",
            "Train",
        ),
        Trouble(
            "Memory runs out.",
            "Units, batch size and sequence length multiply. The Train page estimates the need "
            "before you press.",
            "Halve the batch size or the units. The chapter's remedy, fewer files, hardly helps "
            "here: music is small, networks are large.",
            "Train",
        ),
    ),
    "What it plays": (
        Trouble(
            "One note, or one figure, for ever.",
            "Always taking the likeliest value runs in circles; so does a network that has "
            "learned little.",
            "Raise the temperature towards 1, or choose Balanced. Train longer if it still does.",
            "Generate",
        ),
        Trouble(
            "It plays wild nonsense.",
            "The temperature is high, or the network has not learned enough yet.",
            "Choose Safe, or train until the held-out loss stops falling.",
            "Generate",
        ),
        Trouble(
            "It plays its pieces by heart.",
            "A small corpus is easily copied.",
            "Set a longest copy in the settings of the take, and look at its originality.",
            "Generate",
        ),
        Trouble(
            "It does not sound like the original.",
            "The book encoding keeps neither rhythm nor loudness nor the octave of chords: that "
            "is the chapter's way.",
            "Train with the notes encoding.",
            "Train",
        ),
        Trouble(
            "Long silence in the middle.",
            "A rare long wait was drawn, or the end of a piece and the beginning of another.",
            "Take another seed, or lower top-p a little.",
            "Generate",
        ),
    ),
    "Sound and screen": (
        Trouble(
            "There is no sound at all.",
            "Browsers play nothing before you press something. On an iPhone the silent switch "
            "mutes web pages, and a connected headset takes the sound elsewhere.",
            "Press play in the player itself; look at the volume of the tab, at the silent switch, "
            "at Bluetooth.",
            "Home",
        ),
        Trouble(
            "The player says that there is no audio.",
            "FluidSynth or its SoundFont is missing where the app runs.",
            "Install them as the sentence in the player says. MIDI and sheet music work without.",
            "Home",
        ),
        Trouble(
            "The sound comes late.",
            "Music is rendered the first time it is heard; long pieces take seconds.",
            "Wait: the beginning plays as soon as it is there. The second time it is at once.",
            "Generate",
        ),
        Trouble(
            "My music and networks are gone.",
            "They belong to this browser: another one, a private window or deleted cookies make "
            "you a new visitor. Some hosts keep nothing when they go to sleep.",
            "Save a network as one file on the Compare page, which also takes it back.",
            "Compare",
        ),
        Trouble(
            "The downloaded MIDI sounds different elsewhere.",
            "MIDI holds notes; every program plays them with instruments of its own.",
            "Take the sound home as well: MP3 or WAV.",
            "Generate",
        ),
    ),
}
"""Where -> what can go wrong there."""


def show(example: Example) -> None:
    """Troubles by where they show; a search through all of them."""
    words = st.text_input(
        "What do you see?",
        key="troubles-search",
        placeholder="no sound, NaN, one note …",
        icon=":material/search:",
    )
    wanted = words.casefold().split()
    number = 0
    for where, troubles in TROUBLES.items():
        found = [t for t in troubles if all(word in _text(t) for word in wanted)]
        if not found:
            continue
        st.subheader(where, anchor=False)
        for trouble in found:
            number += 1
            with st.expander(trouble.seen, expanded=bool(wanted), key=f"trouble-{number}-{words}"):
                st.markdown(f"**Why:** {trouble.why}")
                st.markdown(f"**What to do:** {trouble.remedy}")
                st.page_link(
                    _PAGES[trouble.page],
                    label=f"To {trouble.page}",
                    icon=":material/arrow_forward:",
                )
    if not number:
        st.info("Nothing like this is known here. Try a single word, like *sound* or *loss*.")


def _text(trouble: Trouble) -> str:
    return f"{trouble.seen} {trouble.why} {trouble.remedy}".casefold()
