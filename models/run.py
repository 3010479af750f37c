"""What is kept of a run, as plain records.

A run belongs to whoever asked for it. Those who asked for the very same share it, and each has an
`Ownership` of their own: what they call it, when they asked, which names their pieces have. Nothing
of that is in the `Run` that the store keeps for all of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

from models.config import NetworkConfig, TrainingConfig
from models.data import Corpus
from musiccore.encoding import Encoding, encoding_from_json

State = Literal["waiting", "training", "stopped", "done", "failed"]


@dataclass(frozen=True)
class Run:
    """The settings of a run. `corpus` is the digest of its rows, `title` names them to people.

    `title`, `preset`, `created` and how long to train are the owner's, all else is everybody's.
    """

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
    ) -> Run:
        """A run named by its choices: the same choices are the same run, whoever makes them, and
        however long they train it."""
        settings = training.to_json()
        del settings["epochs"], settings["patience"]
        choices = [encoding.to_json(), network.to_json(), settings, corpus.digest]
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
        """What everybody who asked for this run may know."""
        return {
            "id": self.id,
            "encoding": self.encoding.to_json(),
            "network": self.network.to_json(),
            "training": self.training.to_json(),
            "corpus": self.corpus,
            "versions": dict(self.versions),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Run:
        """A run as nobody in particular owns it."""
        return cls(
            **{
                "title": f"Network {data['id'][:4]}",
                **data,
                "encoding": encoding_from_json(data["encoding"]),
                "network": NetworkConfig.from_json(data["network"]),
                "training": TrainingConfig.from_json(data["training"]),
            }
        )

    def owned(self, ownership: Ownership) -> Run:
        """The run as one of its owners sees it."""
        training = replace(self.training, epochs=ownership.epochs, patience=ownership.patience)
        return replace(
            self,
            title=ownership.title,
            preset=ownership.preset,
            created=ownership.created,
            training=training,
        )


@dataclass(frozen=True)
class Ownership:
    """What a run is to one of those who asked for it: no other owner sees it.

    `names` are their pieces' names, in the order of the corpus; `name` is what they call the run
    where `title`, the music's name, is not enough.
    """

    title: str
    preset: str
    created: str
    epochs: int
    patience: int = 0
    names: tuple[str, ...] = ()
    name: str = ""
    pinned: bool = False

    @classmethod
    def of(cls, run: Run, corpus: Corpus, before: Ownership | None = None) -> Ownership:
        """A run as it was asked for now; who had asked before keeps its name and date."""
        return cls(
            run.title,
            run.preset,
            before.created if before else run.created,
            run.training.epochs,
            run.training.patience,
            corpus.names,
            before.name if before else "",
            before.pinned if before else False,
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Ownership:
        return cls(**{**data, "names": tuple(data["names"])})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@cache
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
