"""The server's music folder: names are looked through quickly, files read one at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from musiccore import folders
from musiccore.limits import Limits
from musiccore.reasons import ReadingError
from musiccore.sources import SourceError
from tests.musiccore.midi import SCALE, note, song

NAMES = tuple(f"{part}/{i:03}.mid" for part in ("first", "second/deep") for i in range(100))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (*NAMES, "top.KAR", "readme.txt", "songs.zip", ".hidden/a.mid", "._top.mid"):
        path = tmp_path / "music" / "piano" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SCALE)
    (tmp_path / "music" / "Ärger <b>").mkdir()
    (tmp_path / "music" / ".git").mkdir()
    (tmp_path / "music" / "loose.mid").write_bytes(SCALE)
    (tmp_path / "secret.mid").write_bytes(SCALE)
    return tmp_path / "music"


def test_the_folder_comes_from_the_environment(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(folders.MUSIC_DIR, raising=False)
    assert folders.music_folder() is None
    for wrong in ("", " ", str(root / "nowhere"), str(root / "loose.mid")):
        monkeypatch.setenv(folders.MUSIC_DIR, wrong)
        assert folders.music_folder() is None
    monkeypatch.setenv(folders.MUSIC_DIR, str(root))
    assert folders.music_folder() == root


def test_each_folder_in_it_is_a_collection(root: Path) -> None:
    (root / "elsewhere").symlink_to("/")
    assert folders.collections(root) == ("piano", "Ärger <b>")
    assert folders.count(root, "piano") == len(NAMES) + 1
    assert folders.count(root, "Ärger <b>") == 0
    assert folders.pick(root, "Ärger <b>", 5, seed=1) == ()
    assert folders.collections(root / "nowhere") == ()


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "/", "piano/first", "../music/piano", ".git", "gone", "no\0name", "\ud800"],
)
def test_only_a_collection_is_looked_into(root: Path, name: str) -> None:
    for look in (
        lambda: folders.count(root, name),
        lambda: folders.pick(root, name, 1, seed=1),
        lambda: folders.read(root, name, ["first/000.mid"]),
    ):
        with pytest.raises(SourceError, match="not in the music folder") as caught:
            look()
        assert str(caught.value).isprintable()


def test_a_choice_depends_on_the_names_and_the_seed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = folders.pick(root, "piano", 20, seed=1)
    assert len(set(chosen)) == 20
    assert list(chosen) == sorted(chosen)
    assert set(chosen) < {*NAMES, "top.KAR"}
    assert folders.pick(root, "piano", 20, seed=2) != chosen
    assert set(folders.pick(root, "piano", 10, seed=1)) < set(chosen)
    assert folders.pick(root, "piano", 201, seed=1) == (*NAMES, "top.KAR")
    assert folders.pick(root, "piano", 10**9, seed=1) == (*NAMES, "top.KAR")
    assert folders.pick(root, "piano", 0, seed=1) == ()

    listed = folders._entries

    def backwards(folder: str) -> Iterator[os.DirEntry[str]]:
        return iter(list(listed(folder))[::-1])

    monkeypatch.setattr(folders, "_entries", backwards)
    assert folders.pick(root, "piano", 20, seed=1) == chosen


def test_every_file_is_chosen_equally_often(root: Path) -> None:
    times = dict.fromkeys((*NAMES, "top.KAR"), 0)
    for seed in range(300):
        for path in folders.pick(root, "piano", 20, seed):
            times[path] += 1
    # 300 draws of 20 in 201: 30 a file, and a standard deviation of 5.2.
    assert 10 < min(times.values()) <= max(times.values()) < 50


def test_what_was_chosen_is_read_one_at_a_time(root: Path) -> None:
    piano = root / "piano"
    (piano / "short.mid").write_bytes(song(note(60)))
    (piano / "long.mid").write_bytes(bytes(1000))
    found = folders.read(
        root, "piano", ["top.KAR", "gone.mid", "long.mid", "short.mid"], Limits(file_bytes=500)
    )
    assert next(found) == ("top.KAR", SCALE)
    (piano / "short.mid").write_bytes(b"")
    rest = list(found)
    assert [name for name, _ in rest] == ["gone.mid", "long.mid", "short.mid"]
    reasons = [e.reason for _, e in rest if isinstance(e, ReadingError)]
    assert reasons == ["unreadable", "too_big"]
    assert rest[2] == ("short.mid", b"")


def test_no_path_leads_out_of_the_collection(root: Path) -> None:
    (root / "other").mkdir()
    (root / "other" / "a.mid").write_bytes(SCALE)
    piano = root / "piano"
    (piano / "link.mid").symlink_to(root.parent / "secret.mid")
    (piano / "next").symlink_to(root / "other")
    (piano / "round.mid").symlink_to(piano / "round.mid")
    paths = [
        "../../secret.mid",
        "first/../../other/a.mid",
        str(root.parent / "secret.mid"),
        "link.mid",
        "next/a.mid",
        "round.mid",
        "no\0name.mid",
        "\ud800.mid",
    ]
    found = list(islice(folders.read(root, "piano", paths), 99))
    assert len(found) == len(paths)
    for name, error in found:
        assert name.isprintable()
        assert isinstance(error, ReadingError)
        assert error.reason == "missing"
    assert not set(paths) & set(folders.pick(root, "piano", 999, seed=1))


def test_names_of_any_code_page_are_read_and_shown(root: Path) -> None:
    name = os.fsdecode("Flöte.mid".encode("cp1252"))
    (root / "piano" / name).write_bytes(SCALE)
    (path,) = set(folders.pick(root, "piano", 999, seed=1)) - {*NAMES, "top.KAR"}
    assert list(folders.read(root, "piano", [path])) == [("Flöte.mid", SCALE)]
