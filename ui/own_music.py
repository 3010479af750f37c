"""A visitor's music: what is chosen, what of it is learned from, and the corpora they own."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence

import streamlit as st

from models.files import Files
from models.quota import make_room, music_bytes, store_bytes
from musiccore.piece import Piece
from musiccore.starters import STARTERS
from ui.contents import DEFAULT_CORPUS, USED_SECONDS, Contents, Kept, Shelf
from ui.corpora import STARTER, Item, Material, OwnCorpus, Source, named
from ui.pieces import load, piece_cache, starter_pieces, upload_path


class OwnMusic(Kept):
    """The part of a workspace that is music."""

    @property
    def corpora(self) -> dict[str, Shelf]:
        """The visitor's own corpora by id, oldest first."""
        return dict(self._contents.corpora)

    @property
    def corpus(self) -> str:
        """The chosen corpus: a starter set's name, or the id of an own one."""
        chosen = self._contents.corpus
        return chosen if chosen in STARTERS or chosen in self._contents.corpora else DEFAULT_CORPUS

    @property
    def corpus_title(self) -> str:
        return self.title(self.corpus)

    def title(self, corpus: str) -> str:
        """What the screen calls a corpus."""
        if corpus in STARTERS:
            return STARTERS[corpus].title
        return self._contents.corpora[corpus].name

    def choose_corpus(self, corpus: str) -> None:
        shelf = self._contents.corpora.get(corpus)
        stale = shelf is not None and time.time() - shelf.used > USED_SECONDS
        if corpus != self._contents.corpus or stale:
            if corpus != self._contents.corpus:
                # Whoever goes on to other music has seen what was refused.
                self._files.delete(f"{self._folder}/refused.json")
            with self._changing() as contents:
                contents.corpus = corpus
                if corpus in contents.corpora:
                    contents.corpora[corpus].used = time.time()

    def own(self, corpus: str) -> OwnCorpus:
        """What an own corpus holds; nothing where there is no such corpus."""
        if corpus not in self._contents.corpora:
            return OwnCorpus()
        # Whatever changes a corpus also sets when it was used last.
        used = self._contents.corpora[corpus].used
        return _own_corpus(self._path("corpora", corpus), used, self._files)

    def all_pieces(self) -> tuple[Piece, ...]:
        """Every piece of the chosen corpus, as it is."""
        if self.corpus in STARTERS:
            return starter_pieces(self.corpus)
        return load(self.id, self.own(self.corpus).items, self._files)

    def material(self) -> Material:
        """What of the chosen corpus is to be learned from."""
        try:
            return Material.from_json(self._files.read_json(self._path("material", self.corpus)))
        except FileNotFoundError:
            return Material()

    def set_material(self, material: Material) -> None:
        if material != self.material():
            self._files.write_json(self._path("material", self.corpus), material.to_json())

    def pieces(self) -> tuple[Piece, ...]:
        """The music to learn from: the ticked pieces of the chosen corpus, what is selected of
        each."""
        return self.material().of(self.all_pieces())

    def _path(self, kind: str, corpus: str) -> str:
        return f"{self._folder}/{kind}/{corpus}.json"

    # Own corpora

    def keep_upload(self, digest: str, data: bytes) -> None:
        """Keep the bytes of a file; `add` makes them part of a corpus."""
        self._files.write(upload_path(self.id, digest), data)

    def add(self, gathered: OwnCorpus, name: str = "", corpus: str = "") -> list[str]:
        """Make what was gathered an own corpus called `name`, or part of the one with this id.

        Chooses it. Where the visitor's music then takes more than it may, their corpora used
        longest ago go; returns the names of those. Where there is no music in what was gathered,
        only the reports on it are kept, as `refused`.
        """
        self._files.delete(f"{self._folder}/refused.json")
        if not gathered.items and corpus not in self._contents.corpora:
            self._files.write_json(f"{self._folder}/refused.json", gathered.to_json())
            return []
        with self._changing() as contents:
            shelves = contents.corpora
            if corpus not in shelves:
                corpus = secrets.token_hex(8)
                name = named(name, [shelf.name for shelf in shelves.values()])
            else:
                name = shelves[corpus].name
            merged = self.own(corpus).joined(gathered)
            self._files.write_json(self._path("corpora", corpus), merged.to_json())
            size = sum(item.size for item in merged.items)
            shelves[corpus] = Shelf(name, len(merged.items), size, time.time())
            contents.corpus = corpus
            gone = []
            while self._music_bytes(contents) > music_bytes() and len(shelves) > 1:
                others = {i: shelf.used for i, shelf in shelves.items() if i != corpus}
                gone.append(self._drop(contents, min(others, key=others.__getitem__)))
        make_room(self._files, store_bytes(), {self.id})
        return gone

    def refused(self) -> OwnCorpus:
        """The reports on what was brought last, where there was no music in it."""
        try:
            return OwnCorpus.from_json(self._files.read_json(f"{self._folder}/refused.json"))
        except FileNotFoundError:
            return OwnCorpus()

    def rename(self, corpus: str, name: str) -> None:
        with self._changing() as contents:
            others = [s.name for i, s in contents.corpora.items() if i != corpus]
            if corpus in contents.corpora:
                contents.corpora[corpus].name = named(name, others)

    def merge(self, corpora: Sequence[str], name: str) -> None:
        """Make one corpus of several, starter sets among them; those stay as they are."""
        merged = OwnCorpus()
        for corpus in corpora:
            merged = merged.joined(self._as_own(corpus))
        self.add(merged, name)

    def _as_own(self, corpus: str) -> OwnCorpus:
        if corpus not in STARTERS:
            return self.own(corpus)
        return OwnCorpus(
            tuple(
                Item.of(piece, source=Source(STARTER, corpus, piece.name))
                for piece in starter_pieces(corpus)
            )
        )

    def remove(self, corpus: str) -> None:
        """Forget an own corpus; runs that learned from it stay."""
        with self._changing() as contents:
            if corpus in contents.corpora:
                self._drop(contents, corpus)

    def _drop(self, contents: Contents, corpus: str) -> str:
        held = self.own(corpus).items
        shelf = contents.corpora.pop(corpus)
        elsewhere = self._uploads(contents)
        for item in held:
            if item.size and item.digest not in elsewhere:
                self._files.delete(upload_path(self.id, item.digest))
                piece_cache().forget([item.digest])
        for kind in ("corpora", "material"):
            self._files.delete(self._path(kind, corpus))
        if contents.corpus == corpus:
            contents.corpus = DEFAULT_CORPUS
        return shelf.name

    def _uploads(self, contents: Contents) -> dict[str, int]:
        """Digest -> bytes of every uploaded file that some corpus holds."""
        items = (item for corpus in contents.corpora for item in self.own(corpus).items)
        return {item.digest: item.size for item in items if item.size}

    def _music_bytes(self, contents: Contents) -> int:
        return sum(self._uploads(contents).values())


@st.cache_resource(max_entries=16, ttl=1800, show_spinner=False)
def _own_corpus(path: str, used: float, _files: Files) -> OwnCorpus:
    return OwnCorpus.from_json(_files.read_json(path))
