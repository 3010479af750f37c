"""Pieces are kept while there is room, and read again when somebody wants them."""

from dataclasses import replace
from pathlib import Path

import pytest

from musiccore.piece import Piece, Track
from musiccore.starters import load_starter
from tests.ui.music import bring, tune, workspace_in
from ui.pieces import PieceCache, is_starter, piece_cache


def piece(name: str, notes: int = 10) -> Piece:
    return Piece(name, (Track.of([(i, 1, 60, 90) for i in range(notes)]),), digest=name)


def test_what_was_looked_at_longest_ago_goes_first() -> None:
    cache = PieceCache(most_notes=25)
    cache.put(piece("a"))
    cache.put(piece("b"))
    assert cache.get("a") is not None
    cache.put(piece("c"))
    assert cache.get("b") is None
    assert cache.get("a") is not None
    cache.forget(["a", "nothing"])
    assert len(cache) == 1


def test_one_piece_beyond_the_bound_is_kept_all_the_same() -> None:
    cache = PieceCache(most_notes=5)
    cache.put(piece("a"))
    assert cache.get("a") is not None


def test_pieces_keep_the_name_their_owner_gave_them(tmp_path: Path) -> None:
    _, data = tune(60)
    mine = workspace_in(tmp_path, "a" * 32)
    bring(mine, [("mine.mid", data)])
    theirs = workspace_in(tmp_path, "b" * 32)
    bring(theirs, [("theirs.mid", data)])
    assert [p.name for p in mine.pieces()] == ["mine.mid"]
    assert [p.name for p in theirs.pieces()] == ["theirs.mid"]


def test_music_is_read_again_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_in(tmp_path)
    bring(workspace, [tune(60), tune(50)])
    fresh = PieceCache(1000)
    monkeypatch.setattr("ui.pieces.piece_cache", lambda: fresh)
    assert [len(p) for p in workspace_in(tmp_path).pieces()] == [12, 12]
    assert len(fresh) == 2
    assert piece_cache() is not fresh


def test_starter_pieces_are_known_as_they_are_and_not_when_changed() -> None:
    chorale = load_starter("bach-chorales")[0]
    assert is_starter(chorale)
    assert not is_starter(replace(chorale, digest="0" * 64))
