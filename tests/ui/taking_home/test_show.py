"""Saving and sharing as a visitor meets them; what the link shows to somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from models.songs import SongError, Songs
from musiccore.notation.sheets import engravers
from musiccore.starters import STARTERS
from ui.songs import facts_of, file_stem

APP = Path(__file__).resolve().parents[3] / "streamlit_app.py"
ANNA, BEN = "anna-0123456789-0123456789-abcde", "ben-0123456789-0123456789-abcdef"


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GRUVE_STORE", str(tmp_path))
    monkeypatch.setattr("ui.listening.missing", lambda: "No audio here.")
    st.cache_resource.clear()
    st.cache_data.clear()
    yield tmp_path
    st.cache_resource.clear()


@pytest.fixture
def audio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of rendered sound."""
    folder = tmp_path / "audio"
    folder.mkdir()
    for module in ("ui.songs", "ui.runs"):
        monkeypatch.setattr(f"{module}.audio_folder", lambda: folder)
    return folder


def page() -> None:
    import streamlit as st

    from models.config import Layer, NetworkConfig, TrainingConfig
    from models.data import Corpus
    from models.store import Epoch, Run
    from models.takes import TakeRecipe, TakeSettings, make_takes
    from musiccore.encoding import ENCODINGS
    from tests.models.music import tunes
    from tests.models.test_generation import random_weights
    from ui.runs import forget_everything
    from ui.taking_home import show_taking_home
    from ui.workspace import open_workspace, store

    workspace = open_workspace()
    encoding = ENCODINGS["notes"].fit(tunes())
    corpus = Corpus.of(encoding, tunes())
    network = NetworkConfig((Layer("gru", 10), Layer("gru", 8)), embedding=6, head=5)
    run = Run.of("my private files", encoding, network, TrainingConfig(), corpus)
    if run.id not in store():
        store().create(run, corpus, workspace.id)
        weights = random_weights(encoding, network)
        store().save_epoch(run.id, Epoch(1, 3.0, 3.0, 0.1, 2.0, 1.0), weights)
    seed = st.number_input("seed", 0, 9, 0, key="seed")
    made = make_takes(store(), [TakeRecipe(run.id, 1, TakeSettings(notes=20, seed=seed))])[0]
    show_taking_home(workspace, run, made, made.piece, None)
    if st.button("forget", key="forget"):
        forget_everything(workspace)


def maker() -> AppTest:
    at = AppTest.from_function(page, default_timeout=60)
    at.session_state["workspace-token"] = ANNA
    return at.run()


def visitor(song: str, token: str = BEN) -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=60)
    at.session_state["workspace-token"] = token
    at.query_params["song"] = song
    return at.run()


def shared(at: AppTest, title: str = "") -> str:
    at.text_input(key="song-title").set_value(title)
    at.button(key="song-share").click().run()
    assert not at.exception
    found = re.fullmatch(r".*/\?song=([0-9a-f]{32})", at.code[0].value)
    assert found is not None
    return found[1]


def words(at: AppTest) -> str:
    parts = (*at.markdown, *at.caption, *at.header, *at.info, *at.warning)
    return "\n".join(element.value for element in parts)


def test_another_visitor_hears_the_song_and_learns_nothing_else() -> None:
    at = maker()
    song = visitor(shared(at, "Evening *walk*"))
    assert not song.exception
    assert song.header[0].value == r":material/music_note: Evening \*walk\*"
    assert "20 notes" in words(song)
    assert "GRU" in words(song)
    assert "private" not in words(song)
    assert "Made here by" not in words(song)
    labels = [link.label for link in song.page_link]
    assert "**3 Train**" in labels
    assert {button.key for button in song.get("download_button")} == {"song-midi"}


def test_a_revoked_song_is_gone_for_everybody_and_its_sound_too(audio: Path) -> None:
    at = maker()
    id_ = shared(at)
    (audio / f"{id_}-abc.flac").write_bytes(b"sound")
    (audio / "another-abc.flac").write_bytes(b"sound")
    at.button(key="song-revoke").click().run()
    assert [file.name for file in audio.iterdir()] == ["another-abc.flac"]
    assert not at.code
    assert "no song behind this link" in words(visitor(id_)).replace("\\", "")
    assert "Stop sharing" not in [button.label for button in at.button]


def test_what_else_is_shared_can_be_revoked_from_another_take() -> None:
    at = maker()
    first = shared(at, "One")
    at.number_input(key="seed").set_value(1).run()
    second = shared(at, "Two")
    at.toggle(key="songs-shared").set_value(True).run()
    at.button(key=f"song-revoke-{first}").click().run()
    assert "no song behind" in words(visitor(first)).replace("\\", "")
    assert "Two" in words(visitor(second))


def test_forgetting_everything_ends_all_sharing(own_store: Path, audio: Path) -> None:
    at = maker()
    id_ = shared(at)
    (audio / f"{id_}-abc.flac").write_bytes(b"sound")
    at.button(key="forget").click().run()
    assert not at.exception
    with pytest.raises(SongError):
        Songs(str(own_store)).open(id_)
    assert not list(audio.iterdir())


def test_the_bound_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUVE_VISITOR_SONGS", "0")
    at = maker()
    at.button(key="song-share").click().run()
    assert not at.code
    assert "as many as one visitor may" in words(at)


@pytest.mark.parametrize("song", ["x", "0" * 32, "../runs", "<script>"])
def test_a_broken_link_is_a_friendly_sentence(song: str) -> None:
    at = visitor(song)
    assert not at.exception
    assert "no song behind this link" in words(at).replace("\\", "")
    assert [link.label for link in at.page_link if "Train" in link.label]


def test_there_is_a_button_for_every_format_and_nothing_is_made_unasked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> bytes:
        raise AssertionError("nobody asked for it")

    monkeypatch.setattr("ui.taking_home.show.file_of", refuse)
    monkeypatch.setattr("ui.taking_home.show.bundle_of", refuse)
    at = maker()
    assert not at.exception
    keys = {button.key for button in at.button}
    formats = ("midi", "musicxml", "mp3", "wav", "png", "pdf", "svg", "recipe", "zip")
    assert keys >= {f"home-{name}" for name in formats}
    assert not at.get("download_button")


def test_a_file_is_made_when_its_button_is_pressed_and_can_be_saved() -> None:
    at = maker()
    for turn, name in enumerate(("midi", "midi", "recipe"), 1):
        at.button(key=f"home-{name}").click().run()
        assert not at.exception
        (saves,) = at.get("download_button")
        assert saves.key == f"home-save-{turn}"
    at.number_input(key="seed").set_value(1).run()
    assert not at.get("download_button"), "another take, and no file of it yet"


def test_why_a_file_cannot_be_made_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GRUVE_MAX_SHEET_BARS", "1")
    engravers.close()  # those that run do not know this yet
    at = maker()
    at.button(key="home-pdf").click().run()
    engravers.close()
    (warning,) = at.warning
    assert "bars" in warning.value
    assert not at.exception
    assert not at.error
    assert not at.get("download_button")
    assert not [r for r in caplog.records if r.exc_info], "no traceback"


def test_without_fluidsynth_sound_is_not_offered_and_it_is_said_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.taking_home.show.missing", lambda: "Audio needs FluidSynth")
    at = maker()
    off = {b.key for b in at.button if b.disabled}
    assert off == {"home-mp3", "home-wav"}
    assert "Audio needs FluidSynth" in words(at)


def test_only_a_starter_set_is_named(own_store: Path) -> None:
    from models.config import PRESETS
    from models.data import Corpus
    from models.store import Run
    from musiccore.encoding import ENCODINGS
    from tests.models.music import tunes

    encoding = ENCODINGS["notes"].fit(tunes())
    preset = PRESETS["quick"]
    starter = next(iter(STARTERS.values())).title
    for title, named in ((starter, True), ("my files", False)):
        corpus = Corpus.of(encoding, tunes())
        run = Run.of(title, encoding, preset.network, preset.training, corpus)
        facts = facts_of(run, 3)
        assert facts.get("Learned from") == (title if named else None)
        assert (facts["Network"], facts["Trained for"]) == ("GRU, 2 recurrent layers", "3 epochs")


def test_a_title_becomes_a_file_name() -> None:
    assert file_stem("Évening / walk: *1*") == "vening-walk-1"
    assert file_stem("日本") == "song"
