"""Train: choose a network and how long it learns, and watch it."""

from functools import partial

import streamlit as st

from models.config import ConfigError
from musiccore.encoding import EncodingError
from ui.counts import many
from ui.naming import name_of
from ui.page import close_page, open_page, plain
from ui.runs import encoded, engine, run_of
from ui.training.answers import Standing, ask, standing
from ui.training.choice import bad_link, chosen, keep, open_choice
from ui.training.drawing import draw
from ui.training.estimates import material, show_figures, takes, warn
from ui.training.following import finished, following
from ui.training.layers import edit_layers
from ui.training.machine import runs_on
from ui.training.presets import choose_preset, title_of
from ui.training.samples import hear
from ui.training.settings import (
    choose_encoding,
    choose_ends,
    choose_learning,
    choose_length,
)
from ui.warming import when_idle

ERROR_PIXELS = 640
"""Of what keeps a network from being trained, beside the button."""

workspace = open_page("Train", ":material/model_training:")
st.write(
    "The network reads the music note by note and learns to predict the next one. "
    "An *epoch* is one reading of all of it."
)
open_choice(workspace)
choice = chosen()
recipe = choice.recipe
if recipe is not None:
    keep(workspace, recipe)
if bad_link():
    st.error(
        f"{plain(bad_link())} The usual choices are shown instead.", icon=":material/link_off:"
    )

music, given, asked, standing_now, music_error = None, None, None, Standing(""), ""
try:
    music = encoded(workspace, choice.encoding)
    if recipe is not None:
        given = material(*music, recipe)
        asked = run_of(workspace, music, recipe)
        standing_now = standing(workspace, asked)
except (ConfigError, EncodingError) as error:
    music_error = plain(str(error))

st.header("What to learn, and what learns it", anchor=False)
left, right = st.columns(2, gap="large")
with left:
    st.markdown(f"**Music:** {plain(workspace.corpus_title)}")
    st.page_link("pages/1_Music.py", label="Choose other music", icon=":material/library_music:")
    choose_encoding()
    if music is None:
        st.warning(music_error, icon=":material/warning:")
with right:
    choose_preset(choice, lambda preset: takes(*music, preset) if music else "")

st.header(f"The network: {title_of(choice)}", anchor=False)
left, right = st.columns(2, gap="large")
with left:
    edit_layers(choice.layers_error)
    with st.expander("Input and answers", expanded=bool(choice.ends_error)):
        choose_ends(choice.ends_error)
    with st.expander("How it learns"):
        choose_learning(choice.training_error)
with right:
    if music is not None and choice.network is not None and choice.training is not None:
        summary = show_figures(music[0], choice.network, choice.training, given)
        draw(music[0], choice.network, summary)
        if given is not None:
            warn(summary, choice.network, choice.training, given)
        with st.expander("As text, like Keras' model.summary()"):
            st.code(summary.text(), language=None, wrap_lines=True)
    else:
        st.caption("The drawing of the network stands here as soon as it can be built.")

st.header("Train it", anchor=False)
choose_length()
if given is not None and recipe is not None:
    offered = f"{title_of(choice)}, {many(recipe.training.epochs, 'epoch')} of "
    offered += f"{plain(workspace.corpus_title)}."
else:
    offered = "Something on this page has to be chosen differently first."
# In sight from the first screen on (ui/theme/page.css).
with st.container(horizontal=True, vertical_alignment="center", key="train-bar"):
    pressed = st.button(
        "Train",
        type="primary",
        key="train-start",
        disabled=given is None or not standing_now.open,
        icon=":material/school:",
    )
    if music is not None and music_error:
        st.error(music_error, icon=":material/error:", width=ERROR_PIXELS)
    else:
        st.caption(standing_now.said or offered, width="content")
if pressed and recipe is not None:
    # Or the list below would choose again the run that was looked at before.
    st.session_state["run"] = ask(workspace, recipe).id
    st.rerun()
st.caption(runs_on())
st.caption(
    "The address of this page holds all these choices, but not the music: send it to somebody, "
    "and they can train the same."
)

run = workspace.run
if run is not None:
    st.header("Your networks", anchor=False)
    runs = {r.id: r for r in workspace.runs()}
    chosen_id = st.selectbox(
        "Network",
        list(runs),
        index=list(runs).index(run.id),
        format_func=lambda run_id: name_of(workspace, runs[run_id]),
        key="run",
    )
    if chosen_id != run.id:
        workspace.choose_run(chosen_id)
        st.rerun()
    learning = engine().job(run.id, workspace.id) is not None
    if learning:
        following(run, workspace)
    else:
        finished(run, workspace)
    hear(run, learning)

close_page("Train")
when_idle([partial(engine().warm, asked)])
