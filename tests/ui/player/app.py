"""A page with a player or two, for the tests to play with; the folder of its recordings is its
argument."""

import sys
from pathlib import Path

import streamlit as st

from musiccore.piece import Piece, Track
from ui.player import parts_wanted, picked, player
from ui.player.sound import deliver


def recording(name: str) -> bytes:
    return (Path(sys.argv[1]) / f"{name}.flac").read_bytes()


def tune(name: str, seconds: int, first: int = 0) -> Piece:
    low = [(2.0 * k, 1.0, 48 + k, 90) for k in range(first, seconds)]
    high = [(2.0 * k + 1.0, 1.0, 72 + k, 90) for k in range(first, seconds)]
    return Piece(name, (Track.of(low), Track.of(high, 73)))


def show(
    name: str,
    seconds: int,
    key: str = "player",
    mute: bool = False,
    opening: bool = False,
    first: int = 0,
) -> None:
    piece = tune(name, seconds, first)
    player(piece, key=key, audible=not mute, generated_from=4.0, surprise=[1.0] * len(piece))
    if mute:
        return
    if opening:
        deliver(piece, recording("opening"), player=key, key=f"{key}-opening", whole=False)
    else:
        deliver(piece, recording(name), player=key, key=f"{key}-sound")
    for part in parts_wanted(key):
        deliver(piece, recording(f"part {part}"), player=key, key=f"{key}-part-{part}", part=part)


if st.button("Elsewhere"):
    st.write("The page has run again.")
other, both, mute = st.checkbox("Other music"), st.checkbox("Both"), st.checkbox("No sound")
opening = st.checkbox("Opening")
if not st.checkbox("Hide"):
    show("second" if other else "first", 8 if other else 12, mute=mute, opening=opening)
    st.write(f"picked: {picked()}")
if both:
    show("second", 8, key="another", first=3)
