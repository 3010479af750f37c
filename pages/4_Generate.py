"""Generate: let a trained network make music; hear it, see it, take it home."""

import streamlit as st

from models.config import ConfigError
from models.generation import Way
from models.store import StoreError
from models.takes import own_way
from musiccore.encoding import EncodingError
from musiccore.instruments import NAMES, name_of
from musiccore.writing import to_midi
from ui.listening import listening
from ui.originality import show_originality
from ui.page import close_page, open_page, plain
from ui.runs import label
from ui.takes import AS_LEARNED, TakeChoice, take
from ui.words import duration
from ui.workspace import store

WAY_WORDS: dict[Way, str] = {
    "carried": "Carried state: the network remembers everything it has played",
    "window": "Book's way: it sees the last 100 notes afresh for every note",
}

MUSIC_SECONDS = 600.0
"""A take up to this long is rendered at once: whoever makes music wants to hear it."""

workspace = open_page("Generate", ":material/graphic_eq:")

runs = {run.id: run for run in workspace.runs() if store().kept(run.id)}
if not runs:
    st.info("There is no trained network yet. Train one first: it takes two minutes.")
    st.page_link("pages/3_Train.py", label="Train a network", icon=":material/model_training:")
    st.stop()

current = workspace.run
run_id = st.selectbox(
    "Trained network",
    list(runs),
    index=list(runs).index(current.id) if current and current.id in runs else 0,
    format_func=lambda r: label(workspace, runs[r]),
    key="run",
)
workspace.choose_run(run_id)
run = runs[run_id]
learned = store().kept(run_id)
best = store().best(run_id)
way_of_run = own_way(run)

left, middle, right = st.columns(3)
epoch = left.selectbox(
    "Epoch",
    learned,
    index=learned.index(best),
    format_func=lambda n: f"{n} (best)" if n == best else str(n),
    key=f"epoch-{run_id}-{len(learned)}",
    help="The network as it stood after this epoch. Early ones stumble, late ones may copy.",
)
length = middle.number_input(
    "Length (notes)",
    1,
    5000,
    workspace.choice("length", 500),
    step=50,
    key="length",
)
seed = right.number_input(
    "Seed",
    0,
    2**32 - 1,
    workspace.choice("seed", 0),
    key="seed",
    help="Another number, another take. The same number makes the same music again.",
)
left, right = st.columns([1, 2])
if "temperature" not in st.session_state or st.session_state["temperature-for"] != way_of_run:
    st.session_state["temperature-for"] = way_of_run
    usual = 0.0 if way_of_run == "window" else 1.0
    st.session_state["temperature"] = workspace.choice(f"temperature_{way_of_run}", usual)
temperature = left.number_input(
    "Temperature",
    0.0,
    3.0,
    step=0.05,
    key="temperature",
    help="Below 1 plays safe, above 1 dares more; 0 always takes the likeliest note, as the "
    "chapter does, and soon goes round in circles.",
)
programs = [AS_LEARNED, *range(len(NAMES))]
instrument = right.selectbox(
    "Instrument",
    programs,
    format_func=lambda p: "As the network plays it" if p == AS_LEARNED else name_of(p),
    key="instrument",
)
with st.expander("More settings"):
    first, second, third = st.columns(3)
    ways = list(WAY_WORDS)
    way = first.radio(
        "Way of generating",
        ways,
        index=ways.index(way_of_run),
        format_func=WAY_WORDS.__getitem__,
        key=f"way-{way_of_run}",
    )
    top_k = second.number_input(
        "Top-k (0: all values)", 0, 500, 0, key="top-k", help="Only the k likeliest may come."
    )
    top_p = third.number_input(
        "Top-p (1: all values)",
        0.01,
        1.0,
        1.0,
        step=0.05,
        key="top-p",
        help="Only the likeliest values that together hold this much probability may come.",
    )

choice = TakeChoice(
    run_id, epoch, length, round(temperature, 4), top_k, round(top_p, 4), seed, way, instrument
)
if st.button("Generate", type="primary", key="generate-start", icon=":material/graphic_eq:"):
    workspace.choose(
        length=length,
        seed=seed,
        take=choice.to_json(),
        **{f"temperature_{way_of_run}": temperature},
    )

made, sounds = workspace.choice("take", None), []
if made is not None and made["run"] in runs:
    shown = TakeChoice(**made)
    try:
        piece = take(shown)
    except (StoreError, ConfigError, EncodingError) as error:
        st.error(plain(str(error)), icon=":material/error:")
    else:
        if choice != shown:
            st.caption("The settings above have changed since. Press Generate for a new take.")
        names = ", ".join(name_of(p) for p in piece.programs)
        st.markdown(
            f"**{len(piece)} notes**, {duration(piece.seconds)}, {names}: "
            f"epoch {shown.epoch}, temperature {shown.temperature:g}, seed {shown.seed}"
        )
        sounds.append(listening(piece, key="player", unasked=MUSIC_SECONDS))
        st.download_button(
            "Download MIDI",
            to_midi(piece),
            file_name=f"gruve-{shown.run[:4]}-epoch{shown.epoch}-seed{shown.seed}.mid",
            mime="audio/midi",
            key="download-midi",
            icon=":material/download:",
            on_click="ignore",
        )
        st.subheader("How original is it?", anchor=False)
        sounds += show_originality(workspace, runs[shown.run], piece)
close_page("Generate")
for add_sound in sounds:
    add_sound()
