"""`Piece` -> MP3: midi2audio drives FluidSynth, soundfile encodes what it played.

Needs two things that pip cannot install, FluidSynth and a General MIDI SoundFont; `missing` says
which of them is absent and how to get it. Everything else in Gruve works without them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import site
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np
import soundfile

from musiccore.piece import Piece
from musiccore.writing import WritingError, to_midi

MAX_AUDIO_SECONDS = 900.0
"""The longest music that is rendered, in seconds (`GRUVE_MAX_AUDIO_SECONDS`)."""

MAX_RENDER_SECONDS = 300.0
"""How long FluidSynth may take over one piece, in seconds (`GRUVE_MAX_RENDER_SECONDS`)."""

AUDIO_CACHE_MB = 256.0
"""How much the folder of rendered pieces may hold, in MB (`GRUVE_AUDIO_CACHE_MB`)."""

TAIL_SECONDS = 0.8
"""How long the last notes may ring after the music's end, fading out."""

SAMPLE_RATE = 44_100

_LOUDEST = 0.89  # -1 dBFS: MP3 overshoots its source a little
_SILENCE = 1e-4  # of full scale; FluidSynth dithers its output, so silence is not exactly 0
_MP3_COMPRESSION = 0.7  # variable bit rate, about 90 kbit/s for an ensemble in stereo
_RECIPE = b"1"  # change it when the same MIDI would sound different, so that old files are not used
_BLOCK_FRAMES = 1 << 16

# FluidSynth reads this file from its home folder. It then loads only the instruments that play:
# 50 MB of memory instead of 175 with the 148 MB FluidR3, and the same sound.
_FLUIDSYNTH_CONFIG = "set synth.dynamic-sample-loading 1\n"

_renderers = threading.BoundedSemaphore(2)

# Folders, and what to look for in each: first the one that most systems have, then any.
_SOUNDFONTS = (
    ("/usr/share", "sounds/sf2/FluidR3_GM.sf2"),  # Debian, Ubuntu
    ("/usr/share", "soundfonts/FluidR3_GM.sf2"),  # Fedora, Arch
    ("/usr/share", "sounds/sf[23]/*.sf[23]"),
    ("/usr/share", "soundfonts/*.sf[23]"),
    ("~", ".fluidsynth/default_sound_font.sf2"),  # where midi2audio looks
    ("~", "Library/Audio/Sounds/Banks/*.sf[23]"),
    # Homebrew's fluid-synth brings an example: not General MIDI, but it sounds.
    ("/opt/homebrew/share", "fluid-synth/sf2/*.sf2"),
    ("/usr/local/share", "fluid-synth/sf2/*.sf2"),
)

_BY_HAND = "Download one and set GRUVE_SOUNDFONT to its path."

# What tells which system this is, how to install FluidSynth there, and how to get a SoundFont.
_INSTALLERS = (
    ("apt-get", "sudo apt-get install -y fluidsynth", "sudo apt-get install -y fluid-soundfont-gm"),
    ("dnf", "sudo dnf install -y fluidsynth", "sudo dnf install -y fluid-soundfont-gm"),
    ("pacman", "sudo pacman -S fluidsynth", "sudo pacman -S soundfont-fluid"),
    ("brew", "brew install fluid-synth", ""),
)


class AudioError(RuntimeError):
    """Audio could not be made; the message is a sentence for the screen."""


def soundfont() -> Path | None:
    """The SoundFont to play with: `GRUVE_SOUNDFONT`, else the first in a well-known place."""
    if chosen := os.environ.get("GRUVE_SOUNDFONT"):
        path = Path(chosen).expanduser()
        return path.resolve() if _is_soundfont(path) else None
    for folder, pattern in _SOUNDFONTS:
        for path in sorted(Path(folder).expanduser().glob(pattern)):
            if _is_soundfont(path):
                return path.resolve()
    return None


def _is_soundfont(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head[:4] == b"RIFF" and head[8:] == b"sfbk"


def missing() -> str | None:
    """What keeps this machine from making audio and the command that installs it; None: nothing."""
    known = [(synth, font) for tool, synth, font in _INSTALLERS if shutil.which(tool)]
    get_synth, get_font = known[0] if known else ("", "")
    if shutil.which("fluidsynth") is None:
        advice = f"Install it: {get_synth}" if get_synth else "See https://www.fluidsynth.org"
        return f"Audio needs FluidSynth, which is not installed here. {advice}"
    if soundfont() is not None:
        return None
    if chosen := os.environ.get("GRUVE_SOUNDFONT"):
        return f"GRUVE_SOUNDFONT names {chosen}, which is no SoundFont file. Correct or unset it."
    advice = f"Install one: {get_font}" if get_font else _BY_HAND
    return f"Audio needs a General MIDI SoundFont, and none was found here. {advice}"


def render_mp3(piece: Piece) -> bytes:
    """The piece as MP3, stereo, as long as its music plus `TAIL_SECONDS`.

    Silence before the first note is kept, so that onsets in seconds are positions in the audio.
    Raises `AudioError` where FluidSynth or a SoundFont is missing, or the piece has no notes, is
    too long, takes too long or comes out silent.
    """
    return _render(piece, *_prepared(piece))


def cached_mp3(piece: Piece, folder: Path, owner: str = "") -> bytes:
    """`render_mp3`, kept in `folder` under a name made of the music and the SoundFont.

    With an `owner` (letters and digits) it is theirs alone, and `forget_audio` finds it. The files
    used longest ago go when the folder holds more than `AUDIO_CACHE_MB`. A folder that cannot be
    written costs only the time of rendering again. Raises `AudioError` as `render_mp3`.
    """
    midi, font = _prepared(piece)
    recipe = (_RECIPE, font.name.encode(), str(font.stat().st_size).encode(), midi)
    kept = folder / f"{owner}-{hashlib.sha256(b'|'.join(recipe)).hexdigest()}.mp3"
    try:
        mp3 = kept.read_bytes()
        os.utime(kept)
    except OSError:
        mp3 = _render(piece, midi, font)
        _keep(kept, mp3)
    return mp3


def forget_audio(folder: Path, owner: str) -> None:
    """Delete what was rendered for an owner."""
    for file in folder.glob(f"{owner}-*"):
        file.unlink(missing_ok=True)


def _bound(name: str, default: float) -> float:
    """A limit, overridden by the environment variable of that name where it holds a number."""
    try:
        return float(os.environ[name])
    except (KeyError, ValueError):
        return default


def _prepared(piece: Piece) -> tuple[bytes, Path]:
    """The piece's MIDI and the SoundFont, once it is sure that the two can be made into audio."""
    if not len(piece):
        raise AudioError(f"{piece.name} has no notes to play.")
    limit = _bound("GRUVE_MAX_AUDIO_SECONDS", MAX_AUDIO_SECONDS)
    if piece.seconds > limit:
        raise AudioError(
            f"{piece.name} lasts {piece.seconds / 60:.0f} minutes; audio is made for up to "
            f"{limit / 60:.0f}. Its MIDI file can be played in full."
        )
    if (absent := missing()) is not None:
        raise AudioError(absent)
    font = soundfont()
    assert font is not None
    try:
        return to_midi(piece), font
    except WritingError as error:
        raise AudioError(str(error)) from error


def _render(piece: Piece, midi: bytes, font: Path) -> bytes:
    with _renderers, tempfile.TemporaryDirectory(prefix="gruve-audio-") as private:
        folder = Path(private)
        (folder / "piece.mid").write_bytes(midi)
        wav, mp3 = folder / "piece.wav", folder / "piece.mp3"
        _synthesize(piece.name, folder, font)
        try:
            _encode(piece, wav, mp3)
        except (soundfile.LibsndfileError, OSError) as error:
            raise AudioError(
                f"FluidSynth could not play {piece.name} with {font.name}. "
                "Check that the SoundFont is whole and that the disk is not full."
            ) from error
        return mp3.read_bytes()


def _synthesize(name: str, folder: Path, font: Path) -> None:
    """Turn `piece.mid` in `folder` into `piece.wav` there, within the time allowed.

    midi2audio runs as a command of its own because it waits for FluidSynth without end: only so can
    both be stopped.
    """
    (folder / ".fluidsynth").write_text(_FLUIDSYNTH_CONFIG)
    limit = _bound("GRUVE_MAX_RENDER_SECONDS", MAX_RENDER_SECONDS)
    command = [sys.executable, "-P", "-m", "midi2audio", "-s", str(font), "-r", str(SAMPLE_RATE)]
    # Packages of `pip install --user` are found from the home folder, which is another one here.
    environment = os.environ | {"HOME": str(folder), "PYTHONUSERBASE": site.getuserbase()}
    process = subprocess.Popen(  # noqa: S603
        [*command, "piece.mid", "piece.wav"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired:
        raise AudioError(
            f"FluidSynth took more than {limit:.0f} seconds over {name} and was stopped. "
            "Try a shorter piece."
        ) from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _encode(piece: Piece, wav: Path, mp3: Path) -> None:
    """Write `wav` to `mp3`: cut or filled to the music's length, faded out, at an even loudness."""
    end = round(piece.seconds * SAMPLE_RATE)
    tail = round(TAIL_SECONDS * SAMPLE_RATE)
    with soundfile.SoundFile(wav) as played:
        peak = max(
            (float(np.abs(b).max()) for b in played.blocks(_BLOCK_FRAMES, frames=end + tail)),
            default=0.0,
        )
        if peak < _SILENCE:
            raise AudioError(
                f"{piece.name} came out silent: the SoundFont has no sound for its notes. "
                "Try another instrument, or set GRUVE_SOUNDFONT to a General MIDI SoundFont."
            )
        played.seek(0)
        with soundfile.SoundFile(
            mp3,
            "w",
            samplerate=SAMPLE_RATE,
            channels=played.channels,
            format="MP3",
            subtype="MPEG_LAYER_III",
            compression_level=_MP3_COMPRESSION,
            bitrate_mode="VARIABLE",
        ) as out:
            for start in range(0, end + tail, _BLOCK_FRAMES):
                frames = np.arange(start, min(start + _BLOCK_FRAMES, end + tail))
                block = played.read(len(frames), dtype="float32", always_2d=True, fill_value=0.0)
                fade = np.clip((end + tail - frames) / tail, 0.0, 1.0)
                out.write(block * (fade * (_LOUDEST / peak)).astype(np.float32)[:, None])


def _keep(file: Path, mp3: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
            part.write(mp3)
        Path(part.name).replace(file)
        _make_room(file.parent)
    except OSError:
        return


def _make_room(folder: Path) -> None:
    """Remove what was used longest ago until the folder is within its bound."""
    limit = _bound("GRUVE_AUDIO_CACHE_MB", AUDIO_CACHE_MB) * 1e6
    files = [f for f in folder.iterdir() if f.suffix in {".mp3", ".part"}]
    by_use = sorted(((f.stat(), f) for f in files), key=lambda pair: -pair[0].st_mtime_ns)
    held = 0
    for status, file in by_use:
        held += status.st_size
        if held > limit:
            file.unlink(missing_ok=True)
