"""The music that all sections of the Explore page look at, and what is counted of it once.

Caches are shared by all visitors and keyed by digests of the music. Somebody else may have the same
file under another name: names are looked up in `Music`, never cached.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

import streamlit as st

from musiccore.corpus_notes import CorpusNotes
from musiccore.features import PieceTable, piece_table
from musiccore.piece import Piece
from ui.remembered import remembered

T = TypeVar("T")

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


def counted(
    spinner: str, bytes_a_note: int = 5
) -> Callable[[Callable[[Music], T]], Callable[[Music], T]]:
    """Remember what a function of `Music` returns, of about so many bytes for each note; nobody may
    change that."""

    def remembering(count: Callable[[Music], T]) -> Callable[[Music], T]:
        cached = st.cache_resource(
            max_entries=16,
            ttl=1800,
            show_spinner=spinner,
            hash_funcs={Music: lambda music: music.id},
        )(count)

        @wraps(count)
        def found(music: Music) -> T:
            result = cached(music)
            known = Music((), (), music.program, music.id)  # as good as the music, to forget it by
            size = bytes_a_note * sum(map(len, music.pieces))
            key = (count.__module__, count.__qualname__, music.id)
            remembered().used(key, size, lambda: cached.clear(known))
            return result

        return found

    return remembering


@counted("Gathering all notes …", bytes_a_note=30)
def notes_of(music: Music) -> CorpusNotes:
    """All notes of the music as long arrays."""
    return CorpusNotes.of(music.pieces)


@counted("Looking at each piece …")
def table_of(music: Music) -> PieceTable:
    """The statistics of each piece."""
    return piece_table(music.whole, notes_of(music))
