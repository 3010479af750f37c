"""The music that all sections of the Explore page look at, and what is counted of it once.

Caches are shared by all visitors and keyed by digests of the music. Somebody else may have the same
file under another name: names are looked up in `Music`, never cached.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from musiccore.corpus_notes import CorpusNotes
from musiccore.features import PieceTable, piece_table
from musiccore.piece import Piece

EVERYTHING = -1
"""The choice of instrument that means all of them."""


@dataclass(frozen=True, eq=False)
class Music:
    """A corpus, or one instrument of it.

    `pieces` are those in which the instrument plays, with its notes alone; `whole` are the same
    pieces with all of their notes. `program` is None where all instruments are looked at. `id`
    stands for all of that, names aside.
    """

    whole: tuple[Piece, ...]
    pieces: tuple[Piece, ...]
    program: int | None
    id: str

    @classmethod
    def of(cls, pieces: Sequence[Piece], program: int | None = None) -> Music:
        """The notes of one program in `pieces`, or of all; pieces without such notes left out."""
        heard = tuple(
            piece
            for piece in pieces
            if (len(piece) if program is None else program in piece.programs)
        )
        digests = "".join(piece.digest for piece in heard)
        return cls(
            whole=heard,
            pieces=heard if program is None else tuple(piece.only([program]) for piece in heard),
            program=program,
            id=f"{hashlib.sha256(digests.encode()).hexdigest()[:32]}-{program}",
        )

    def __len__(self) -> int:
        """Number of pieces."""
        return len(self.pieces)


def counted(spinner: str, entries: int = 16) -> Callable[[Callable[[Music], Any]], Any]:
    """Remember what a function of `Music` returns; nobody may change that."""
    return st.cache_resource(
        max_entries=entries,
        ttl=1800,
        show_spinner=spinner,
        hash_funcs={Music: lambda music: music.id},
    )


@counted("Gathering all notes …", entries=4)
def notes_of(music: Music) -> CorpusNotes:
    """All notes of the music as long arrays."""
    return CorpusNotes.of(music.pieces)


@counted("Looking at each piece …")
def table_of(music: Music) -> PieceTable:
    """The statistics of each piece."""
    return piece_table(music.whole, notes_of(music))
