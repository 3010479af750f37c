"""Files, folders, archives and uploads give their MIDI within bounds, and say what is left out."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musiccore.archives import Found
from musiccore.limits import Limits
from musiccore.reasons import REASONS, ReadingError
from musiccore.sources import SourceError, find, read_all, unpack
from tests.musiccore.midi import SCALE, note, song

LIMITS = Limits()


def zipped(files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def outcome(found: Iterable[Found]) -> dict[str, str | int]:
    """Name -> number of bytes, or the reason why there are none."""
    return {n: d.reason if isinstance(d, ReadingError) else len(d) for n, d in found}


def test_a_file_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    for name in ("a.mid", "b.txt", "c"):
        (tmp_path / name).write_bytes(SCALE)
        assert list(find(tmp_path / name)) == [(name, SCALE)]
        assert list(find(str(tmp_path / name))) == [(name, SCALE)]


def test_a_folder_gives_all_below_it_in_order(tmp_path: Path) -> None:
    for name in (
        "b.MID",
        "a.midi",
        "sub/deep/d.kar",
        "sub/c.RMI",
        "readme.txt",
        "._a.mid",
        "z.zip",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(SCALE)
    (tmp_path / "folder.mid").mkdir()
    assert [name for name, _ in find(tmp_path)] == [
        "a.midi",
        "b.MID",
        "sub/c.RMI",
        "sub/deep/d.kar",
    ]


def test_a_folder_is_read_lazily(tmp_path: Path) -> None:
    for name in ("a.mid", "b.mid"):
        (tmp_path / name).write_bytes(SCALE)
    found = find(tmp_path)
    assert next(found)[0] == "a.mid"
    (tmp_path / "b.mid").write_bytes(b"")
    assert next(found) == ("b.mid", b"")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.mid").write_bytes(SCALE)
    (tmp_path / "a.mid").chmod(0)
    (tmp_path / "closed").mkdir(mode=0)
    assert set(outcome(find(tmp_path)).values()) == {"unreadable"}


def test_pipes_and_giants_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "endless.mid")
    (tmp_path / "giant.mid").write_bytes(bytes(1000))
    (tmp_path / "good.mid").write_bytes(SCALE)
    assert outcome(find(tmp_path, Limits(file_bytes=500))) == {
        "endless.mid": "unreadable",
        "giant.mid": "too_big",
        "good.mid": len(SCALE),
    }
    assert outcome(find(tmp_path / "endless.mid")) == {"endless.mid": "unreadable"}


@pytest.mark.parametrize("name", ["nowhere", "no\0where", "n" * 5000])
def test_a_path_that_does_not_exist_is_an_error_at_once(name: str) -> None:
    with pytest.raises(SourceError, match="does not exist") as caught:
        find(name)
    assert str(caught.value).isprintable()


def test_starter_sets_have_names() -> None:
    name, data = next(find("starter:bach-chorales"))
    assert name.endswith(".mid")
    assert isinstance(data, bytes)
    with pytest.raises(SourceError, match="bach-chorales"):
        find("starter:nothing")


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "texts.zip").write_bytes(zipped({"readme.txt": b"hello"}))
    (tmp_path / "none.zip").write_bytes(zipped({}))
    for name in ("empty", "texts.zip", "none.zip"):
        ((found, error),) = find(tmp_path / name)
        assert isinstance(error, ReadingError)
        assert error.reason == "no_midi_inside"
        assert name in found
        assert name in str(error)


def test_an_archive_gives_its_members_in_order(tmp_path: Path) -> None:
    files = {"b.mid": SCALE, "a/c.KAR": SCALE, "a/readme.txt": b"", "__MACOSX/._b.mid": b"junk"}
    (tmp_path / "songs.zip").write_bytes(zipped(files))
    assert outcome(find(tmp_path / "songs.zip")) == {"a/c.KAR": len(SCALE), "b.mid": len(SCALE)}


def test_uploads_are_known_by_their_bytes() -> None:
    archive = zipped({"a.mid": SCALE, "inner.zip": zipped({"b.mid": SCALE})})
    uploads = [("songs.mid", archive), ("c.mid", SCALE), ("d.zip", b"no archive"), ("e.mid", b"")]
    assert outcome(unpack(uploads)) == {
        "songs.mid/a.mid": len(SCALE),
        "songs.mid/inner.zip/b.mid": len(SCALE),
        "c.mid": len(SCALE),
        "d.zip": 10,
        "e.mid": 0,
    }


def test_names_are_fit_for_a_screen() -> None:
    uploads = [("\x1b[31mred.mid", SCALE), ("z.zip", zipped({"a\nb.mid": SCALE}))]
    assert all(name.isprintable() for name, _ in unpack(uploads))


def damaged_member() -> bytes:
    data = bytearray(zipped({"a.mid": SCALE, "b.mid": SCALE}, zipfile.ZIP_STORED))
    data[data.index(b"MThd") + 30] ^= 0xFF  # so that the checksum of a.mid is wrong
    return bytes(data)


def locked_member() -> bytes:
    data = bytearray(zipped({"a.mid": SCALE, "b.mid": SCALE}))
    data[6] |= 1  # encrypted, says the local header of a.mid
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and the central one
    return bytes(data)


def lying_member() -> bytes:
    data = bytearray(zipped({"a.mid": SCALE + bytes(5000), "b.mid": SCALE}))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = (100).to_bytes(4, "little")  # a.mid says that it unpacks to 100
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("Für Elise.mid", "utf-8"),
        ("Müller/Größe.mid", "cp437"),
        ("Flöte é.mid", "cp1252"),
        ("05 Alla turca.mid", "ascii"),
        ("ゲーム/ソナタ 第1番.mid", "cp932"),
        ("Калинка.mid", "cp866"),
        ("Русские песни/Калинка.KAR", "cp1251"),
        ("░▒▓.mid", "cp437"),
    ],
)
def test_names_in_the_code_page_of_the_packing_computer_are_readable(name: str, page: str) -> None:
    stand_in = "".join(chr(97 + i % 26) for i in range(len(name.encode(page)) - 4)) + ".mid"
    data = zipped({stand_in: SCALE}).replace(stand_in.encode(), name.encode(page))
    assert list(unpack([("z", data)])) == [(f"z/{name}", SCALE)]


def test_a_name_that_says_it_is_unicode_is_taken_at_its_word() -> None:
    assert list(unpack([("z", zipped({"Σ÷ ö.mid": SCALE}))])) == [("z/Σ÷ ö.mid", SCALE)]


ZEROS = bytes(3_000_000)
ARCHIVES = {
    "damaged member": (damaged_member(), LIMITS, {"z/a.mid": "bad_member", "z/b.mid": len(SCALE)}),
    "locked member": (locked_member(), LIMITS, {"z/a.mid": "encrypted", "z/b.mid": len(SCALE)}),
    "lying member": (lying_member(), LIMITS, {"z/a.mid": "bad_member", "z/b.mid": len(SCALE)}),
    "member packed otherwise": (
        zipped({"a.mid": SCALE}, zipfile.ZIP_LZMA),
        LIMITS,
        {"z/a.mid": "unknown_packing"},
    ),
    "cut archive": (zipped({"a.mid": SCALE})[:-30], LIMITS, {"z": "bad_archive"}),
    "too big a member": (
        zipped({"a.mid": bytes(1000), "b.mid": SCALE}),
        Limits(file_bytes=500),
        {"z/a.mid": "too_big", "z/b.mid": len(SCALE)},
    ),
    "packed too well": (
        zipped({"a.mid": ZEROS, "b.mid": SCALE}),
        LIMITS,
        {"z/a.mid": "archive_ratio", "z/b.mid": len(SCALE)},
    ),
    "too much in all": (
        zipped({f"{i}.mid": SCALE for i in range(9)}),
        Limits(archive_bytes=2 * len(SCALE) + 1),
        {"z/0.mid": len(SCALE), "z/1.mid": len(SCALE), "z/2.mid": "archive_too_big"},
    ),
    "too many members": (
        zipped({f"{i}.mid": SCALE for i in range(9)}),
        Limits(archive_members=8),
        {"z": "archive_too_many"},
    ),
    "too deep": (
        zipped({"1.zip": zipped({"2.zip": zipped({"a.mid": SCALE}), "b.mid": SCALE})}),
        LIMITS,
        {"z/1.zip/2.zip": "archive_nesting", "z/1.zip/b.mid": len(SCALE)},
    ),
    "too much inside": (
        zipped({"1.zip": zipped({"a.mid": SCALE}), "b.mid": SCALE}),
        Limits(archive_inner_bytes=20),
        {"z/1.zip": "too_big", "z/b.mid": len(SCALE)},
    ),
    "damaged inside": (
        zipped({"1.zip": b"PK\x03\x04 and no more", "b.mid": SCALE}),
        LIMITS,
        {"z/1.zip": "bad_archive", "z/b.mid": len(SCALE)},
    ),
    "too many files": (
        zipped({f"{i}.mid": SCALE for i in range(9)}),
        Limits(upload_files=2),
        {"z/0.mid": len(SCALE), "z/1.mid": len(SCALE), "z/2.mid": "too_many_files"},
    ),
}


@pytest.mark.parametrize(("data", "limits", "expected"), ARCHIVES.values(), ids=ARCHIVES.keys())
def test_a_bad_member_costs_itself(
    data: bytes, limits: Limits, expected: dict[str, str | int]
) -> None:
    found = list(unpack([("z", data)], limits))
    assert outcome(found) == expected
    for name, error in found:
        if isinstance(error, ReadingError):
            assert name in str(error)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_archive_does_harm(data: st.DataObject) -> None:
    made = bytearray(zipped({"a.mid": SCALE, "b.zip": zipped({"c.mid": SCALE})}))
    for _ in range(data.draw(st.integers(1, 5))):
        made[data.draw(st.integers(0, len(made) - 1))] = data.draw(st.integers(0, 255))
    for name, found in unpack([("z.zip", bytes(made))]):
        assert name.startswith("z.zip")
        if isinstance(found, ReadingError):
            assert found.reason in REASONS


def test_a_path_is_read_with_a_report_per_file(tmp_path: Path) -> None:
    (tmp_path / "a.mid").write_bytes(SCALE)
    (tmp_path / "b.mid").write_bytes(b"")
    (tmp_path / "c.mid").write_bytes(song(note(60)))
    found = [(r.file, r.status, piece and len(piece)) for piece, r in read_all(tmp_path)]
    assert found == [("a.mid", "read", 8), ("b.mid", "refused", None), ("c.mid", "read", 1)]
    with pytest.raises(SourceError):
        read_all(tmp_path / "nowhere")
