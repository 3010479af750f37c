"""Runs as pages start and follow them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from models.config import NetworkConfig, TrainingConfig
from models.data import Corpus, divide
from models.engine import Engine
from models.leaving import before_leaving
from models.recipe import Recipe
from models.store import Run
from musiccore.audio import forget_audio
from musiccore.encoding import ENCODINGS, Encoding
from musiccore.piece import Piece
from ui.bringing import key_of
from ui.corpora import Material
from ui.pieces import starter_pieces
from ui.reading import readings
from ui.remembered import remembered
from ui.songs import songs
from ui.takes import audio_folder
from ui.taking_home.made import made
from ui.workspace import Workspace, store


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The engine of this app, one for all visitors."""
    made = Engine(store())
    before_leaving(made.close)
    return made


@st.cache_resource(max_entries=8, ttl=1800, show_spinner="Encoding the music …")
def _encoded(corpus_key: str, encoding: str, _pieces: tuple[Piece, ...]) -> tuple[Encoding, Corpus]:
    fitted = ENCODINGS[encoding].fit(_pieces)
    return fitted, Corpus.of(fitted, _pieces)


def encoded(workspace: Workspace, encoding: str) -> tuple[Encoding, Corpus]:
    """The chosen music in an encoding. Raises `EncodingError` where nothing of it remains."""
    pieces = workspace.pieces()
    return _kept(_key(workspace.corpus, pieces), encoding, pieces)


def encoded_starter(corpus: str, encoding: str) -> tuple[Encoding, Corpus]:
    """A starter set in an encoding, as whoever changes nothing about it gets it from `encoded`."""
    pieces = Material().of(starter_pieces(corpus))
    return _kept(_key(corpus, pieces), encoding, pieces)


def _kept(key: str, encoding: str, pieces: tuple[Piece, ...]) -> tuple[Encoding, Corpus]:
    found = _encoded(key, encoding, pieces)
    size = 25 * sum(len(piece.rows) for piece in found[1].pieces)  # bytes, with all that is beside
    remembered().used(("encoded", key, encoding), size, lambda: _encoded.clear(key, encoding, ()))
    return found


def _key(corpus: str, pieces: Iterable[Piece]) -> str:
    """One short key: looking at hundreds takes Streamlit longer than all else."""
    told = " ".join((corpus, *(piece.digest for piece in pieces)))
    return hashlib.sha256(told.encode()).hexdigest()


def keep(
    workspace: Workspace,
    encoding_name: str,
    network: NetworkConfig,
    training: TrainingConfig,
    preset: str = "",
) -> Run:
    """Keep a run of these choices in the workspace; nothing is learned yet.

    The same choices again are the same run. Raises `ConfigError` or `EncodingError`, and keeps
    nothing, where the music does not suffice.
    """
    encoding, corpus = encoded(workspace, encoding_name)
    divide(encoding, corpus, network, training)
    run = Run.of(workspace.corpus_title, encoding, network, training, corpus, preset)
    run = store().create(run, corpus, workspace.id)
    workspace.add_run(run, {r for r in workspace.run_ids if engine().job(r) is not None})
    return run


def run_of(
    workspace: Workspace, music: tuple[Encoding, Corpus], recipe: Recipe, preset: str = ""
) -> Run:
    """The run that these choices name with this music, `encoded` as they say, whether it suffices
    for it or not; nothing is kept or started."""
    encoding, corpus = music
    return Run.of(workspace.corpus_title, encoding, recipe.network, recipe.training, corpus, preset)


def answered_at_once(workspace: Workspace, run: Run) -> bool:
    """Whether all that this run asks for is learned already: its epochs, or those that its patience
    led to when it was asked for before."""
    training = run.training
    if len(store().history(run.id)) >= training.epochs:
        return True
    before = store().ownership(run.id, workspace.id)
    asked = (training.epochs, training.patience)
    return (
        before is not None
        and training.patience > 0
        and asked == (before.epochs, before.patience)
        and engine().status(run.id, workspace.id).state == "done"
    )


def start(workspace: Workspace, recipe: Recipe, preset: str = "") -> Run:
    """Keep a run of these choices in the workspace and hand it to the engine: it goes on from
    where it stands, and where nothing is left to learn nothing is started. Raises as `keep` does.
    """
    music = encoded(workspace, recipe.encoding)
    learned = answered_at_once(workspace, run_of(workspace, music, recipe))
    run = keep(workspace, recipe.encoding, recipe.network, recipe.training, preset)
    if not learned:
        engine().train(run.id, run.training.epochs, workspace.id, run.training.patience)
    return run


def continue_run(workspace: Workspace, run: Run, epochs: int) -> None:
    """Train a visitor's run up to `epochs` epochs, without patience: they know where it stands."""
    ownership = store().ownership(run.id, workspace.id)
    if ownership is not None:
        wanted = replace(ownership, epochs=epochs, patience=0)
        store().add_owner(run.id, workspace.id, wanted)
    if len(store().history(run.id)) < epochs:
        engine().train(run.id, epochs, workspace.id)


def forget_everything(workspace: Workspace) -> None:
    """Delete all that this visitor has: music, what was rendered of it, networks, shared
    songs, choices."""
    if (reading := readings().get(key_of(workspace))) is not None:
        reading.stopped.set()
        reading.finished.wait()
    for run_id in workspace.run_ids:
        engine().forget(run_id, workspace.id)
    songs().forget(workspace.id)
    made().forget(workspace.id)
    forget_audio(audio_folder(), workspace.id)
    workspace.forget()
