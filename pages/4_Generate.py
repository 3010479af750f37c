"""Generate: let a trained network make music; hear it, see it, take it home."""

import streamlit as st

from models.takes import own_way
from ui.generating.beginnings import choose_beginning
from ui.generating.making import ask, make_wanted, press
from ui.generating.network import choose_network, playable
from ui.generating.sections import listen, show_section
from ui.generating.settings import (
    choose_amounts,
    choose_character,
    choose_details,
    fill,
    remember,
)
from ui.generating.shelving import judge, say_if_full, show_shelf
from ui.generating.shown import choose_shown, offer_more, say_take, show_faults
from ui.home.adopting import offer_shipped
from ui.midi import midi_button
from ui.page import close_page, open_page

workspace = open_page("Generate", ":material/graphic_eq:")
st.write("A trained network makes new music, note by note. Hear it, look inside, take it home.")

runs = playable(workspace)
if not runs:
    if workspace.runs():
        st.info("Your network plays once it has learned its first epoch.", icon=":material/school:")
        label = "See how far it is"
    else:
        st.info("There is no trained network yet: train one, or begin with one of Gruve’s own.")
        label = "Train a network"
    st.page_link("pages/3_Train.py", label=label, icon=":material/model_training:")
    st.header("Play at once", anchor=False)
    st.write("These networks come with Gruve. Which music shall it be?")
    offer_shipped(workspace)
    close_page("Generate")
    st.stop()

controls, music = st.columns([2, 3], gap="large")
with controls:
    player = choose_network(workspace, runs)
    fill(workspace, player.run)
    prompt = choose_beginning(workspace, player.run)
    ask(workspace, player, prompt)
    choose_character(player.run)
    choose_amounts()
    with st.expander("More settings", icon=":material/tune:", key="more-settings"):
        choose_details()
    remember(workspace, own_way(player.run))
    st.button(
        "Generate",
        type="primary",
        key="generate-start",
        icon=":material/graphic_eq:",
        on_click=press,
        width="stretch",
    )
    make_wanted(workspace)

sounds = []
with music:
    shown = choose_shown(workspace, runs)
    if shown is not None:
        say_take(shown)
        show_faults(shown)
        sounds += listen(shown)
        with st.container(horizontal=True, vertical_alignment="center", key="take-acts"):
            judge(workspace, shown.entry)
            offer_more(shown)
            midi_button(
                shown.piece,
                f"gruve-{shown.run.id[:4]}-take-{shown.entry.number}",
                key="download-midi",
            )
        say_if_full()
    with st.expander("Shelf", icon=":material/shelves:", key="shelf"):
        show_shelf(workspace)
if shown is not None:
    sounds += show_section(shown)
close_page("Generate")
for add_sound in sounds:
    add_sound()
