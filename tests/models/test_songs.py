"""Shared songs: whole, anonymous, bounded, and gone when their maker says so."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.files import Files
from models.songs import USUAL_TITLE, SongError, Songs, song_digest
from musiccore.piece import Key, Metre, Piece, Tempo, Track
from musiccore.writing import to_midi
from tests.models.music import band, tune

ANNA, BEN = "a" * 32, "b" * 32


@pytest.fixture(params=["folder", "s3"])
def songs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Songs]:
    if request.param == "folder":
        yield Songs(str(tmp_path))
    else:
        url = f"{request.getfixturevalue('s3')}/songs-{tmp_path.name}"
        yield Songs(url)


@pytest.fixture
def here(tmp_path: Path) -> Songs:
    return Songs(str(tmp_path))


def test_a_song_is_heard_as_it_was_shared(songs: Songs) -> None:
    piece = replace(
        band(),
        tempos=(Tempo(0.0, 97.3), Tempo(8.0, 110.0)),
        metres=(Metre(0.0, 3, 4),),
        keys=(Key(0.0, -3, True),),
    )
    id_ = songs.share(piece, ANNA, "Evening", {"Network": "GRU"})
    song = songs.open(id_)
    assert (song.title, song.facts) == ("Evening", (("Network", "GRU"),))
    assert (song.piece.tempos, song.piece.metres) == (piece.tempos, piece.metres)
    assert song.piece.keys == piece.keys
    for mine, theirs in zip(piece.notes(), song.piece.notes(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert to_midi(song.piece) == to_midi(songs.open(id_).piece)
    assert songs.of(ANNA) == {song_digest(piece): id_}
    assert songs.of(BEN) == {}


def test_nothing_of_the_maker_is_in_what_others_get(here: Songs, tmp_path: Path) -> None:
    private = "my-private-file"
    piece = Piece(private, (Track.of([(0, 1, 60, 80)], 24, private),), repairs=(private,))
    id_ = here.share(piece, ANNA)
    assert re.fullmatch(r"[0-9a-f]{32}", id_)
    song = here.open(id_)
    assert song.title == song.piece.name == USUAL_TITLE
    assert [track.name for track in song.piece.tracks] == ["Nylon Guitar"]
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(private.encode() in data or ANNA.encode() in data for data in kept)
    assert id_ != here.share(piece, BEN)  # not to be found out from the music


def test_the_same_music_shared_again_is_the_same_song(here: Songs) -> None:
    id_ = here.share(tune(), ANNA, "One")
    assert here.share(tune(), ANNA, "Two") == id_
    assert here.share(replace(tune(), tempos=(Tempo(0.0, 90.0),)), ANNA) != id_


def test_a_title_is_one_line_of_bounded_length(here: Songs) -> None:
    id_ = here.share(tune(), ANNA, "a\n\x00b " + "c" * 200)
    title = here.open(id_).title
    assert title.isprintable()
    assert len(title) == 80
    assert here.open(here.share(tune(50), ANNA, " \n ")).title == USUAL_TITLE


@pytest.mark.parametrize("id_", ["", "0" * 32, "../../runs", "0" * 31 + "\n", "*", "é" * 32])
def test_an_unknown_id_is_a_sentence(here: Songs, id_: str) -> None:
    here.share(tune(), ANNA)
    with pytest.raises(SongError, match="no song behind this link"):
        here.open(id_)


def test_a_damaged_song_is_no_song(here: Songs, tmp_path: Path) -> None:
    for name, data in (("notes", b"x"), ("song.json", b"{}"), ("song.json", b"[")):
        id_ = here.share(tune(40 + len(data) + len(name)), ANNA)
        (tmp_path / "songs" / id_ / name).write_bytes(data)
        with pytest.raises(SongError):
            here.open(id_)


def test_only_its_owner_can_revoke_a_song(songs: Songs) -> None:
    id_ = songs.share(tune(), ANNA)
    assert not songs.revoke(id_, BEN)
    songs.open(id_)
    assert songs.revoke(id_, ANNA)
    with pytest.raises(SongError):
        songs.open(id_)
    assert not songs.revoke(id_, ANNA)


def test_forgetting_ends_all_sharing_of_one_owner(songs: Songs) -> None:
    gone = {songs.share(tune(start), ANNA) for start in (50, 52)}
    stays = songs.share(tune(50), BEN)
    songs.forget(ANNA)
    assert songs.of(ANNA) == {}
    songs.open(stays)
    for id_ in gone:
        with pytest.raises(SongError):
            songs.open(id_)


def test_a_visitor_has_a_number_and_a_size(here: Songs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUVE_VISITOR_SONGS", "2")
    here.share(tune(50), ANNA)
    here.share(tune(51), ANNA)
    with pytest.raises(SongError, match=r"2 songs.*Stop sharing one"):
        here.share(tune(52), ANNA)
    here.share(tune(50), ANNA)  # is shared already
    here.share(tune(52), BEN)
    monkeypatch.delenv("GRUVE_VISITOR_SONGS")
    monkeypatch.setenv("GRUVE_VISITOR_SONGS_MB", "0")
    with pytest.raises(SongError, match=r"may take 0\.0"):
        here.share(tune(52), ANNA)


def test_where_all_songs_pass_the_bound_those_heard_least_lately_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []
    here = Songs(str(tmp_path), ended.append)
    monkeypatch.setenv("GRUVE_SONGS", "2")
    old, older = here.share(tune(50), ANNA), here.share(tune(51), BEN)
    for id_ in (old, older):
        for file in (tmp_path / "songs" / id_).iterdir():
            os.utime(file, (1e9, 1e9))
    here.open(old)  # heard again just now
    new = here.share(tune(52), ANNA)
    assert {path.name for path in (tmp_path / "songs").iterdir()} == {old, new}
    with pytest.raises(SongError):
        here.open(older)
    monkeypatch.setenv("GRUVE_SONGS_MB", "0")
    last = here.share(tune(53), ANNA)
    assert [path.name for path in (tmp_path / "songs").iterdir()] == [last]
    assert ended[0] == older
    assert set(ended[1:]) == {old, new}
    here.revoke(last, ANNA)
    assert ended[-1] == last


def test_hearing_a_song_writes_at_most_once_an_hour(here: Songs, tmp_path: Path) -> None:
    id_ = here.share(tune(), ANNA)
    here.open(id_)
    used = tmp_path / "songs" / id_ / "used"
    first = used.read_bytes()
    here.open(id_)
    assert used.read_bytes() == first
    used.write_bytes(b"12.5")
    here.open(id_)
    assert float(used.read_bytes()) > 1e9


def test_silence_is_not_shared(here: Songs, tmp_path: Path) -> None:
    with pytest.raises(SongError, match="no notes"):
        here.share(Piece("silence", (Track.of([]),)), ANNA)
    assert Files(str(tmp_path)).glob("songs/*") == []
