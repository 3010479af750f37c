"""Whole files in a folder and on S3, as the same few verbs."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem

from models.cluster import ROOT
from models.files import Files, FilesError


@pytest.fixture(params=["folder", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    if request.param == "folder":
        return Files(str(tmp_path / "store"))
    return Files(f"{request.getfixturevalue('s3')}/{tmp_path.name}/")


def test_what_is_written_is_read_and_can_be_replaced_and_deleted(files: Files) -> None:
    files.write("runs/a/one.json", b"old")
    files.write("runs/a/one.json", b"new")
    files.write_json("runs/a/two.json", {"é": 1})
    files.write("runs/b/deep/one.json", b"")
    assert files.read("runs/a/one.json") == b"new"
    assert files.read_json("runs/a/two.json") == {"é": 1}
    assert files.read_all(["runs/b/deep/one.json", "runs/a/one.json"]) == [b"", b"new"]
    assert files.glob("runs/*/one.json") == ["runs/a/one.json"]
    assert files.glob("runs/*") == ["runs/a", "runs/b"]
    assert files.exists("runs/a")
    assert files.exists("runs/a/one.json")
    files.delete("runs/a")
    files.delete("runs/a")
    assert not files.exists("runs/a")
    assert not files.exists("runs/a/one.json")
    assert files.glob("*/*") == ["runs/b"]


def test_what_is_not_there_is_not_found(files: Files) -> None:
    assert not files.exists("nothing")
    assert files.glob("nothing/*") == []
    assert files.size("nothing") == 0
    assert files.folders("nothing") == {}
    assert files.read_all([]) == []
    with pytest.raises(FileNotFoundError):
        files.read("nothing")
    files.write("something", b"")
    with pytest.raises(FileNotFoundError):
        files.read_all(["something", "nothing"])


def test_a_folder_is_measured_while_others_write_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Files(str(tmp_path))
    files.write("runs/a/one", b"12345")
    files.write("runs/a/used.part", b"")
    find = LocalFileSystem.find

    def found_and_gone(*arguments: Any, **options: Any) -> Any:
        found = find(*arguments, **options)
        (tmp_path / "runs/a/used.part").unlink(missing_ok=True)
        return found

    monkeypatch.setattr(LocalFileSystem, "find", found_and_gone)
    assert files.size("runs/a") == 5


def test_folders_are_measured_with_all_that_is_in_them(files: Files) -> None:
    before = time.time() - 1  # S3 counts whole seconds
    files.write("runs/a/one", b"12345")
    files.write("runs/a/deep/two", b"123")
    files.write("runs/b/one", b"1")
    files.touch("runs/b")
    files.write("runs/loose", b"1234")
    folders = files.folders("runs")
    assert {name: folder.size for name, folder in folders.items()} == {"runs/a": 8, "runs/b": 1}
    assert all(before <= folder.changed <= time.time() for folder in folders.values())
    assert files.size("runs/a") == 8
    assert files.size("runs/a/one") == 5


def test_what_others_write_to_s3_is_seen_at_once(s3: str, tmp_path: Path) -> None:
    files = Files(f"{s3}/{tmp_path.name}")
    files.write("runs/a/one", b"1")
    assert files.glob("runs/*/*") == ["runs/a/one"]
    another = boto3.client("s3")
    another.put_object(Bucket="gruve", Key=f"{tmp_path.name}/runs/b/two", Body=b"22")
    assert files.glob("runs/*/*") == ["runs/a/one", "runs/b/two"]
    assert files.size("runs") == 3
    another.delete_object(Bucket="gruve", Key=f"{tmp_path.name}/runs/a/one")
    assert not files.exists("runs/a")
    assert list(files.folders("runs")) == ["runs/b"]


def test_an_address_that_cannot_be_used_is_said() -> None:
    with pytest.raises(FilesError, match=r"^The store nowhere://x cannot be used: .*nowhere\.$"):
        Files("nowhere://x")


def test_what_s3_needs_is_said_where_it_is_missing() -> None:
    code = "import sys; sys.modules['s3fs'] = None; from models.files import Files; Files('s3://x')"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert f"pip install s3fs=={fsspec.__version__}" in found.stderr.splitlines()[-1]
