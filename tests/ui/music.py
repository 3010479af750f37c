"""Music that tests of the workspace bring."""

from collections.abc import Sequence
from pathlib import Path

from models.files import Files
from models.store import Store
from musiccore.piece import Piece, Track
from musiccore.writing import to_midi
from ui.bringing import bring_uploads, key_of
from ui.reading import Reading, readings
from ui.workspace import Workspace

TOKEN = "test-visitor-0123456789-abcdefgh"  # noqa: S105  # no secret: 32 characters


def tune(start: int, program: int = 40, notes: int = 12) -> tuple[str, bytes]:
    """(name, MIDI bytes) of a rising line."""
    track = Track.of([(i, 1, start + i, 90) for i in range(notes)], program)
    return f"tune {start}.mid", to_midi(Piece(f"tune {start}", (track,)))


def workspace_in(folder: Path, token: str = TOKEN) -> Workspace:
    return Workspace(token, Files(str(folder)), Store(str(folder)))


def finished(workspace: Workspace) -> Reading:
    """The visitor's reading once it is through, as a page would see it off."""
    key = key_of(workspace)
    reading = readings().get(key)
    assert reading is not None
    assert reading.finished.wait(60)
    readings().end(key, reading)
    workspace.reload()
    return reading


def bring(workspace: Workspace, files: Sequence[tuple[str, bytes]], into: str = "") -> Reading:
    bring_uploads(workspace, files, into)
    return finished(workspace)


def bring_pieces(folder: Path, pieces: Sequence[Piece], token: str = TOKEN) -> Workspace:
    """A workspace whose owner has uploaded these pieces."""
    workspace = workspace_in(folder, token)
    bring(workspace, [(f"{piece.name}.mid", to_midi(piece)) for piece in pieces])
    return workspace
