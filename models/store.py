"""Where runs live: a folder, or any address that fsspec understands.

A run is everything a trained network is: its settings, its encoding with the vocabulary, the music
it learns from as rows, the weights and measurements of every epoch. Nothing but JSON and
safetensors: opening a run never executes code.

    runs/<id>/run.json                  settings, written once
    runs/<id>/owners/<owner>.json       what the run is to one of those who asked for it
    runs/<id>/listeners/<owner>.json    what they heard in a blind test: see `models.listeners`
    runs/<id>/corpus.safetensors        encoded pieces
    runs/<id>/baselines.json            what counting achieves on the held-out pieces
    runs/<id>/epochs/0007.safetensors   weights after epoch 7
    runs/<id>/epochs/0007.json          its losses; written last: an epoch without it never was
    runs/<id>/samples/0005.safetensors  a short take by epoch 5
    runs/<id>/state.safetensors         what continuing needs
    runs/<id>/status.json               waiting, training, stopped, done, failed
    runs/<id>/stop                      there while somebody asks the training to stop
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from models.baselines import Baselines
from models.data import Corpus
from models.files import Files
from models.forward import Forward
from models.run import Epoch, Ownership, Run, State, Status
from musiccore.encoding import Encoded, Rows

__all__ = ["LOCAL", "Epoch", "Ownership", "Run", "State", "Status", "Store", "StoreError"]

Tensors = dict[str, NDArray[Any]]

LOCAL = "local"
"""The owner of what is trained from the command line and by scripts."""


class StoreError(LookupError):
    """A run or epoch that is not there; the message is a sentence for the visitor."""


class Store:
    """Runs at one fsspec address. Holds nothing in memory, so any number of processes may share it;
    only one of them trains a given run."""

    def __init__(self, url: str | None = None) -> None:
        self._files = Files(url)
        self.url = self._files.url

    def _path(self, run_id: str, *parts: str) -> str:
        if not re.fullmatch(r"[0-9a-f]{16}", run_id):
            raise StoreError(f"There is no run {run_id!r}.")
        return "/".join(["runs", run_id, *parts])

    def _read(self, path: str, what: str) -> bytes:
        try:
            return self._files.read(path)
        except FileNotFoundError as error:
            raise StoreError(f"There is no {what}.") from error

    # Runs

    def create(self, run: Run, corpus: Corpus, owner: str = LOCAL) -> Run:
        """Keep a run and its music for `owner`. A run that is there already stays as it is; it is
        the owner's too from now on."""
        tensors: Tensors = {
            "rows": np.concatenate([p.rows for p in corpus.pieces]).astype(np.int32),
            "position": np.concatenate([p.position for p in corpus.pieces]).astype(np.int32),
            "lengths": np.array([len(p.rows) for p in corpus.pieces], np.int64),
        }
        with _changing:
            if run.id not in self:
                path = self._path(run.id, "corpus.safetensors")
                self._files.write(path, save_tensors(tensors))
                self._files.write_json(self._path(run.id, "run.json"), run.to_json())
            before = self.ownership(run.id, owner)
            self.add_owner(run.id, owner, Ownership.of(run, corpus, before))
        return self.load(run.id, owner)

    def __contains__(self, run_id: str) -> bool:
        return self._files.exists(self._path(run_id, "run.json"))

    def load(self, run_id: str, owner: str = LOCAL) -> Run:
        """The run as its owner sees it; to anybody else it has a title that says nothing. Raises
        `StoreError` where there is no such run."""
        run = Run.from_json(self._files.read_json(self._there(run_id)))
        ownership = self.ownership(run_id, owner)
        return run if ownership is None else run.owned(ownership)

    def _there(self, run_id: str) -> str:
        if run_id not in self:
            raise StoreError(f"There is no run {run_id}.")
        return self._path(run_id, "run.json")

    def runs(self, owner: str = LOCAL) -> Iterator[Run]:
        """Every run, as `owner` sees it; theirs first, newest first."""
        paths = self._files.glob("runs/*/run.json")
        found = [self.load(path.split("/")[-2], owner) for path in paths]
        yield from sorted(found, key=lambda run: (run.created, run.id), reverse=True)

    def corpus(self, run_id: str, owner: str = LOCAL) -> Corpus:
        """The music a run learns from; only an owner is told their pieces' names."""
        tensors = load_tensors(self.corpus_bytes(run_id))
        ends = np.cumsum(tensors["lengths"])[:-1]
        # What ships with the app is kept in fewer bytes a number.
        rows = np.split(tensors["rows"].astype(np.int32, copy=False), ends)
        position = np.split(tensors["position"].astype(np.int32, copy=False), ends)
        pieces = tuple(Encoded(r, p) for r, p in zip(rows, position, strict=True))
        ownership = self.ownership(run_id, owner)
        names = ownership.names if ownership else ()
        if len(names) != len(pieces):
            names = tuple(f"Piece {i}" for i in range(1, len(pieces) + 1))
        return Corpus(names, pieces)

    def corpus_bytes(self, run_id: str) -> bytes:
        """The music as it is kept, without names."""
        path = self._path(run_id, "corpus.safetensors")
        return self._read(path, f"music of run {run_id}")

    def delete(self, run_id: str) -> None:
        """For everybody. `remove_owner` is what a visitor may do."""
        self._files.delete(self._path(run_id))

    # Whose they are

    def _owner(self, run_id: str, owner: str) -> str:
        if not re.fullmatch(r"[0-9a-z]{1,64}", owner):
            raise StoreError("There is no such owner.")
        return self._path(run_id, "owners", f"{owner}.json")

    def add_owner(self, run_id: str, owner: str, ownership: Ownership) -> None:
        """A run is this owner's too, or is something else to them than before."""
        self._files.write_json(self._owner(run_id, owner), ownership.to_json())

    def remove_owner(self, run_id: str, owner: str) -> bool:
        """A run is not this owner's any more; with its last owner it goes. Whether it went."""
        with _changing:
            self.disown(run_id, owner)
            goes = not self.owners(run_id)
            if goes:
                self.delete(run_id)
        return goes

    def disown(self, run_id: str, owner: str) -> None:
        """As `remove_owner`, but the run stays: somebody still trains it."""
        self._files.delete(self._owner(run_id, owner))
        self._files.delete(self._path(run_id, "listeners", f"{owner}.json"))

    def owners(self, run_id: str) -> list[str]:
        """Whose run it is. Not for the screen: visitors do not learn of each other."""
        paths = self._files.glob(self._path(run_id, "owners", "*.json"))
        return [path.rpartition("/")[2].removesuffix(".json") for path in paths]

    def ownership(self, run_id: str, owner: str = LOCAL) -> Ownership | None:
        """What the run is to this owner; None where it is not theirs."""
        try:
            return Ownership.from_json(self._files.read_json(self._owner(run_id, owner)))
        except FileNotFoundError:
            return None

    # Epochs

    def save_epoch(self, run_id: str, epoch: Epoch, weights: Tensors) -> None:
        stem = self._path(run_id, "epochs", f"{epoch.number:04d}")
        self._files.write(f"{stem}.safetensors", save_tensors(weights))
        self.save_measured(run_id, epoch)

    def save_measured(self, run_id: str, epoch: Epoch) -> None:
        """What an epoch measured; its weights are there already, or stay away."""
        path = self._path(run_id, "epochs", f"{epoch.number:04d}.json")
        self._files.write_json(path, asdict(epoch))

    def history(self, run_id: str) -> list[Epoch]:
        """The finished epochs in order."""
        paths = self._files.glob(self._path(run_id, "epochs", "*.json"))
        return [Epoch(**json.loads(data)) for data in self._files.read_all(paths)]

    def weights(self, run_id: str, epoch: int) -> Tensors:
        """As float32. Raises `StoreError` where that epoch was not learned."""
        path = self._path(run_id, "epochs", f"{epoch:04d}.safetensors")
        kept = load_tensors(self._read(path, f"epoch {epoch} in run {run_id}"))
        return {name: array.astype(np.float32, copy=False) for name, array in kept.items()}

    def kept(self, run_id: str) -> list[int]:
        """The epochs whose weights are there, in order: all, unless `models.quota` thinned them."""
        paths = self._files.glob(self._path(run_id, "epochs", "*.*"))
        files = {path.rpartition("/")[2] for path in paths}
        stems = sorted(name.partition(".")[0] for name in files if name.endswith(".json"))
        return [int(stem) for stem in stems if f"{stem}.safetensors" in files]

    def weights_size(self, run_id: str) -> int:
        """Bytes that the weights of all kept epochs take."""
        return self._files.size(self._path(run_id, "epochs"))

    def forget_weights(self, run_id: str, epoch: int) -> None:
        self._files.delete(self._path(run_id, "epochs", f"{epoch:04d}.safetensors"))

    def forward(self, run: Run, epoch: int) -> Forward:
        """The network as it stood after `epoch`, ready to run."""
        return Forward(run.encoding, run.network, self.weights(run.id, epoch))

    def best(self, run_id: str) -> int:
        """The epoch with the lowest held-out loss; without one, the last. Raises `StoreError`
        before the first."""
        history = self.history(run_id)
        if not history:
            raise StoreError("This run has not learned an epoch yet. Train it first.")
        measured = [e for e in history if e.held_out is not None]
        if not measured:
            return history[-1].number
        return min(measured, key=lambda e: (e.held_out, e.number)).number

    def save_baselines(self, run_id: str, found: Baselines) -> None:
        self._files.write_json(self._path(run_id, "baselines.json"), found.to_json())

    def baselines(self, run_id: str) -> Baselines | None:
        """What counting achieves on the run's held-out pieces; None before the first epoch, and
        where nothing was held out."""
        try:
            data = self._files.read_json(self._path(run_id, "baselines.json"))
        except FileNotFoundError:
            return None
        return Baselines.from_json(data)

    def save_sample(self, run_id: str, epoch: int, rows: Rows) -> None:
        path = self._path(run_id, "samples", f"{epoch:04d}.safetensors")
        self._files.write(path, save_tensors({"rows": rows.astype(np.int32)}))

    def samples(self, run_id: str) -> dict[int, Rows]:
        """Epoch -> the rows of the short take it made; the same prompt and seed for all."""
        paths = self._files.glob(self._path(run_id, "samples", "*.safetensors"))
        return {
            int(path.rpartition("/")[2].partition(".")[0]): load_tensors(self._files.read(path))[
                "rows"
            ]
            for path in paths
        }

    # What continuing needs

    def save_state(self, run_id: str, epoch: int, tensors: Tensors) -> None:
        tensors = {**tensors, "epoch": np.array([epoch])}
        self._files.write(self._path(run_id, "state.safetensors"), save_tensors(tensors))

    def load_state(self, run_id: str) -> tuple[int, Tensors] | None:
        """(epochs learned, tensors), None where nothing was learned yet, or not here."""
        if not self.goes_on(run_id):
            return None
        tensors = load_tensors(self.state_bytes(run_id))
        return int(tensors.pop("epoch")[0]), tensors

    def goes_on(self, run_id: str) -> bool:
        """Whether training goes on where it stands; one that came without its state, as a best
        epoch alone, begins anew."""
        return self._files.exists(self._path(run_id, "state.safetensors"))

    def state_bytes(self, run_id: str) -> bytes:
        return self._read(self._path(run_id, "state.safetensors"), "training state")

    # How it stands

    def request_stop(self, run_id: str) -> None:
        """Ask whoever trains this run to stop softly."""
        self._files.write(self._path(run_id, "stop"), b"")

    def stop_requested(self, run_id: str) -> bool:
        return self._files.exists(self._path(run_id, "stop"))

    def clear_stop(self, run_id: str) -> None:
        self._files.delete(self._path(run_id, "stop"))

    def set_status(self, run_id: str, status: Status) -> None:
        self._files.write_json(self._path(run_id, "status.json"), asdict(status))

    def status(self, run_id: str) -> Status:
        path = self._path(run_id, "status.json")
        if not self._files.exists(path):
            return Status("waiting")
        return Status(**self._files.read_json(path))


_changing = threading.RLock()
"""Held while a run gets or loses an owner: it must not go while another one asks for it."""
