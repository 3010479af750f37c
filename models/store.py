"""Where runs live: a folder, or any address that fsspec understands.

A run is everything a trained network is: its settings, its encoding with the vocabulary, the music
it learns from as rows, the weights and measurements of every epoch. Nothing but JSON and
safetensors: opening a run never executes code.

    runs/<id>/run.json                  settings, written once
    runs/<id>/corpus.safetensors        encoded pieces
    runs/<id>/epochs/0007.safetensors   weights after epoch 7
    runs/<id>/epochs/0007.json          its losses; written last: an epoch without it never was
    runs/<id>/state.safetensors         what continuing needs
    runs/<id>/status.json               waiting, training, stopped, done, failed
    runs/<id>/stop                      there while somebody asks the training to stop
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from models.config import NetworkConfig, TrainingConfig
from models.data import Corpus
from models.files import Files
from models.forward import Forward
from musiccore.encoding import Encoded, Encoding, encoding_from_json

Tensors = dict[str, NDArray[Any]]
State = Literal["waiting", "training", "stopped", "done", "failed"]


class StoreError(LookupError):
    """A run or epoch that is not there; the message is a sentence for the visitor."""


@dataclass(frozen=True)
class Run:
    """The settings of a run. `corpus` is the digest of its rows, `title` names them to people."""

    id: str
    title: str
    encoding: Encoding
    network: NetworkConfig
    training: TrainingConfig
    corpus: str
    preset: str = ""
    created: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        title: str,
        encoding: Encoding,
        network: NetworkConfig,
        training: TrainingConfig,
        corpus: Corpus,
        preset: str = "",
        owner: str = "",
    ) -> Run:
        """A run named by its choices: the same choices by the same owner are the same run,
        whatever the number of epochs."""
        settings = training.to_json()
        del settings["epochs"], settings["patience"]
        choices = [encoding.to_json(), network.to_json(), settings, corpus.digest, owner]
        fingerprint = hashlib.sha256(json.dumps(choices, sort_keys=True).encode()).hexdigest()
        return cls(
            id=fingerprint[:16],
            title=title,
            encoding=encoding,
            network=network,
            training=training,
            corpus=corpus.digest,
            preset=preset,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            versions={name: _version(name) for name in ("tensorflow", "keras", "numpy")},
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "encoding": self.encoding.to_json(),
            "network": self.network.to_json(),
            "training": self.training.to_json(),
            "corpus": self.corpus,
            "preset": self.preset,
            "created": self.created,
            "versions": dict(self.versions),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Run:
        return cls(
            **{
                **data,
                "encoding": encoding_from_json(data["encoding"]),
                "network": NetworkConfig.from_json(data["network"]),
                "training": TrainingConfig.from_json(data["training"]),
            }
        )


def _version(package: str) -> str:
    for name in (package, f"{package}-cpu"):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return ""


@dataclass(frozen=True)
class Epoch:
    """What one epoch measured. Losses in nats per row, summed over fields; `held_out` None where
    nothing was held out; `seconds` spent learning."""

    number: int
    loss: float
    held_out: float | None
    accuracy: float | None
    nats_per_note: float | None
    seconds: float


@dataclass(frozen=True)
class Status:
    """How a run stands; `message` says in a sentence why, where there is something to say."""

    state: State
    epochs: int = 0
    message: str = ""


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

    def create(self, run: Run, corpus: Corpus) -> Run:
        """Keep a run and its music. A run that is there already stays and is returned."""
        if run.id in self:
            return self.load(run.id)
        tensors: Tensors = {
            "rows": np.concatenate([p.rows for p in corpus.pieces]).astype(np.int32),
            "position": np.concatenate([p.position for p in corpus.pieces]).astype(np.int32),
            "lengths": np.array([len(p.rows) for p in corpus.pieces], np.int64),
        }
        names = {"names": json.dumps(corpus.names)}
        self._files.write(self._path(run.id, "corpus.safetensors"), save_tensors(tensors, names))
        self._files.write_json(self._path(run.id, "run.json"), run.to_json())
        return run

    def __contains__(self, run_id: str) -> bool:
        return self._files.exists(self._path(run_id, "run.json"))

    def load(self, run_id: str) -> Run:
        """Raises `StoreError` where there is no such run."""
        data = self._read(self._path(run_id, "run.json"), f"run {run_id}")
        return Run.from_json(json.loads(data))

    def runs(self) -> Iterator[Run]:
        """Every run, newest first."""
        paths = self._files.glob("runs/*/run.json")
        found = [self.load(path.split("/")[-2]) for path in paths]
        yield from sorted(found, key=lambda run: (run.created, run.id), reverse=True)

    def corpus(self, run_id: str) -> Corpus:
        data = self._read(self._path(run_id, "corpus.safetensors"), f"music of run {run_id}")
        tensors = load_tensors(data)
        size = int.from_bytes(data[:8], "little")
        names = json.loads(json.loads(data[8 : 8 + size])["__metadata__"]["names"])
        ends = np.cumsum(tensors["lengths"])[:-1]
        rows = np.split(tensors["rows"], ends)
        position = np.split(tensors["position"], ends)
        pieces = tuple(Encoded(r, p) for r, p in zip(rows, position, strict=True))
        return Corpus(tuple(names), pieces)

    def delete(self, run_id: str) -> None:
        self._files.delete(self._path(run_id))

    # Epochs

    def save_epoch(self, run_id: str, epoch: Epoch, weights: Tensors) -> None:
        stem = self._path(run_id, "epochs", f"{epoch.number:04d}")
        self._files.write(f"{stem}.safetensors", save_tensors(weights))
        self._files.write_json(f"{stem}.json", asdict(epoch))

    def history(self, run_id: str) -> list[Epoch]:
        """The finished epochs in order."""
        paths = self._files.glob(self._path(run_id, "epochs", "*.json"))
        return [Epoch(**self._files.read_json(path)) for path in paths]

    def weights(self, run_id: str, epoch: int) -> Tensors:
        """Raises `StoreError` where that epoch was not learned."""
        path = self._path(run_id, "epochs", f"{epoch:04d}.safetensors")
        return load_tensors(self._read(path, f"epoch {epoch} in run {run_id}"))

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

    # What continuing needs

    def save_state(self, run_id: str, epoch: int, tensors: Tensors) -> None:
        tensors = {**tensors, "epoch": np.array([epoch])}
        self._files.write(self._path(run_id, "state.safetensors"), save_tensors(tensors))

    def load_state(self, run_id: str) -> tuple[int, Tensors] | None:
        """(epochs learned, tensors), None where nothing was learned yet."""
        path = self._path(run_id, "state.safetensors")
        if not self._files.exists(path):
            return None
        tensors = load_tensors(self._read(path, "training state"))
        return int(tensors.pop("epoch")[0]), tensors

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
