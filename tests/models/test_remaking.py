"""A take and its recipe: made again it is the same to the byte, or it is said why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.bundle import pack, unpack
from models.cli import main
from models.config import ConfigError, Layer, NetworkConfig, TrainingConfig
from models.data import Corpus
from models.prompts import Prompt
from models.remaking import recipe_file, remake
from models.store import LOCAL, Epoch, Run, Status, Store, StoreError
from models.take_settings import Length, TakeSettings
from models.takes import TakeRecipe, make_takes
from musiccore.arrangement import Arrangement, arrange
from musiccore.encoding import ENCODINGS
from musiccore.writing import to_midi
from tests.models.music import band, tunes
from tests.models.test_generation import random_weights

ARRANGEMENT = Arrangement(programs=((0, 40),), bpm=90.0, transpose=-2, humanize=5)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("GRUVE_STORE", str(tmp_path / "store"))
    return Store()


@pytest.fixture
def run(store: Store) -> Run:
    pieces = [*tunes(), band()]
    encoding = ENCODINGS["notes"].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    network = NetworkConfig((Layer("gru", 10), Layer("gru", 8)), embedding=6, head=5)
    run = store.create(Run.of("tunes", encoding, network, TrainingConfig(), corpus), corpus)
    store.save_epoch(run.id, Epoch(1, 3.0, 3.0, 0.1, 2.0, 1.0), random_weights(encoding, network))
    store.set_status(run.id, Status("done", 1))
    return run


def saved(store: Store, run: Run, prompt: Prompt | None = None) -> tuple[bytes, bytes]:
    """The MIDI of a take and its recipe."""
    settings = TakeSettings(length=Length(30, "notes"), seed=4)
    recipe = TakeRecipe(run.id, 1, settings, prompt or Prompt())
    midi = to_midi(arrange(make_takes(store, [recipe])[0].piece, ARRANGEMENT))
    return midi, recipe_file(store, recipe, ARRANGEMENT, midi)


@pytest.mark.parametrize("prompt", [Prompt(), Prompt.of_corpus(2, bar=2, bars=1)])
def test_a_recipe_makes_the_same_bytes(store: Store, run: Run, prompt: Prompt) -> None:
    midi, recipe = saved(store, run, prompt)
    made = remake(store, recipe)
    assert made.midi == midi
    assert (made.same, made.why) == (True, "")
    assert saved(store, run, prompt)[1] == recipe


def test_the_command_line_makes_it_again(
    store: Store, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    midi, recipe = saved(store, run)
    given, out = tmp_path / "recipe.json", tmp_path / "out.mid"
    given.write_bytes(recipe)
    assert main(["take", "--recipe", str(given), "--out", str(out)]) == 0
    assert out.read_bytes() == midi
    assert "the same to the byte" in capsys.readouterr().err


def test_an_exported_run_makes_it_again_elsewhere(store: Store, run: Run, tmp_path: Path) -> None:
    midi, recipe = saved(store, run)
    elsewhere = Store(str(tmp_path / "elsewhere"))
    with pytest.raises(StoreError, match="Import the file of the run"):
        remake(elsewhere, recipe)
    imported = unpack(elsewhere, pack(store, run.id), LOCAL)
    assert imported.id != run.id
    made = remake(elsewhere, recipe, imported.id)
    assert made.same
    assert made.midi == midi


def changed(recipe: bytes, **others: Any) -> bytes:
    return json.dumps({**json.loads(recipe), **others}).encode()


def test_why_it_is_not_the_same(
    store: Store, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, recipe = saved(store, run)
    other = changed(recipe, midi_sha256="")
    assert "processor" in remake(store, other).why
    versions = {**json.loads(recipe)["versions"], "numpy": "1.0"}
    assert "versions" in remake(store, changed(other, versions=versions)).why
    weights = random_weights(run.encoding, run.network, seed=9)
    store.save_epoch(run.id, Epoch(1, 3.0, 3.0, 0.1, 2.0, 1.0), weights)
    made = remake(store, recipe)
    assert not made.same
    assert "other weights" in made.why
    (tmp_path / "recipe.json").write_bytes(recipe)
    command = ["take", "--recipe", str(tmp_path / "recipe.json"), "--out", str(tmp_path / "o.mid")]
    assert main(command) == 1
    assert "other weights" in capsys.readouterr().err


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[1]",
        b"{}",
        b"[" * 100_000,
        b'{"format": "gruve run", "take": {}}',
        b'{"format": "gruve take", "version": 1, "take": {"run": 3}}',
        b'{"format": "gruve take", "version": "1", "take": {}}',
        b" " * (5 * 2**20),
    ],
)
def test_what_is_no_recipe_is_said(store: Store, data: bytes) -> None:
    with pytest.raises(ConfigError):
        remake(store, data)


@pytest.mark.parametrize(
    "others",
    [{"arrangement": {"bpm": 1e9}}, {"arrangement": {"volume": 3}}, {"arrangement": [1, 2]}],
)
def test_an_impossible_arrangement_is_said(store: Store, run: Run, others: Any) -> None:
    _, recipe = saved(store, run)
    with pytest.raises(ConfigError, match="arrangement"):
        remake(store, changed(recipe, **others))
