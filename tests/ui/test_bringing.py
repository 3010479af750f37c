"""Bringing music: files, archives, a folder on the server; read in the background."""

import io
import zipfile
from pathlib import Path

import pytest

from musiccore.limits import Limits
from tests.ui.music import bring, finished, tune, workspace_in
from ui.bringing import bring_from_folder, bring_uploads, key_of
from ui.pieces import piece_cache
from ui.reading import readings
from ui.reports import outcomes
from ui.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return workspace_in(tmp_path / "store")


def zipped(*files: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files:
            archive.writestr(name, data)
    return packed.getvalue()


def test_files_and_archives_make_one_corpus(workspace: Workspace) -> None:
    archive = zipped(tune(50), ("a/bad.mid", b"nothing"), ("a/" + tune(40)[0], tune(40)[1]))
    reading = bring(workspace, [tune(60), ("more.zip", archive)])
    assert (reading.done, reading.total) == (4, 4)
    own = workspace.own(workspace.corpus)
    assert [item.name for item in own.items] == [
        "tune 60.mid",
        "more.zip/a/tune 40.mid",
        "more.zip/tune 50.mid",
    ]
    assert outcomes(own.reports) == {
        "read": 3,
        "read with repairs": 0,
        "refused": 1,
        "left out as duplicate": 0,
    }


def test_an_archive_gives_its_name(workspace: Workspace) -> None:
    bring(workspace, [("Reels 1883.zip", zipped(tune(50)))])
    assert workspace.corpus_title == "Reels 1883"


def test_the_same_music_is_taken_once_whatever_it_is_called(workspace: Workspace) -> None:
    _, data = tune(60)
    bring(workspace, [("one.mid", data), ("two.mid", data), tune(50)])
    own = workspace.own(workspace.corpus)
    assert [item.name for item in own.items] == ["one.mid", "tune 50.mid"]
    assert [report.reason for report in own.reports] == [None, "duplicate", None]
    assert "one.mid" in own.reports[1].message


def test_stopping_keeps_what_was_read(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = workspace.keep_upload

    def kept(self: Workspace, digest: str, data: bytes) -> None:
        whole(digest, data)
        reading = readings().get(key_of(self))
        assert reading is not None
        reading.stopped.set()

    monkeypatch.setattr(Workspace, "keep_upload", kept)
    reading = bring(workspace, [tune(60), tune(50), tune(40)])
    assert reading.said == ["Stopped after 1 file; what was read is kept."]
    assert len(workspace.own(workspace.corpus).items) == 1


def test_a_corpus_has_bounds(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.bringing.current_limits", lambda: Limits(corpus_notes=20))
    reading = bring(workspace, [tune(60), tune(50), tune(40)])
    assert len(workspace.own(workspace.corpus).items) == 2
    assert "20 notes" in reading.said[0]
    assert "tune 50.mid is the last file" in reading.said[0]


def test_a_visitors_music_has_bounds(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.bringing.music_bytes", lambda: len(tune(60)[1]))
    reading = bring(workspace, [tune(60), tune(50), tune(40)])
    assert len(workspace.own(workspace.corpus).items) == 2
    assert "Your music may take at most" in reading.said[0]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError("No space left on device"), "this app's disk is full"),
        (RuntimeError("No such luck"), "try the rest once more"),
    ],
    ids=["disk", "unforeseen"],
)
def test_a_fault_keeps_what_was_read_and_says_so(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
    said: str,
) -> None:
    keep = workspace.keep_upload

    def full(self: Workspace, digest: str, data: bytes) -> None:
        if data == tune(50)[1]:
            raise fault
        keep(digest, data)

    monkeypatch.setattr(Workspace, "keep_upload", full)
    reading = bring(workspace, [tune(60), tune(50), tune(40)])
    (sentence,) = reading.said
    assert said in sentence
    assert "What was read until then is kept" in sentence
    assert [piece.name for piece in workspace.pieces()] == ["tune 60.mid"]
    assert str(fault) in caplog.text


def test_a_folder_of_the_server_is_read_where_it_lies(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "music" / "reels"
    folder.mkdir(parents=True)
    for start in range(30, 60):
        name, data = tune(start)
        (folder / name).write_bytes(data)
    monkeypatch.setenv("GRUVE_MUSIC_DIR", str(tmp_path / "music"))
    bring_from_folder(workspace, "reels", 10, seed=1)
    finished(workspace)
    assert workspace.corpus_title == "reels, 10 at random"
    picked = [piece.name for piece in workspace.pieces()]
    assert len(picked) == 10
    assert not list(tmp_path.glob("store/workspaces/*/uploads/*"))
    assert workspace.usage().music == 0
    # The app is started again, and some files are gone meanwhile.
    piece_cache().forget(item.digest for item in workspace.own(workspace.corpus).items)
    (folder / picked[0]).unlink()
    assert [piece.name for piece in workspace_in(tmp_path / "store").pieces()] == picked[1:]


def test_a_folder_that_is_gone_is_a_sentence(workspace: Workspace, tmp_path: Path) -> None:
    bring_from_folder(workspace, "reels", 10, seed=1)
    assert finished(workspace).said == ["This server has no music folder any more."]


def test_the_same_reading_is_not_begun_twice(workspace: Workspace) -> None:
    bring_uploads(workspace, [tune(60)])
    bring_uploads(workspace, [tune(60)])
    finished(workspace)
    assert len(workspace.corpora) == 1
