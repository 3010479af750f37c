"""Compare: networks side by side, in numbers, in curves and to the ear."""

import streamlit as st

from ui.compare.curves import curves
from ui.compare.entries import entries_of
from ui.compare.exchange import bring_back
from ui.compare.experiments import following, offer, under_way
from ui.compare.keeping import keeping
from ui.compare.listen import choose_epochs, choose_same, hear_epochs, hear_runs
from ui.compare.quality import measure_runs
from ui.compare.summary import summary
from ui.compare.table import tick_runs
from ui.page import close_page, open_page
from ui.workspace import store

workspace = open_page("Compare", ":material/balance:")
st.write("Which network predicts your music best, and which one sounds best?")
entries = entries_of(workspace, store())
jobs = under_way(workspace, entries)

with st.container(key="not-on-paper"):
    with st.expander("Ready experiments", expanded=len(entries) < 2, icon=":material/science:"):
        offer(workspace, busy=bool(jobs))
    if jobs:
        st.header("Learning now", anchor=False)
        following(workspace, entries, frozenset(jobs))
    if not entries:
        st.info(
            "There is no network yet. Start an experiment above, or train a network of your own."
        )
        st.page_link("pages/3_Train.py", label="Train a network", icon=":material/model_training:")
        bring_back(workspace)
        close_page("Compare")
        st.stop()
    st.header("Your networks", anchor=False)
    if len(entries) == 1:
        st.info("There is one network. With a second one there is something to compare.")
    st.caption("Tick those to compare. A click on a heading sorts.")
    chosen = tick_runs(workspace, entries)
    keeping(workspace, entries, jobs)
    bring_back(workspace)

if not chosen:
    st.info("Tick a network in the table above.")
    close_page("Compare")
    st.stop()

st.header("Side by side", anchor=False)
summary(chosen)
st.header("Curves", anchor=False)
curves(chosen)

st.header("Listen", anchor=False)
st.write("Each network begins with nothing and plays by itself, with the same settings and seed.")
same = choose_same(workspace)
finish = hear_runs(chosen, same)
measure_runs(chosen, same)

learned = {entry.id: entry for entry in chosen if entry.kept}
heard = st.session_state.get("hear-epochs", False)
with st.container(key="epoch-by-epoch" if heard else "not-on-paper-epochs"):
    if learned:
        st.header("Which epoch sounds best", anchor=False)
        run_id = st.selectbox(
            "Network to hear epoch by epoch",
            list(learned),
            format_func=lambda i: learned[i].name,
            key=f"epochs-of-{'-'.join(learned)}",
        )
        entry = learned[run_id]
        if st.toggle("Hear it epoch by epoch", key="hear-epochs"):
            finish += hear_epochs(entry, choose_epochs(entry), same)

close_page("Compare")
for add_sound in finish:
    add_sound()
