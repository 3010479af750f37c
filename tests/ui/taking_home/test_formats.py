"""A take as files: each read back by something else, all of them in one zip, twice the same."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import music21
import pypdfium2
import pytest
import soundfile
from PIL import Image
from symusic import Score

from models.config import Layer, NetworkConfig, TrainingConfig
from models.data import Corpus
from models.prompts import Prompt
from models.remaking import remake
from models.store import Epoch, Run, Store
from models.take_settings import TakeSettings
from models.takes import TakeRecipe, make_takes
from musiccore.arrangement import Arrangement, arrange
from musiccore.audio import TAIL_SECONDS
from musiccore.encoding import ENCODINGS
from musiccore.notation.sheets import Engravers
from musiccore.writing import to_midi
from tests.models.music import tunes
from tests.models.test_generation import random_weights
from ui.taking_home.bundle import bundle_of
from ui.taking_home.formats import FORMATS, Parcel, file_of
from ui.taking_home.made import Made

ARRANGEMENT = Arrangement(programs=((0, 40),), bpm=150.0, transpose=1)


@pytest.fixture(scope="module")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> Parcel:
    folder = tmp_path_factory.mktemp("home")
    store = Store(str(folder / "store"))
    encoding = ENCODINGS["notes"].fit(tunes())
    corpus = Corpus.of(encoding, tunes())
    network = NetworkConfig((Layer("gru", 10), Layer("gru", 8)), embedding=6, head=5)
    run = store.create(Run.of("tunes", encoding, network, TrainingConfig(), corpus), corpus)
    store.save_epoch(run.id, Epoch(1, 3.0, 3.0, 0.1, 2.0, 1.0), random_weights(encoding, network))
    recipe = TakeRecipe(run.id, 1, TakeSettings(notes=6, seed=2), Prompt.of_corpus(2, bars=1))
    made = make_takes(store, [recipe])[0]
    return Parcel(
        piece=arrange(made.piece, ARRANGEMENT),
        recipe=recipe,
        arrangement=ARRANGEMENT,
        generated_from=made.generated_from,
        owner="a" * 32,
        store=store,
        audio=folder / "audio",
        made=Made(),
    )


def test_every_format_is_in_the_zip_and_can_be_read_back(parcel: Parcel) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle_of(parcel))) as archive:
        assert archive.testzip() is None
        files = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}
    stem = parcel.stem
    assert stem == f"gruve-{parcel.recipe.run[:4]}-epoch1-seed2-arranged"
    assert set(files) == {"READ ME.txt", *(f"{stem}{form.ending}" for form in FORMATS.values())}
    piece = parcel.piece

    midi = files[f"{stem}.mid"]
    assert midi == to_midi(piece) == file_of(parcel, "midi")
    assert [track.program for track in Score.from_midi(midi).tracks] == [40]

    written = music21.converter.parseData(files[f"{stem}.musicxml"].decode(), format="musicxml")
    heads = [n for chord in written.recurse().notes for n in getattr(chord, "notes", [chord])]
    struck = [n.pitch.midi for n in heads if n.tie is None or n.tie.type == "start"]
    assert sorted(struck) == sorted(piece.notes().pitch.tolist())
    assert written.parts[0].getInstrument().midiProgram == 40

    for ending in (".mp3", ".wav"):
        with soundfile.SoundFile(io.BytesIO(files[f"{stem}{ending}"])) as sound:
            seconds = sound.frames / sound.samplerate
            assert seconds == pytest.approx(piece.seconds + TAIL_SECONDS, abs=0.06)
            assert 0.5 < abs(sound.read()).max() < 1.0

    Image.open(io.BytesIO(files[f"{stem}-roll.png"])).load()
    assert len(pypdfium2.PdfDocument(files[f"{stem}-score.pdf"])) == 1
    drawing = ElementTree.fromstring(files[f"{stem}-score.svg"])  # noqa: S314
    assert drawing.tag.endswith("}svg")

    recipe = json.loads(files[f"{stem}-recipe.json"])
    assert recipe["midi_sha256"] == hashlib.sha256(midi).hexdigest()
    again = remake(parcel.store, files[f"{stem}-recipe.json"])
    assert again.same
    assert again.midi == midi
    assert "python -m models take" in files["READ ME.txt"].decode()


def test_the_zip_made_anew_is_the_same_to_the_byte(parcel: Parcel, tmp_path: Path) -> None:
    anew = replace(parcel, made=Made(), audio=tmp_path / "another folder")
    assert bundle_of(anew) == bundle_of(parcel)


def test_what_cannot_be_made_is_named_and_the_rest_goes_on(
    parcel: Parcel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = Engravers((sys.executable, "-c", "pass"))
    monkeypatch.setattr("ui.taking_home.formats.engravers", dead)
    monkeypatch.setattr("musiccore.audio.missing", lambda: "Audio needs FluidSynth.")
    broken = replace(parcel, made=Made(), audio=tmp_path)
    with zipfile.ZipFile(io.BytesIO(bundle_of(broken))) as archive:
        names = {name.rpartition(parcel.stem)[2] for name in archive.namelist()}
        read_me = archive.read(f"{parcel.stem}/READ ME.txt").decode()
    assert names == {"/READ ME.txt", ".mid", "-roll.png", "-recipe.json"}
    for label in ("MusicXML", "PDF", "SVG"):
        assert f"- {label}: The engraver does not start" in read_me
    for label in ("MP3", "WAV"):
        assert f"- {label}: Audio needs FluidSynth." in read_me


def test_other_takes_are_other_files(parcel: Parcel) -> None:
    others = [
        replace(parcel, recipe=replace(parcel.recipe, epoch=2)),
        replace(parcel, arrangement=None),
        replace(parcel, generated_from=1.5),
        replace(parcel, piece=arrange(parcel.piece, Arrangement(transpose=2))),
    ]
    assert len({parcel.digest, *(other.digest for other in others)}) == 5
    assert replace(parcel, arrangement=None).stem.endswith("seed2")
