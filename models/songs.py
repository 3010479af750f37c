"""Songs that visitors share: music to be heard by whoever has the link, and nothing else.

A song stands by itself. It knows no workspace and no run, so its link gives nothing away: neither
who made it, nor what they called their files.

    songs/<id>/song.json                title, facts, tempo, metre, instruments
    songs/<id>/notes                    the notes as plain numbers
    songs/<id>/of-<owner>-<digest>      whose it is, and which music; for its owner alone
    songs/<id>/used                     when it was last heard: those heard least lately go first
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from models.files import Files
from models.quota import megabytes
from musiccore.frames import FrameError, packed, unpacked
from musiccore.instruments import name_of
from musiccore.piece import Piece
from musiccore.reports import FileReport
from musiccore.text import printable

MAX_TITLE = 80
"""Characters of what a song is called."""

USUAL_TITLE = "A song made with Gruve"
USED_SECONDS = 3600.0
"""How exactly it is known when a song was last heard."""

_ID = re.compile(r"[0-9a-f]{32}")
_OWNER = re.compile(r"[0-9a-z]{1,64}")
_sharing = threading.Lock()


class SongError(LookupError):
    """A song that is not there or cannot be shared; the message is a sentence for the visitor."""


def most_songs() -> int:
    """Songs that are shared in all: `GRUVE_SONGS`, 2,000."""
    return _count("GRUVE_SONGS", 2000)


def most_songs_bytes() -> int:
    """What all shared songs may take: `GRUVE_SONGS_MB`, 100."""
    return megabytes("GRUVE_SONGS_MB", 100)


def visitor_songs() -> int:
    """Songs that one visitor may share: `GRUVE_VISITOR_SONGS`, 50."""
    return _count("GRUVE_VISITOR_SONGS", 50)


def visitor_songs_bytes() -> int:
    """What one visitor's shared songs may take: `GRUVE_VISITOR_SONGS_MB`, 5."""
    return megabytes("GRUVE_VISITOR_SONGS_MB", 5)


def _count(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    return int(value) if value.isdigit() else default


@dataclass(frozen=True, eq=False)
class Song:
    """What whoever has the link hears and reads. `facts` are lines like ("Network", "GRU")."""

    id: str
    title: str
    piece: Piece
    facts: tuple[tuple[str, str], ...] = ()


def song_digest(piece: Piece) -> str:
    """Of all that is heard of a piece: notes, instruments, tempo; and of its metre and key."""
    header, notes = packed(_stripped(piece, ""), FileReport(file="", status="read"))
    return hashlib.sha256(json.dumps(header["piece"]).encode() + notes).hexdigest()[:32]


class Songs:
    """The shared songs at one address. Holds nothing in memory.

    `ended` is told the id of each song that is shared no more, whoever or whatever ended it.
    """

    def __init__(
        self, url: str | None = None, ended: Callable[[str], object] = lambda _: None
    ) -> None:
        self._files, self._ended = Files(url), ended

    def share(
        self, piece: Piece, owner: str, title: str = "", facts: Mapping[str, str] | None = None
    ) -> str:
        """Share a piece, and return the id that its link holds. Music that its owner shares already
        keeps its id.

        Of the piece only the music is kept: it is called by its title and its parts by their
        instruments. Raises `SongError` without notes and at a visitor's bounds; where all songs
        together pass theirs, those heard least lately go.
        """
        if not len(piece):
            raise SongError("There are no notes to share.")
        title = printable(" ".join(title.split()))[:MAX_TITLE].strip() or USUAL_TITLE
        stripped = _stripped(piece, title)
        header, notes = packed(stripped, FileReport(file=title, status="read"))
        told = {"title": title, "facts": dict(facts or {}), "piece": header["piece"]}
        song = json.dumps(told, indent=1).encode()
        size = len(song) + len(notes)
        with _sharing:
            mine = self.of(owner)
            if (digest := song_digest(stripped)) in mine:
                return mine[digest]
            self._refuse(mine.values(), size)
            self._make_room(size)
            id_ = secrets.token_hex(16)
            self._files.write(f"songs/{id_}/{_mark(owner, digest)}", b"")
            self._files.write(f"songs/{id_}/notes", notes)
            self._files.write(f"songs/{id_}/song.json", song)  # last: without it there is no song
        return id_

    def of(self, owner: str) -> dict[str, str]:
        """What an owner shares: `song_digest` of the music -> id."""
        paths = self._files.glob(f"songs/*/{_mark(owner, '*')}")
        return {path.rpartition("-")[2]: path.split("/")[-2] for path in paths}

    def open(self, id_: str) -> Song:
        """The song with this id. Raises `SongError` with a friendly sentence where there is none.

        Whoever opens one keeps it from being the first to go.
        """
        path = _path(id_)
        try:
            told = self._files.read_json(f"{path}/song.json")
            notes = self._files.read(f"{path}/notes")
            title = str(told["title"])
            header, _ = packed(None, FileReport(file=title, status="read"))
            piece, _ = unpacked(title, {**header, "piece": told["piece"]}, notes)
            facts = tuple((str(name), str(text)) for name, text in told["facts"].items())
        except (FileNotFoundError, FrameError, KeyError, ValueError, AttributeError) as error:
            raise _unknown() from error
        if piece is None:
            raise _unknown()
        self._used(path)
        return Song(id_, title, replace(piece, digest=song_digest(piece)), facts)

    def revoke(self, id_: str, owner: str) -> bool:
        """End the sharing of a song, if it is this owner's; whether it was."""
        if id_ not in self.of(owner).values():
            return False
        self._end(_path(id_))
        return True

    def forget(self, owner: str) -> None:
        """End the sharing of all that an owner shares."""
        for id_ in self.of(owner).values():
            self._end(_path(id_))

    def _end(self, path: str) -> None:
        self._files.delete(path)
        self._ended(path.rpartition("/")[2])

    def _refuse(self, mine: Any, size: int) -> None:
        mine = list(mine)
        if len(mine) >= visitor_songs():
            raise SongError(
                f"You share {len(mine):,} songs, which is as many as one visitor may. "
                "Stop sharing one of them first."
            )
        taken = sum(self._files.size(_path(id_)) for id_ in mine)
        if taken + size > visitor_songs_bytes():
            raise SongError(
                f"Your shared songs would take {(taken + size) / 1e6:.1f} MB, and one visitor's "
                f"may take {visitor_songs_bytes() / 1e6:.1f}. Stop sharing one, or share a shorter "
                "take."
            )

    def _make_room(self, size: int) -> None:
        folders = self._files.folders("songs")
        total = sum(folder.size for folder in folders.values())
        for path in sorted(folders, key=lambda path: folders[path].changed):
            if total + size <= most_songs_bytes() and len(folders) < most_songs():
                break
            self._end(path)
            total -= folders.pop(path).size

    def _used(self, path: str) -> None:
        try:
            before = float(self._files.read(f"{path}/used"))
        except (FileNotFoundError, ValueError):
            before = 0.0
        if time.time() - before > USED_SECONDS:
            self._files.write(f"{path}/used", str(time.time()).encode())


def _path(id_: str) -> str:
    if not _ID.fullmatch(id_):
        raise _unknown()
    return f"songs/{id_}"


def _mark(owner: str, digest: str) -> str:
    if not _OWNER.fullmatch(owner):
        raise SongError("There is no such owner.")
    return f"of-{owner}-{digest}"


def _unknown() -> SongError:
    return SongError(
        "There is no song behind this link. Whoever made it may have stopped sharing it, or the "
        "link is not whole."
    )


def _stripped(piece: Piece, title: str) -> Piece:
    """The music alone: no name that anybody gave a file or a track, no report of its reading."""
    tracks = tuple(replace(t, name=name_of(t.program)) for t in piece.tracks if len(t))
    return replace(piece, name=title, tracks=tracks, digest="", repairs=())
