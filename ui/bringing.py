"""Music brought by a visitor: read in the background, kept piece by piece, made a corpus."""

from __future__ import annotations

import io
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from models.quota import music_bytes
from musiccore.archives import Found, is_music_name
from musiccore.folders import music_folder, pick
from musiccore.folders import read as read_folder
from musiccore.isolation import read_isolated
from musiccore.limits import current_limits
from musiccore.memory import budget
from musiccore.reasons import ReadingError
from musiccore.signatures import is_zip
from musiccore.sources import SourceError, unpack
from ui.corpora import FOLDER, Gathering, Item, Source, duplicate
from ui.counts import many
from ui.pieces import piece_cache
from ui.reading import Reading, UnfinishedError, readings
from ui.workspace import Workspace

OWN_NAME = "My files"
"""What a corpus of uploaded files is called until its owner finds a better name."""


class _Brought(NamedTuple):
    """One file: its name, its bytes or why there are none, and where it lies."""

    name: str
    data: bytes | ReadingError
    source: Source


def key_of(workspace: Workspace) -> str:
    """The key under which this visitor's new music is being read."""
    return f"bring/{workspace.id}"


def bring_uploads(workspace: Workspace, given: Sequence[tuple[str, bytes]], into: str = "") -> None:
    """Begin to read uploaded files and archives into the own corpus `into`, or into a new one."""

    def work(reading: Reading) -> None:
        reading.total = sum(_files_in(data) for _, data in given)
        files = (_Brought(name, data, Source()) for name, data in unpack(given))
        _gather(reading, workspace.twin(), files, _name_for(given), into)

    readings().start(key_of(workspace), len(given), work)


def bring_from_folder(workspace: Workspace, collection: str, number: int, seed: int) -> None:
    """Begin to read `number` files of a collection on this server, picked at random."""

    def work(reading: Reading) -> None:
        root = music_folder()
        if root is None:
            raise UnfinishedError("This server has no music folder any more.")
        try:
            paths = pick(root, collection, number, seed)
            found = read_folder(root, collection, paths)
        except SourceError as error:
            raise UnfinishedError(str(error)) from error
        reading.total = len(paths)
        name = collection if len(paths) < number else f"{collection}, {len(paths):,} at random"
        _gather(reading, workspace.twin(), _lying(collection, paths, found), name)

    readings().start(key_of(workspace), number, work)


def _lying(collection: str, paths: Iterable[str], found: Iterable[Found]) -> Iterator[_Brought]:
    for path, (name, data) in zip(paths, found, strict=True):
        yield _Brought(name, data, Source(FOLDER, collection, path))


def _gather(
    reading: Reading,
    workspace: Workspace,
    files: Iterable[_Brought],
    name: str,
    into: str = "",
) -> None:
    """Read the files and make them a corpus; also where that ends early, of those read so far."""
    gathering = Gathering(workspace.own(into).items)
    limits = current_limits()
    being_read: deque[_Brought] = deque()

    def handed_out() -> Iterator[Found]:
        for file in files:
            being_read.append(file)
            yield file.name, file.data

    try:
        for piece, report in reading.counted(read_isolated(handed_out(), readers=budget().readers)):
            file = being_read.popleft()
            if piece is None:
                gathering.pass_over(report)
                continue
            if (name_there := gathering.known(piece)) is not None:
                gathering.pass_over(duplicate(report, name_there))
                continue
            kept = file.data if isinstance(file.data, bytes) and file.source == Source() else b""
            if kept:
                workspace.keep_upload(piece.digest, kept)
            gathering.add(Item.of(piece, len(kept), file.source), len(piece), report)
            piece_cache().put(piece)
            if gathering.notes > limits.corpus_notes:
                raise UnfinishedError(f"{limits.sentence('corpus_notes')} {_until(piece.name)}")
            if gathering.size > music_bytes():
                most = f"Your music may take at most {music_bytes() / 1e6:,.0f} MB."
                raise UnfinishedError(f"{most} {_until(piece.name)}")
        if reading.stopped.is_set():
            number = many(reading.done, "file")
            raise UnfinishedError(f"Stopped after {number}; what was read is kept.")
    finally:
        for gone in workspace.add(gathering.corpus, name, into):
            reading.said.append(f"“{gone}” had to go: your music takes more room than it may.")


def _until(name: str) -> str:
    return f"{name} is the last file that was taken; bring the others as another corpus."


def _name_for(given: Sequence[tuple[str, bytes]]) -> str:
    """The name of the archive where there is one and nothing else."""
    if len(given) == 1 and is_zip(given[0][1]):
        return PurePosixPath(given[0][0]).stem
    return OWN_NAME


def _files_in(data: bytes) -> int:
    """About how many files an upload holds: those that an archive lists, else one."""
    if not is_zip(data):
        return 1
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(map(is_music_name, archive.namelist()))
    except (zipfile.BadZipFile, ValueError, OSError):
        return 1
