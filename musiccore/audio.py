"""`Piece` -> sound: midi2audio drives FluidSynth, soundfile encodes what it played.

Needs two things that pip cannot install, FluidSynth and a General MIDI SoundFont; `missing` says
which of them is absent and how to get it. Everything else in Gruve works without them.

What is played in the browser is FLAC: encoding it takes a twentieth of the time that MP3 takes, and
a browser that seeks in it is exact. In an MP3 of variable bit rate Chromium lands up to 0.35 s off.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from weakref import WeakValueDictionary

import numpy as np
import soundfile
from numpy.typing import NDArray

from musiccore.bounds import bound
from musiccore.memory import budget
from musiccore.piece import Piece, excerpt
from musiccore.soundfont import missing, soundfont
from musiccore.synthesis import SAMPLE_RATE, AudioError, synthesize
from musiccore.writing import WritingError, to_midi

MAX_AUDIO_SECONDS = 900.0
"""The longest music that is rendered, in seconds (`GRUVE_MAX_AUDIO_SECONDS`)."""

AUDIO_CACHE_MB = 256.0
"""How much the folder of rendered pieces may hold, in MB (`GRUVE_AUDIO_CACHE_MB`)."""

LOSSLESS_SECONDS = 240.0
"""Music longer than this is played from MP3: as FLAC it takes 3 MB a minute to send."""

TAIL_SECONDS = 0.8
"""How long the last notes may ring after the music's end, fading out."""

_LOUDEST = 0.89  # -1 dBFS: MP3 overshoots its source a little
_SILENCE = 1e-4  # of full scale; FluidSynth dithers its output, so silence is not exactly 0
_RECIPE = b"2"  # change it when the same MIDI would sound different, so that old files are not used
_BLOCK_FRAMES = 1 << 16

_renderers = threading.BoundedSemaphore(budget().renderers)
_turns: WeakValueDictionary[Path, threading.Lock] = WeakValueDictionary()
_turns_lock = threading.Lock()


class Codec(NamedTuple):
    """How `soundfile` writes a file. `encode` is what it takes beside format and subtype."""

    suffix: str
    format: str
    subtype: str
    encode: dict[str, object]


# Of a constant bit rate, so that a browser knows without looking where a second stands.
_MP3 = Codec(
    ".mp3",
    "MP3",
    "MPEG_LAYER_III",
    {"bitrate_mode": "CONSTANT", "compression_level": 0.7},  # 112 kbit/s
)
_FLAC = Codec(".flac", "FLAC", "PCM_16", {})
_SUFFIXES = {_MP3.suffix, _FLAC.suffix, ".part"}


class _Cut(NamedTuple):
    """What is kept of a recording: `seconds` and then `tail` seconds of fading out; `gain` is what
    it is multiplied by, None: what makes it as loud as it can be."""

    seconds: float
    tail: float = TAIL_SECONDS
    gain: float | None = None


def render_mp3(piece: Piece) -> bytes:
    """The piece as MP3, stereo, as long as its music plus `TAIL_SECONDS`.

    Silence before the first note is kept, so that onsets in seconds are positions in the audio.
    Raises `AudioError` where FluidSynth or a SoundFont is missing, or the piece has no notes, is
    too long, takes too long or comes out silent.
    """
    return _render(piece, *_prepared(piece), _MP3, _Cut(piece.seconds))


def cached_mp3(piece: Piece, folder: Path, owner: str = "") -> bytes:
    """`render_mp3`, kept in `folder` under a name made of the music and the SoundFont.

    With an `owner` (letters and digits) it is theirs alone, and `forget_audio` finds it. The files
    used longest ago go when the folder holds more than `AUDIO_CACHE_MB`. A folder that cannot be
    written costs only the time of rendering again. Raises `AudioError` as `render_mp3`.
    """
    return _cached(piece, folder, owner, _MP3, _Cut(piece.seconds))


def cached_sound(piece: Piece, folder: Path, owner: str = "") -> bytes:
    """As `cached_mp3`, for the player: FLAC up to `LOSSLESS_SECONDS`, beyond that MP3."""
    return _cached(piece, folder, owner, _played_as(piece), _Cut(piece.seconds))


def cached_part(piece: Piece, tracks: Sequence[int], folder: Path, owner: str = "") -> bytes:
    """Some tracks of the piece alone, each as loud as it is in `cached_sound` of them all.

    What all parts sound like together is what the whole sounds like. Raises `AudioError` as
    `render_mp3`, except that a part may be silent.
    """
    whole = cached_sound(piece, folder, owner)
    with soundfile.SoundFile(io.BytesIO(whole)) as played:
        gain = float(played.comment)
    alone = replace(piece, tracks=tuple(piece.tracks[k] for k in tracks))
    return _cached(alone, folder, owner, _played_as(piece), _Cut(piece.seconds, gain=gain))


def is_kept(piece: Piece, folder: Path, owner: str = "") -> bool:
    """Whether `cached_sound` answers without rendering. Raises `AudioError` as `render_mp3`."""
    codec, cut = _played_as(piece), _Cut(piece.seconds)
    return _place(*_prepared(piece), folder, owner, codec, cut).exists()


def cached_opening(piece: Piece, seconds: float, folder: Path, owner: str = "") -> bytes:
    """The first `seconds` of the piece's sound as FLAC, soon there; kept as `cached_mp3` is.

    It ends where it is cut. It is as loud as it can be, so a little louder than the whole may be.
    Raises `AudioError` as `render_mp3`.
    """

    head = excerpt(piece, 0.0, _onset_at(piece, seconds))
    return _cached(head, folder, owner, _FLAC, _Cut(seconds, tail=0.0))


def _onset_at(piece: Piece, seconds: float) -> float:
    """Quarter notes from the start that last `seconds`, to a hundredth of a quarter note."""
    low, high = 0.0, max(piece.length, 0.01)
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (middle, high) if piece.to_seconds(middle) < seconds else (low, middle)
    return high


def _played_as(piece: Piece) -> Codec:
    return _FLAC if piece.seconds <= LOSSLESS_SECONDS else _MP3


def _cached(piece: Piece, folder: Path, owner: str, codec: Codec, cut: _Cut) -> bytes:
    """Several who want the same sound at once have it rendered once."""
    midi, font = _prepared(piece)
    place = _place(midi, font, folder, owner, codec, cut)
    if (sound := _kept(place)) is None:
        with _turn(place):
            if (sound := _kept(place)) is None:
                sound = _render(piece, midi, font, codec, cut)
                _keep(place, sound)
    return sound


def _kept(file: Path) -> bytes | None:
    try:
        sound = file.read_bytes()
        os.utime(file)
    except OSError:
        return None
    return sound


def _turn(file: Path) -> threading.Lock:
    """Held by whoever makes this file."""
    with _turns_lock:
        return _turns.setdefault(file, threading.Lock())


def _place(midi: bytes, font: Path, folder: Path, owner: str, codec: Codec, cut: _Cut) -> Path:
    about = f"{font.name} {font.stat().st_size} {cut}".encode()
    name = hashlib.sha256(b"|".join((_RECIPE, about, midi))).hexdigest()
    return folder / f"{owner}-{name}{codec.suffix}"


def forget_audio(folder: Path, owner: str) -> None:
    """Delete what was rendered for an owner."""
    for file in folder.glob(f"{owner}-*"):
        file.unlink(missing_ok=True)


def _prepared(piece: Piece) -> tuple[bytes, Path]:
    """The piece's MIDI and the SoundFont, once it is sure that the two can be made into audio."""
    if not len(piece):
        raise AudioError(f"{piece.name} has no notes to play.")
    limit = bound("GRUVE_MAX_AUDIO_SECONDS", MAX_AUDIO_SECONDS)
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


def _render(piece: Piece, midi: bytes, font: Path, codec: Codec, cut: _Cut) -> bytes:
    with _renderers, tempfile.TemporaryDirectory(prefix="gruve-audio-") as private:
        folder = Path(private)
        (folder / "piece.mid").write_bytes(midi)
        wav, made = folder / "piece.wav", folder / f"piece{codec.suffix}"
        synthesize(piece.name, folder, font)
        try:
            _encode(piece.name, wav, made, codec, cut)
        except (soundfile.LibsndfileError, OSError) as error:
            raise AudioError(
                f"FluidSynth could not play {piece.name} with {font.name}. "
                "Check that the SoundFont is whole and that the disk is not full."
            ) from error
        return made.read_bytes()


def _encode(name: str, wav: Path, made: Path, codec: Codec, cut: _Cut) -> None:
    """Write what is kept of `wav`, at an even loudness; the gain stands in the file's comment."""
    end = round((cut.seconds + cut.tail) * SAMPLE_RATE)
    with soundfile.SoundFile(wav) as played:
        gain = cut.gain
        if gain is None:
            peak = max(
                (float(np.abs(b).max()) for b in played.blocks(_BLOCK_FRAMES, frames=end)),
                default=0.0,
            )
            if peak < _SILENCE:
                raise AudioError(
                    f"{name} came out silent: the SoundFont has no sound for its notes. "
                    "Try another instrument, or set GRUVE_SOUNDFONT to a General MIDI SoundFont."
                )
            gain = _LOUDEST / peak
            played.seek(0)
        with soundfile.SoundFile(
            made,
            "w",
            samplerate=SAMPLE_RATE,
            channels=played.channels,
            format=codec.format,
            subtype=codec.subtype,
            **codec.encode,
        ) as out:
            out.comment = repr(gain)
            for start in range(0, end, _BLOCK_FRAMES):
                frames = np.arange(start, min(start + _BLOCK_FRAMES, end))
                block = played.read(len(frames), dtype="float32", always_2d=True, fill_value=0.0)
                out.write(block * (gain * _fade(end - frames, cut.tail)).astype(np.float32))


def _fade(left: NDArray[np.int64], tail: float) -> NDArray[np.float64]:
    """How loud frames are of which `left` (n,) are still to come: (n, 1), 1 before the tail."""
    frames = max(tail * SAMPLE_RATE, 1.0)
    return np.clip(left / frames, 0.0, 1.0)[:, None]


def _keep(file: Path, sound: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
            part.write(sound)
        Path(part.name).replace(file)
        _make_room(file.parent)
    except OSError:
        return


def _make_room(folder: Path) -> None:
    """Remove what was used longest ago until the folder is within its bound."""
    limit = bound("GRUVE_AUDIO_CACHE_MB", AUDIO_CACHE_MB) * 1e6
    files = [f for f in folder.iterdir() if f.suffix in _SUFFIXES]
    by_use = sorted(((f.stat(), f) for f in files), key=lambda pair: -pair[0].st_mtime_ns)
    held = 0
    for status, file in by_use:
        held += status.st_size
        if held > limit:
            file.unlink(missing_ok=True)
