"""`python -m models` from end to end on real files: what it prints, writes and returns."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from symusic import Score

from models.cli import main
from models.cluster import ROOT
from musiccore.reading import read_midi
from musiccore.writing import to_midi
from tests.models.music import band, tunes

WITHOUT_TENSORFLOW = """
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
from models.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with music, one bad file among it, and a store."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "music").mkdir()
    for piece in tunes():
        (folder / "music" / f"{piece.name}.mid").write_bytes(to_midi(piece))
    (folder / "music" / "picture.mid").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


@pytest.fixture(autouse=True)
def own_store(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUVE_STORE", str(home / "store"))


@pytest.fixture(scope="module")
def trained(home: Path) -> str:
    """The id of a run, trained as a script would."""
    command = [sys.executable, "-m", "models", "train", "--music", str(home / "music")]
    options = ["--epochs", "2", "--batch-size", "4", "--sequence-length", "16"]
    done = subprocess.run(
        command + options,
        cwd=ROOT,
        env={**os.environ, "GRUVE_STORE": str(home / "store")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "picture.mid" in done.stderr
    assert "epoch 2: loss" in done.stderr
    assert len(done.stdout.splitlines()) == 1
    return done.stdout.strip()


def test_generate_works_without_tensorflow_and_repeats_itself(trained: str, tmp_path: Path) -> None:
    takes = []
    for name in ("one.mid", "two.mid"):
        out = tmp_path / name
        arguments = ["generate", trained, "--notes", "60", "--seed", "3", "--out", str(out)]
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT_TENSORFLOW, *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        takes.append(out.read_bytes())
    assert takes[0] == takes[1]
    assert Score.from_midi(takes[0]).note_num() == 60


def test_a_primer_stands_in_front(trained: str, home: Path, tmp_path: Path) -> None:
    out, primer = tmp_path / "out.mid", home / "music" / "tune 0.mid"
    assert (
        main(["generate", trained, "--notes", "20", "--primer", str(primer), "--out", str(out)])
        == 0
    )
    first = read_midi("primer", primer.read_bytes()).notes()
    whole = read_midi("take", out.read_bytes()).notes()
    assert len(whole.pitch) == len(first.pitch) + 20
    assert whole.pitch[: len(first.pitch)].tolist() == first.pitch.tolist()


def test_the_books_way_of_generating_is_open_to_every_run(trained: str, tmp_path: Path) -> None:
    out = tmp_path / "out.mid"
    assert main(["generate", trained, "--way", "window", "--notes", "30", "--out", str(out)]) == 0
    assert Score.from_midi(out.read_bytes()).note_num() == 30


def test_the_books_way_goes_on_from_the_end_of_a_primer(
    trained: str, home: Path, tmp_path: Path
) -> None:
    out, short, long = tmp_path / "out.mid", tmp_path / "short.mid", tmp_path / "long.mid"
    piece = band(bars=30)
    short.write_bytes(to_midi(piece.only([0])))
    long.write_bytes(to_midi(band(bars=60).only([0])))
    command = ["generate", trained, "--way", "window", "--notes", "10", "--out", str(out)]
    assert main([*command, "--primer", str(short)]) == 0
    assert Score.from_midi(out.read_bytes()).note_num() == 90 + 10
    assert main([*command, "--primer", str(long)]) == 0
    assert Score.from_midi(out.read_bytes()).note_num() == 180 + 10


def test_evaluate_measures_in_json(
    trained: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", trained, "--music", str(home / "music"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["run"] == trained
    assert found["pieces"] == 8
    assert found["nats_per_note"] > 0
    assert found["perplexity"] > 1
    assert 0 <= found["accuracy"] <= 1


def test_runs_lists_what_is_there(trained: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "--json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert (run["id"], run["state"], run["epochs"]) == (trained, "done", 2)
    assert main(["runs"]) == 0
    assert trained in capsys.readouterr().out


def test_a_run_is_exported_and_imported(
    trained: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "run.gruve"
    assert main(["export", trained, "--all", "--out", str(out)]) == 0
    monkeypatch.setenv("GRUVE_STORE", str(tmp_path / "elsewhere"))
    assert main(["import", str(out)]) == 0
    found = capsys.readouterr().out.strip()
    assert main(["runs", "--json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert (run["id"], run["epochs"]) == (found, 2)
    out.write_bytes(out.read_bytes()[:-9])
    assert main(["import", str(out)]) == 1
    assert "This file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["generate", "0" * 16, "--out", "x.mid"], "There is no run"),
        (["generate", "nonsense", "--out", "x.mid"], "There is no run"),
        (["train", "--music", "/no/such/folder"], "/no/such/folder"),
        (["train", "--music", "starter:polka"], "polka"),
        (["train", "--music", "{music}", "--epochs", "0"], "Epochs must be"),
        (["train", "--music", "{music}", "--batch-size", "4096"], "too little music"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    arguments: list[str], sentence: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [a.replace("{music}", str(home / "music")) for a in arguments]
    assert main(given) == 1
    complaint = capsys.readouterr()
    assert sentence in complaint.err
    assert "Traceback" not in complaint.err
    assert complaint.out == ""


def test_wrong_usage_ends_with_2() -> None:
    for arguments in ([], ["dance"], ["train"], ["train", "--music", "x", "--preset", "none"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
