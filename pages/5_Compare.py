"""Compare: runs side by side, in numbers, in curves and to the ear."""

import streamlit as st

from ui.compare.curves import curves
from ui.compare.entries import entries_of
from ui.compare.experiments import following, offer, under_way
from ui.compare.keeping import keeping
from ui.compare.listen import choose_same, hear_epochs, hear_runs, usual_epochs
from ui.compare.paper import print_button
from ui.compare.summary import summary
from ui.compare.table import tick_runs
from ui.page import close_page, open_page
from ui.workspace import store

workspace = open_page("Compare", ":material/balance:")
st.write("Which network foretells your music best, and which one sounds best?")
entries = entries_of(workspace, store())
jobs = under_way(workspace, entries)

with st.container(key="not-on-paper"):
    with st.expander("Ready experiments", expanded=len(entries) < 2, icon=":material/science:"):
        offer(workspace, busy=bool(jobs))
    if jobs:
        st.subheader("Learning now", anchor=False)
        following(workspace, entries, frozenset(jobs))
    if not entries:
        st.info("There is no run yet. Start an experiment above, or train a network of your own.")
        st.page_link("pages/3_Train.py", label="Train a network", icon=":material/model_training:")
        close_page("Compare")
        st.stop()
    st.subheader("Your runs", anchor=False)
    if len(entries) == 1:
        st.info("There is one run. With a second one there is something to compare.")
    st.caption("Tick those to compare. A click on a heading sorts.")
    chosen = tick_runs(workspace, entries)
    keeping(workspace, entries, jobs)

if not chosen:
    st.info("Tick a run in the table above.")
    close_page("Compare")
    st.stop()

st.subheader("Side by side", anchor=False)
summary(chosen)
print_button()
st.subheader("Curves", anchor=False)
curves(chosen)

st.subheader("Listen", anchor=False)
st.write("Each network begins with nothing and plays by itself, with the same settings and seed.")
same = choose_same(workspace)
finish = hear_runs(chosen, same)

st.subheader("Which epoch sounds best", anchor=False)
learned = [entry for entry in chosen if entry.kept]
if learned:
    names = {entry.id: entry for entry in learned}
    run_id = st.selectbox(
        "Run to hear epoch by epoch",
        list(names),
        format_func=lambda i: names[i].name,
        key=f"epochs-of-{'-'.join(names)}",
    )
    entry = names[run_id]
    if st.toggle("Hear it epoch by epoch", key="hear-epochs"):
        epochs = st.multiselect(
            "Epochs", entry.kept, usual_epochs(entry), key=f"epochs-{run_id}-{len(entry.kept)}"
        )
        finish += hear_epochs(entry, epochs, same)

close_page("Compare")
for add_sound in finish:
    add_sound()
