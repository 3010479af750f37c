"""What one visitor has: their music, their choices, their runs. Nobody else sees any of it.

A workspace is found by the token in the visitor's cookie and lives in the store, so it survives a
refresh and a restart of the app.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import streamlit as st

from models.files import Files
from models.quota import make_room, store_bytes
from models.store import Run, Store
from musiccore.isolation import read_isolated
from musiccore.piece import Piece
from musiccore.reading import FileReport
from musiccore.starters import STARTERS, load_starter
from ui.cookie import workspace_token

UPLOADS = "upload"
"""The corpus choice that means the visitor's own files."""

DEFAULT_CORPUS = next(iter(STARTERS))
MOST_UPLOADED_BYTES = 100 * 2**20
MOST_RUNS = 20


class WorkspaceError(ValueError):
    """Something a workspace cannot hold; the message is a sentence for the visitor."""


@dataclass(frozen=True)
class Upload:
    """One file of the visitor's: its name and the digest under which its bytes are kept."""

    name: str
    digest: str
    size: int


@dataclass
class Contents:
    """What is remembered of a workspace, as JSON."""

    corpus: str = DEFAULT_CORPUS
    uploads: list[Upload] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    run: str = ""
    choices: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Contents:
        return cls(**{**data, "uploads": [Upload(**u) for u in data["uploads"]]})


class Workspace:
    """One visitor's workspace. Every change is kept at once."""

    def __init__(self, token: str, files: Files, store: Store) -> None:
        self.id = hashlib.sha256(token.encode()).hexdigest()[:32]
        self._files, self._store = files, store
        self._folder = f"workspaces/{self.id}"
        try:
            self._contents = Contents.from_json(files.read_json(f"{self._folder}/workspace.json"))
        except FileNotFoundError:
            self._contents = Contents()

    def _save(self) -> None:
        self._files.write_json(f"{self._folder}/workspace.json", asdict(self._contents))

    # Music

    @property
    def corpus(self) -> str:
        """The chosen corpus: a starter set's name, or `UPLOADS`."""
        chosen = self._contents.corpus
        known = chosen in STARTERS or (chosen == UPLOADS and self._contents.uploads)
        return chosen if known else DEFAULT_CORPUS

    @property
    def corpus_title(self) -> str:
        return "My files" if self.corpus == UPLOADS else STARTERS[self.corpus].title

    def choose_corpus(self, name: str) -> None:
        if name != self._contents.corpus:
            self._contents.corpus = name
            self._save()

    @property
    def uploads(self) -> Sequence[Upload]:
        return tuple(self._contents.uploads)

    def add_uploads(self, files: Iterable[tuple[str, bytes]]) -> list[FileReport]:
        """Read the files away from this process, keep those that are music and choose them.

        One report a file; a file that is already there is reported and kept once. Raises
        `WorkspaceError` where the readable ones would not fit; then nothing is kept.
        """
        given = list(files)
        reports, kept = [], []
        have = {u.digest for u in self._contents.uploads}
        for (name, data), (piece, report) in zip(given, read_isolated(given), strict=True):
            reports.append(report)
            if piece is not None and piece.digest not in have:
                have.add(piece.digest)
                kept.append((Upload(name, piece.digest, len(data)), data))
        total = sum(u.size for u in self._contents.uploads) + sum(u.size for u, _ in kept)
        if total > MOST_UPLOADED_BYTES:
            raise WorkspaceError(
                f"Your files would take {total / 2**20:.0f} MB; a workspace holds "
                f"{MOST_UPLOADED_BYTES // 2**20} MB. Remove some files, or upload fewer."
            )
        make_room(self._files, store_bytes() - sum(u.size for u, _ in kept), {self.id})
        for upload, data in kept:
            self._files.write(f"{self._folder}/uploads/{upload.digest}.mid", data)
        self._contents.uploads += [upload for upload, _ in kept]
        if self._contents.uploads:
            self._contents.corpus = UPLOADS
        self._save()
        return reports

    def remove_uploads(self) -> None:
        """Forget all uploaded files; runs that learned from them stay."""
        self._files.delete(f"{self._folder}/uploads")
        self._contents.uploads = []
        self._contents.corpus = DEFAULT_CORPUS
        self._save()

    def pieces(self) -> tuple[Piece, ...]:
        """The music of the chosen corpus."""
        if self.corpus != UPLOADS:
            return starter_pieces(self.corpus)
        return _uploaded(self.id, tuple(self._contents.uploads), self._files)

    # Runs

    def runs(self) -> list[Run]:
        """This visitor's runs, newest first."""
        return [self._store.load(r) for r in reversed(self._contents.runs) if r in self._store]

    def add_run(self, run: Run) -> None:
        """Remember a run and select it; beyond `MOST_RUNS` the oldest goes."""
        runs = [r for r in self._contents.runs if r != run.id] + [run.id]
        for old in runs[:-MOST_RUNS]:
            self._store.delete(old)
        self._contents.runs = runs[-MOST_RUNS:]
        self._contents.run = run.id
        self._save()

    @property
    def run(self) -> Run | None:
        """The run that is looked at; else the newest."""
        runs = {run.id: run for run in self.runs()}
        return runs.get(self._contents.run) or next(iter(runs.values()), None)

    def choose_run(self, run_id: str) -> None:
        if run_id != self._contents.run and run_id in self._contents.runs:
            self._contents.run = run_id
            self._save()

    # Small choices that should outlive a refresh

    def choice(self, name: str, default: Any) -> Any:
        return self._contents.choices.get(name, default)

    def choose(self, **choices: Any) -> None:
        changed = {k: v for k, v in choices.items() if self._contents.choices.get(k) != v}
        if changed:
            self._contents.choices |= changed
            self._save()


@st.cache_resource(max_entries=4, show_spinner="Reading the starter set …")
def starter_pieces(name: str) -> tuple[Piece, ...]:
    """A starter set's pieces, read once for all visitors."""
    return load_starter(name)


@st.cache_resource(max_entries=8, ttl=1800, show_spinner="Reading your files …")
def _uploaded(workspace_id: str, uploads: tuple[Upload, ...], _files: Files) -> tuple[Piece, ...]:
    given = (
        (u.name, _files.read(f"workspaces/{workspace_id}/uploads/{u.digest}.mid")) for u in uploads
    )
    return tuple(piece for piece, _ in read_isolated(given) if piece is not None)


@st.cache_resource
def store() -> Store:
    """The run store of this app."""
    return Store()


def open_workspace() -> Workspace:
    """The workspace of whoever looks at this page."""
    return Workspace(workspace_token(), Files(store().url), store())
