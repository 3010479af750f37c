"""`python -m musiccore` tells people and machines what was read and how it is encoded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from musiccore.cli import main
from musiccore.encoding import ENCODINGS
from musiccore.reading import read_midi
from tests.musiccore.midi import SCALE, note, off, on, song

CHORD = song(on(0, 60), on(0, 64), on(0, 67), off(480, 60), off(0, 64), off(0, 67), note(62))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "chord.mid").write_bytes(CHORD)
    (tmp_path / "empty.mid").write_bytes(b"")
    (tmp_path / "mended.mid").write_bytes(b"\xef\xbb\xbf" + SCALE)
    return tmp_path


def test_report_for_machines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--json", str(folder)]) == 1
    out, err = capsys.readouterr()
    files = json.loads(out)["files"]
    assert [(f["file"], f["status"], f["reason"], f["notes"]) for f in files] == [
        ("chord.mid", "read", None, 4),
        ("empty.mid", "refused", "empty", 0),
        ("mended.mid", "repaired", None, 8),
    ]
    assert files[0]["instruments"] == ["Acoustic Grand Piano"]
    assert (files[0]["quarters"], files[0]["seconds"]) == (2, 1)
    assert err == ""


def test_report_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(folder)]) == 1
    out = capsys.readouterr().out
    for words in ("chord.mid", "empty.mid is empty", "repaired", "1 read, 1 repaired, 1 refused"):
        assert words in out


def test_all_well_is_status_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(folder / "chord.mid")]) == 0
    assert "1 read; 4 notes, 0:01" in capsys.readouterr().out


def test_several_paths_are_told_apart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chord = str(folder / "chord.mid")
    assert main(["report", "--json", chord, f"{folder}/", "nowhere.mid"]) == 1
    out, err = capsys.readouterr()
    names = [file["file"] for file in json.loads(out)["files"]]
    assert names == [chord, chord, f"{folder}/empty.mid", f"{folder}/mended.mid", "nowhere.mid"]
    assert "nowhere.mid does not exist" in err


def test_encode_for_machines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["encode", str(folder), "--encoding", "book", "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out) == [
        {"file": "chord.mid", "tokens": ["0.4.7", "D4"]},
        {"file": "mended.mid", "tokens": ["C4", "D4", "E4", "F4", "G4", "A4", "B4", "C5"]},
    ]
    assert "empty.mid is empty" in err


@pytest.mark.parametrize("name", ENCODINGS)
def test_encode_for_people(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["encode", str(folder / "mended.mid"), "--encoding", name]) == 0
    lines = capsys.readouterr().out.splitlines()
    piece = read_midi("mended.mid", SCALE)
    rows = ENCODINGS[name].fit([piece]).encode(piece).rows
    assert lines[0] == f"mended.mid ({len(rows)} tokens)"
    assert len(lines) == 1 + len(rows)
    assert "C4" in lines[1]


def test_what_cannot_be_encoded_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "drums.mid").write_bytes(song(note(36, channel=9), note(38, channel=9)))
    assert main(["encode", str(tmp_path), "--encoding", "book", "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out) == [{"file": "drums.mid", "tokens": []}]
    assert err.startswith("error: ")


@pytest.mark.parametrize("command", [["report"], ["encode", "--encoding", "book"]])
def test_a_missing_path_is_one_clear_sentence(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "nowhere.mid"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "error: nowhere.mid does not exist. Check the spelling of the path.\n"


@pytest.mark.parametrize("wrong", [[], ["report"], ["encode", "a.mid"], ["sing"]])
def test_wrong_usage_is_status_2(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(wrong)
    assert caught.value.code == 2


def test_help_says_what_a_path_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["report", "--help"])
    assert caught.value.code == 0
    assert "starter:bach-chorales" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["encode --encoding book", "report"])
def test_a_closed_pipe_ends_it_quietly(command: str, tmp_path: Path) -> None:
    # More than a pipe holds, as one file of many tokens and as many files.
    (tmp_path / "0.mid").write_bytes(song(*[note(60, 1)] * 30_000))
    for number in range(1, 500):
        (tmp_path / f"{number}{'-' * 150}.mid").write_bytes(b"")
    command = f"{sys.executable} -m musiccore {command} {tmp_path} 2>{tmp_path}/said"
    done = subprocess.run(
        ("bash", "-c", f"{command} | head -n 1; exit ${{PIPESTATUS[0]}}"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert "Traceback" not in (tmp_path / "said").read_text() + done.stderr
    assert "Broken" not in (tmp_path / "said").read_text() + done.stderr


def test_a_wrong_bound_is_wrong_usage() -> None:
    done = subprocess.run(
        (sys.executable, "-m", "musiccore", "report", "a.mid"),
        env={"GRUVE_MAX_FILE_NOTES": "many"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: GRUVE_MAX_FILE_NOTES must be")
