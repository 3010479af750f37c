"""The sets that come with Gruve: complete, sound, quick to open."""

from __future__ import annotations

import time
import zipfile

import pytest

from musiccore.starters import STARTERS, UnknownStarterError, load_starter, open_starter

names = pytest.mark.parametrize("name", STARTERS)


@names
def test_a_set_has_as_many_pieces_as_it_says(name: str) -> None:
    pieces = load_starter(name)
    assert len(pieces) == STARTERS[name].files
    assert len({piece.digest for piece in pieces}) == len(pieces)
    assert len({piece.name for piece in pieces}) == len(pieces)


@names
def test_every_piece_reads_without_repair(name: str) -> None:
    assert [(piece.name, piece.repairs) for piece in load_starter(name) if piece.repairs] == []


@names
def test_names_are_midi_files_in_order(name: str) -> None:
    entries = [entry for entry, _ in open_starter(name)]
    assert entries == sorted(entries)
    assert all(entry.endswith(".mid") and "/" not in entry for entry in entries)


@names
def test_pieces_are_not_the_same_music_twice(name: str) -> None:
    seen: dict[tuple[bytes, ...], str] = {}
    for piece in load_starter(name):
        notes = piece.notes()
        music = (notes.onset.tobytes(), notes.duration.tobytes(), notes.pitch.tobytes())
        assert music not in seen, f"{piece.name} is {seen[music]}"
        seen[music] = piece.name


def test_chorales_are_four_voices_of_one_choir() -> None:
    for piece in load_starter("bach-chorales"):
        assert piece.name.startswith("BWV ")
        assert [track.program for track in piece.tracks] == [52] * 4


def test_tunes_are_one_violin() -> None:
    for piece in load_starter("fiddle-tunes"):
        assert [track.program for track in piece.tracks] == [40]


def test_quartets_are_three_instruments_in_four_parts() -> None:
    for piece in load_starter("string-quartets"):
        assert [track.program for track in piece.tracks] == [40, 40, 41, 42]


@names
def test_tempos_and_metres_are_there(name: str) -> None:
    for piece in load_starter(name):
        assert 30 <= piece.tempos[0].bpm <= 400, piece.name
        assert piece.metres[0].onset == 0
        assert 5 < piece.seconds < 3600, (piece.name, piece.seconds)


def test_an_unknown_set_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(UnknownStarterError, match="bach-chorales, fiddle-tunes") as error:
        open_starter("bach")
    assert isinstance(error.value, KeyError)
    assert str(error.value).endswith(".")


def test_archives_carry_no_date() -> None:
    for starter in STARTERS.values():
        with zipfile.ZipFile(starter.path) as archive:
            assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_archives_stay_small() -> None:
    assert sum(starter.path.stat().st_size for starter in STARTERS.values()) < 1_500_000


def test_the_chorales_open_at_once() -> None:
    load_starter.cache_clear()
    start = time.process_time()
    load_starter("bach-chorales")
    assert time.process_time() - start < 1
