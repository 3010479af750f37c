"""Audio by the real FluidSynth, and what is said where it cannot be made."""

from __future__ import annotations

import io
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from musiccore import audio
from musiccore.audio import (
    cached_mp3,
    cached_opening,
    cached_part,
    cached_sound,
    is_kept,
    render_mp3,
)
from musiccore.piece import DRUMS, Piece, Tempo, Track
from musiccore.soundfont import missing, soundfont
from musiccore.synthesis import AudioError

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

BAD_TUNE = Piece("tune", (Track.of([]),))
TUNE = Piece("tune", (Track.of([(0.0, 1.0, 60, 100), (1.0, 1.0, 67, 100)]),))


def heard(mp3: bytes) -> tuple[NDArray[np.float32], float]:
    """The loudest of the channels (frames,) of an MP3, and its length in seconds."""
    frames, rate = soundfile.read(io.BytesIO(mp3), dtype="float32", always_2d=True)
    assert rate == audio.SAMPLE_RATE
    return np.abs(frames).max(axis=1), len(frames) / rate


def first_sound(mp3: bytes) -> float:
    return float(np.argmax(heard(mp3)[0] > 0.02)) / audio.SAMPLE_RATE


def test_audio_is_as_long_as_the_music_and_not_silent() -> None:
    loudness, seconds = heard(render_mp3(TUNE))
    assert seconds == pytest.approx(TUNE.seconds + audio.TAIL_SECONDS, abs=0.05)
    assert 0.5 < loudness.max() <= 1.0
    assert loudness[-20:].max() < 0.01, "the end is faded out"


def test_silence_before_the_first_note_is_kept_under_the_piece_s_own_tempo() -> None:
    late = Piece("late", (Track.of([(2.0, 1.0, 60, 100)]),), tempos=(Tempo(0.0, 60.0),))
    assert first_sound(render_mp3(late)) == pytest.approx(2.0, abs=0.03)


def test_a_tempo_change_moves_later_notes() -> None:
    notes = [(0.0, 0.25, 60, 1), (4.0, 1.0, 60, 127)]
    tempos = (Tempo(0.0, 120.0), Tempo(2.0, 60.0))
    piece = Piece("p", (Track.of(notes, program=13),), tempos=tempos)
    loudness, seconds = heard(render_mp3(piece))
    assert float(np.argmax(loudness > 0.3)) / audio.SAMPLE_RATE == pytest.approx(3.0, abs=0.05)
    assert seconds == pytest.approx(4.0 + audio.TAIL_SECONDS, abs=0.05)


def test_a_restruck_pitch_without_length_does_not_hang() -> None:
    track = Track.of([(0.0, 4.0, 60, 100), (0.0, 0.0, 60, 100), (1.0, 0.0, 60, 100)], program=16)
    loudness, _ = heard(render_mp3(Piece("p", (track, Track.of([(8.0, 1.0, 127, 1)])))))
    after = loudness[round(2.0 * audio.SAMPLE_RATE) : round(3.5 * audio.SAMPLE_RATE)]
    assert after.max() < 0.05


def test_drums_sound() -> None:
    loudness, _ = heard(render_mp3(Piece("p", (Track.of([(0.0, 0.5, 38, 100)], DRUMS),))))
    assert loudness.max() > 0.5


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    render_mp3(TUNE)
    assert capfd.readouterr() == ("", "")


def test_the_home_folder_s_own_fluidsynth_settings_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".fluidsynth").write_text("set synth.gain 0\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert heard(render_mp3(TUNE))[0].max() > 0.5


def test_no_notes_is_said() -> None:
    with pytest.raises(AudioError, match="tune has no notes to play"):
        render_mp3(BAD_TUNE)


def test_too_long_is_said_before_anything_is_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUVE_MAX_AUDIO_SECONDS", "60")
    long = Piece("long", (Track.of([(0.0, 600.0, 60, 100)]),))
    with pytest.raises(AudioError, match="long lasts 5 minutes; audio is made for up to 1"):
        render_mp3(long)


def test_what_midi_cannot_hold_is_an_audio_error_too() -> None:
    fast = Piece("fast", (Track.of([(1e6, 1.0, 60, 100)]),), tempos=(Tempo(0.0, 1e6),))
    with pytest.raises(AudioError, match="fast is longer than a MIDI file can be"):
        render_mp3(fast)


def test_fluidsynth_is_stopped_when_it_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUVE_MAX_RENDER_SECONDS", "0.01")
    with pytest.raises(AudioError, match="took more than"):
        render_mp3(TUNE)


def test_fluidsynth_that_makes_no_file_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """midi2audio does not look at its exit status; the file is what counts."""
    broken = tmp_path / "fluidsynth"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(AudioError, match="could not play tune with"):
        render_mp3(TUNE)


def test_silent_audio_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfile.write(tmp_path / "silent.wav", np.zeros((44_100, 2)), audio.SAMPLE_RATE)
    mute = tmp_path / "fluidsynth"
    mute.write_text(f'#!/bin/sh\nexec cp {tmp_path}/silent.wav "$5"\n')
    mute.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(AudioError, match="tune came out silent"):
        render_mp3(TUNE)


def test_the_environment_names_the_soundfont(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = soundfont()
    assert installed is not None
    mine = tmp_path / "mine.sf2"
    mine.symlink_to(installed)
    monkeypatch.setenv("GRUVE_SOUNDFONT", str(mine))
    assert soundfont() == installed


def test_a_soundfont_that_is_none_is_said_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "text.sf2").write_text("not a SoundFont")
    monkeypatch.setenv("GRUVE_SOUNDFONT", str(tmp_path / "text.sf2"))
    assert soundfont() is None
    assert "text.sf2, which is no SoundFont file" in str(missing())
    with pytest.raises(AudioError, match=r"text\.sf2"):
        render_mp3(TUNE)


@pytest.mark.parametrize(
    ("installer", "command"),
    [
        ("apt-get", "sudo apt-get install -y fluidsynth"),
        ("dnf", "sudo dnf install -y fluidsynth"),
        ("pacman", "sudo pacman -S fluidsynth"),
        ("brew", "brew install fluid-synth"),
        ("none", "https://www.fluidsynth.org"),
    ],
)
def test_missing_fluidsynth_comes_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installer: str, command: str
) -> None:
    (tmp_path / installer).write_text("")
    (tmp_path / installer).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert str(missing()).endswith(command)
    with pytest.raises(AudioError, match="Audio needs FluidSynth"):
        render_mp3(TUNE)


def test_a_missing_soundfont_comes_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program in ("fluidsynth", "apt-get"):
        (tmp_path / program).write_text("")
        (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("GRUVE_SOUNDFONT", raising=False)
    monkeypatch.setattr("musiccore.soundfont._SOUNDFONTS", ())
    assert str(missing()).endswith("sudo apt-get install -y fluid-soundfont-gm")


def test_the_cache_answers_the_same_music_without_rendering(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "not yet there"
    first = cached_mp3(TUNE, folder)
    monkeypatch.setattr(audio, "_render", None)
    assert cached_mp3(Piece("another name", TUNE.tracks), folder) == first
    assert [file.suffix for file in folder.iterdir()] == [".mp3"]


def test_the_cache_keeps_what_was_used_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio, "_render", lambda *_: b"x" * 400_000)
    monkeypatch.setenv("GRUVE_AUDIO_CACHE_MB", "1")

    def tune(pitch: int) -> Piece:
        return Piece("tune", (Track.of([(0.0, 1.0, pitch, 100)]),))

    def make(pitch: int, used: int) -> Path:
        before = set(tmp_path.iterdir())
        cached_mp3(tune(pitch), tmp_path)
        [new] = set(tmp_path.iterdir()) - before
        os.utime(new, (used, used))
        return new

    first, second = make(60, 1000), make(61, 2000)
    cached_mp3(tune(60), tmp_path)
    third = make(62, 3000)
    assert set(tmp_path.iterdir()) == {first, third}
    assert not second.exists()


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert heard(cached_mp3(TUNE, tmp_path / "file" / "folder"))[1] > 0.9


DUET = Piece(
    "duet",
    (
        Track.of([(0.0, 1.0, 60, 100), (4.0, 1.0, 62, 100)]),
        Track.of([(2.0, 1.0, 84, 30)], program=73),
    ),
)


def samples(sound: bytes) -> NDArray[np.float32]:
    """One channel of a file, (frames,)."""
    frames, rate = soundfile.read(io.BytesIO(sound), dtype="float32", always_2d=True)
    assert rate == audio.SAMPLE_RATE
    left: NDArray[np.float32] = frames[:, 0]
    return left


def test_what_the_player_gets_is_exact_in_time_and_long_music_is_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_kept(DUET, tmp_path)
    sound = cached_sound(DUET, tmp_path)
    assert sound[:4] == b"fLaC"
    assert is_kept(DUET, tmp_path)
    assert not is_kept(DUET, tmp_path, owner="somebody")
    assert len(samples(sound)) == round((DUET.seconds + audio.TAIL_SECONDS) * audio.SAMPLE_RATE)
    monkeypatch.setattr(audio, "LOSSLESS_SECONDS", 1.0)
    small = cached_sound(DUET, tmp_path)
    assert small[:4] != b"fLaC"
    assert heard(small)[1] == pytest.approx(DUET.seconds + audio.TAIL_SECONDS, abs=0.05)


def test_the_parts_together_are_the_whole(tmp_path: Path) -> None:
    whole = samples(cached_sound(DUET, tmp_path))
    low, high = (samples(cached_part(DUET, [k], tmp_path)) for k in range(2))
    assert len(low) == len(high) == len(whole)
    assert np.abs(high).max() < 0.5 * np.abs(low).max(), "each as loud as it is in the whole"
    second = slice(round(1.1 * audio.SAMPLE_RATE), round(1.3 * audio.SAMPLE_RATE))
    assert np.abs(high[second]).max() > 10 * np.abs(low[second]).max()
    assert np.abs(low + high - whole).max() < 0.02 * np.abs(whole).max()
    assert is_kept(DUET, tmp_path)


def test_who_wants_the_same_sound_at_once_waits_for_one_rendering(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []
    together = threading.Barrier(4)

    def render(piece: Piece, *_: object) -> bytes:
        rendered.append(piece.name)
        return b"sound"

    def want(piece: Piece) -> bytes:
        together.wait()
        return cached_sound(piece, tmp_path)

    monkeypatch.setattr(audio, "_render", render)
    other = Piece("other", (Track.of([(0.0, 1.0, 72, 100)]),))
    with ThreadPoolExecutor(4) as visitors:
        assert list(visitors.map(want, [TUNE, TUNE, TUNE, other])) == 4 * [b"sound"]
    assert sorted(rendered) == ["other", "tune"]


def test_an_opening_is_how_the_whole_begins(tmp_path: Path) -> None:
    piece = Piece("p", (Track.of([(k, 3.0, 60 + k, 90) for k in range(16)]),))
    begun = samples(cached_opening(piece, 3.0, tmp_path))
    assert len(begun) == 3 * audio.SAMPLE_RATE
    whole = samples(cached_sound(piece, Path(os.devnull) / "nowhere"))[: len(begun)]
    louder = np.abs(begun).max() / np.abs(whole).max()
    assert np.abs(begun - louder * whole).max() < 0.01
