"""Shared songs on the screen: heard by whoever has the link."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from models.run import Run
from models.songs import Song, SongError, Songs
from musiccore.audio import forget_audio
from musiccore.instruments import name_of
from musiccore.starters import STARTERS
from ui.counts import many
from ui.listening import listening
from ui.midi import midi_button
from ui.page import plain
from ui.takes import audio_folder
from ui.words import duration
from ui.workspace import store

CELLS = {"gru": "GRU", "lstm": "LSTM", "rnn": "Plain RNN"}


@st.cache_resource
def songs() -> Songs:
    """The shared songs of this app; where one ends, its sound goes with it."""
    return Songs(store().url, ended=lambda id_: forget_audio(audio_folder(), id_))


def link_to(id_: str) -> str:
    """The address of a song, as the browser sees this app."""
    here = urlsplit(st.context.url or "")
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    host = f"{here.scheme}://{here.netloc}" if here.netloc else ""
    return f"{host}/{base}/?song={id_}" if base else f"{host}/?song={id_}"


def facts_of(run: Run, epoch: int) -> dict[str, str]:
    """What whoever has the link is told of the network: never what a visitor calls their music."""
    kinds = [layer.kind for layer in run.network.layers if layer.kind in CELLS]
    cells = " and ".join(dict.fromkeys(CELLS[kind] for kind in kinds))
    facts = {
        "Network": f"{cells}, {many(len(kinds), 'recurrent layer')}",
        "Trained for": many(epoch, "epoch"),
    }
    if run.title in {starter.title for starter in STARTERS.values()}:
        facts["Learned from"] = run.title
    return facts


def show_song(id_: str) -> Callable[[], None]:
    """A shared song: its title, its player, its MIDI; a friendly sentence where there is none.

    The function returned brings the sound; a page calls it last.
    """
    try:
        song = songs().open(id_)
    except SongError as error:
        st.info(plain(str(error)), icon=":material/music_off:")
        return _nothing
    st.header(f":material/music_note: {plain(song.title)}", anchor=False)
    st.caption(plain_facts(song))
    add_sound = listening(
        song.piece, key="song", height=300, unasked=600.0, pickable=False, owner=song.id
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        midi_button(song.piece, file_stem(song.title), key="song-midi")
        st.markdown("Made with Gruve by a small recurrent network. **Make your own below.**")
    return add_sound


def plain_facts(song: Song) -> str:
    """What there is to know of a song, in a line."""
    instruments = ", ".join(name_of(program) for program in song.piece.programs)
    told = [f"{name}: {text}" for name, text in song.facts]
    heard = [f"{len(song.piece):,} notes", duration(song.piece.seconds), instruments]
    return " · ".join(map(plain, [*heard, *told]))


def file_stem(title: str) -> str:
    """A title as the name of a file on any system."""
    return re.sub(r"[^\w]+", "-", title, flags=re.ASCII).strip("-")[:60] or "song"


def _nothing() -> None:
    pass
