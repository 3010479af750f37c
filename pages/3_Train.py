"""Train: choose a network and how long it learns, and watch it."""

import streamlit as st

from models.config import PRESETS, RECURRENT, ConfigError, Layer
from models.data import longest_sequence
from models.store import Run
from musiccore.encoding import ENCODINGS, EncodingError
from ui.curves import learning_curve
from ui.page import close_page, open_page, plain
from ui.runs import encoded, engine, label, settings, start
from ui.words import duration
from ui.workspace import store

ENCODING_WORDS = {
    "notes": "Notes: rhythm, velocity, instruments and drums are learned (default)",
    "book": "Book: note and chord names only, as in the chapter; rhythm is lost",
}


def layer_words(layer: Layer) -> str:
    if layer.kind == "dropout":
        return f"dropout {layer.rate:g}"
    kind = layer.kind.upper() if layer.kind in RECURRENT else layer.kind
    return f"{kind} {layer.units}"


workspace = open_page("Train", ":material/model_training:")
st.write(
    "The network reads the music note by note and learns to foretell the next one. "
    "An *epoch* is one reading of all of it."
)

jobs = engine()
jobs.warm()
run = workspace.run
training_now = run is not None and jobs.job(run.id, workspace.id) is not None

st.subheader("What and how")
left, right = st.columns(2)
with left:
    st.markdown(f"**Music:** {workspace.corpus_title}")
    st.page_link("pages/1_Music.py", label="Choose other music", icon=":material/library_music:")
    encodings = list(ENCODINGS)
    encoding_name = st.radio(
        "Encoding",
        encodings,
        index=encodings.index(workspace.choice("encoding", encodings[0])),
        format_func=ENCODING_WORDS.__getitem__,
        key="encoding",
        help="How notes become the numbers that a network works with.",
    )
with right:
    presets = list(PRESETS)
    preset_name = st.selectbox(
        "Preset",
        presets,
        index=presets.index(workspace.choice("preset", presets[0])),
        format_func=lambda name: PRESETS[name].title,
        key="preset",
        help="A network and a way of training it that belong together.",
    )
    preset = PRESETS[preset_name]
    st.caption(preset.description)
    st.caption("Layers: " + " → ".join(layer_words(layer) for layer in preset.network.layers))

left, right = st.columns(2)
epochs = left.number_input(
    "Epochs",
    1,
    1000,
    workspace.choice("epochs", preset.training.epochs),
    key="epochs",
    help="How often the network reads all of the music.",
)
batch_size = right.number_input(
    "Batch size",
    1,
    1024,
    workspace.choice("batch_size", preset.training.batch_size),
    key="batch-size",
    help="How many stretches of music are learned from at once. Smaller: slower, often better.",
)
with st.expander("More settings"):
    left, middle, right = st.columns(3)
    window = preset.network.objective == "last step"
    sequence_length = left.number_input(
        "Window (notes)" if window else "Sequence length (notes)",
        2,
        1024,
        workspace.choice(f"sequence_length_{preset_name}", preset.training.sequence_length),
        key=f"sequence-length-{preset_name}",
        help="How many notes the network sees before each answer."
        if window
        else "How many notes are unrolled at once; the state is carried on beyond them.",
    )
    transpose = middle.number_input(
        "Transposition (± semitones)",
        0,
        12,
        workspace.choice(f"transpose_{preset_name}", preset.training.transpose),
        key=f"transpose-{preset_name}",
        help="Every epoch moves each piece by a random interval up to this, so that little "
        "music teaches more.",
    )
    seed = right.number_input(
        "Training seed",
        0,
        2**32 - 1,
        workspace.choice("training_seed", 0),
        key="training-seed",
        help="The same seed, settings and music give the same network again.",
    )

if st.button(
    "Train", type="primary", key="train-start", disabled=training_now, icon=":material/school:"
):
    workspace.choose(
        encoding=encoding_name,
        preset=preset_name,
        epochs=epochs,
        batch_size=batch_size,
        training_seed=seed,
        **{
            f"sequence_length_{preset_name}": sequence_length,
            f"transpose_{preset_name}": transpose,
        },
    )
    try:
        chosen = settings(
            preset_name,
            epochs=epochs,
            batch_size=batch_size,
            sequence_length=sequence_length,
            transpose=transpose,
            seed=seed,
        )
        started = start(workspace, encoding_name, preset_name, chosen)
    except (ConfigError, EncodingError) as error:
        st.error(plain(str(error)), icon=":material/error:")
    else:
        st.session_state["run"] = started.id  # or the list below would choose the last one again
        st.rerun()


def finished(run: Run) -> None:
    """What a run that is not being trained has come to, and how to go on."""
    status, history = jobs.status(run.id, workspace.id), store().history(run.id)
    if status.state == "failed":
        st.error(status.message, icon=":material/error:")
    elif status.message:
        st.info(status.message, icon=":material/info:")
    elif status.state == "stopped" and not history:
        st.info("Stopped before the first epoch was complete: nothing was learned yet.")
    elif status.state in ("done", "stopped"):
        word = "Learned" if status.state == "done" else "Stopped after"
        st.success(f"{word} {len(history)} epoch{'s' * (len(history) != 1)}.")
    if history:
        st.plotly_chart(learning_curve(history, len(history)), key="curve")
        best = next(e for e in history if e.number == store().best(run.id))
        columns = st.columns(4)
        columns[0].metric("Best epoch", best.number, help="The one with the lowest held-out loss.")
        columns[1].metric("Training loss (nats a token)", f"{best.loss:.3f}")
        if best.held_out is None:
            columns[2].caption("Nothing was held out: there is one piece only.")
        else:
            columns[2].metric("Held-out loss (nats a token)", f"{best.held_out:.3f}")
            columns[3].metric("Right at first guess", f"{best.accuracy:.1%}")
        columns[0].caption(f"{duration(sum(e.seconds for e in history))} of learning")
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    more = left.number_input("More epochs", 1, 1000, 10, key="more-epochs")
    if right.button("Continue", key="train-continue", icon=":material/resume:"):
        jobs.train(run.id, len(history) + more, workspace.id)
        st.rerun()
    if history:
        st.page_link(
            "pages/4_Generate.py", label="Generate music with it", icon=":material/graphic_eq:"
        )


@st.fragment(run_every=1.0)
def following(run: Run) -> None:
    """A run under way, drawn anew every second; the whole page once it has ended."""
    job = jobs.job(run.id, workspace.id)
    if job is None:
        st.rerun()
        return
    # First, so that it stays where it is while what is below comes and goes.
    if st.button(
        "Stop",
        key="train-stop",
        disabled=job.stopping,
        icon=":material/stop:",
    ):
        jobs.stop(run.id, workspace.id)
        st.rerun(scope="fragment")
    history = store().history(run.id)
    progress = job.progress
    if job.stopping:
        st.caption("Stopping after this batch; the epochs that are complete are kept …")
    if job.place and progress is None:
        st.info(f"Waiting: {job.place} training{'s' * (job.place != 1)} before this one.")
    elif progress is None:
        st.info("Starting the training process: the first time it takes some seconds …")
    else:
        st.progress(
            min(1.0, (progress.epoch - 1 + progress.batch / progress.batches) / progress.epochs),
            f"Epoch {progress.epoch} of {progress.epochs}",
        )
        st.progress(
            progress.batch / progress.batches,
            f"Batch {progress.batch} of {progress.batches}, loss {progress.loss:.3f} nats a token",
        )
        if progress.seconds_left is not None:
            st.caption(f"About {duration(progress.seconds_left)} left")
    if history:
        st.plotly_chart(learning_curve(history, job.epochs), key="curve")


if run is not None:
    st.subheader("Your runs")
    runs = {r.id: r for r in workspace.runs()}
    chosen_id = st.selectbox(
        "Run",
        list(runs),
        index=list(runs).index(run.id),
        format_func=lambda run_id: label(runs[run_id]),
        key="run",
    )
    if chosen_id != run.id:
        workspace.choose_run(chosen_id)
        st.rerun()
    if training_now:
        following(run)
    else:
        finished(run)
else:
    try:
        _, corpus = encoded(workspace, encoding_name)
    except EncodingError as error:
        st.warning(plain(str(error)))
    else:
        longest = longest_sequence(corpus, preset.network, preset.training)
        notes = sum(len(piece.rows) for piece in corpus.pieces)
        st.caption(
            f"{len(corpus)} pieces, {notes:,} tokens to learn from; "
            f"the longest sequence they allow is {longest}."
        )

close_page("Train")
