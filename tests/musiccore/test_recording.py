"""Sound files to keep: as long and as loud as the music, and rendered only once."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from musiccore.audio import TAIL_SECONDS, cached_sound
from musiccore.piece import Piece, Track
from musiccore.recording import as_mp3, as_wav
from musiccore.synthesis import AudioError

PIECE = Piece("two notes", (Track.of([(0, 1, 60, 100), (2, 2, 67, 100)], 19),))
"""An organ: up to 0.5 s, then nothing but what rings, and from 1 to 2 s."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audio")


@pytest.mark.parametrize(("make", "form"), [(as_wav, "WAV"), (as_mp3, "MP3")])
def test_it_lasts_and_sounds_as_the_music_does(folder: Path, make: object, form: str) -> None:
    data = make(PIECE, folder)  # type: ignore[operator]
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        assert file.format == form
        assert (file.samplerate, file.channels) == (44_100, 2)
        sound = file.read()
    seconds = len(sound) / 44_100
    assert seconds == pytest.approx(PIECE.seconds + TAIL_SECONDS, abs=0.06)
    assert 0.8 < np.abs(sound).max() < 1.0
    loud = [float(np.sqrt((part**2).mean())) for part in np.split(sound[: 2 * 44_100], 8)]
    assert min(loud[0], loud[5]) > 3 * loud[3]


def test_both_come_from_one_rendering(folder: Path) -> None:
    flac, _ = soundfile.read(io.BytesIO(cached_sound(PIECE, folder)), dtype="int16")
    wav, _ = soundfile.read(io.BytesIO(as_wav(PIECE, folder)), dtype="int16")
    np.testing.assert_array_equal(flac, wav)
    as_mp3(PIECE, folder)
    assert len(list(folder.iterdir())) == 1


def test_a_long_wav_is_refused_in_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUVE_MAX_WAV_SECONDS", "1")
    with pytest.raises(AudioError, match="Take the MP3"):
        as_wav(PIECE, folder)
