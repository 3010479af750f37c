"""A piece as a sound file to keep: from what the player plays, so that it is rendered only once."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import soundfile

from musiccore.audio import LOSSLESS_SECONDS, cached_mp3, cached_sound
from musiccore.bounds import bound
from musiccore.piece import Piece
from musiccore.synthesis import AudioError

MAX_WAV_SECONDS = LOSSLESS_SECONDS
"""The longest music that a WAV file is made of, in seconds (`GRUVE_MAX_WAV_SECONDS`): 11 MB a
minute."""

_BLOCK_FRAMES = 1 << 16
_MP3_QUALITY: Mapping[str, object] = MappingProxyType(
    {"bitrate_mode": "CONSTANT", "compression_level": 0.7}  # 112 kbit/s
)


def as_wav(piece: Piece, folder: Path, owner: str = "") -> bytes:
    """The piece as WAV, 16 bits, stereo. Raises `AudioError`; see `audio.cached_mp3`."""
    most = bound("GRUVE_MAX_WAV_SECONDS", MAX_WAV_SECONDS)
    if piece.seconds > most:
        raise AudioError(
            f"{piece.name} lasts {piece.seconds / 60:.1f} minutes; WAV files are made of up to "
            f"{most / 60:.1f}. Take the MP3."
        )
    return _written(cached_sound(piece, folder, owner), "WAV", "PCM_16", {})


def as_mp3(piece: Piece, folder: Path, owner: str = "") -> bytes:
    """The piece as MP3, 112 kbit/s, stereo. Raises `AudioError`; see `audio.cached_mp3`."""
    if piece.seconds > LOSSLESS_SECONDS:
        return cached_mp3(piece, folder, owner)
    sound = cached_sound(piece, folder, owner)
    return _written(sound, "MP3", "MPEG_LAYER_III", _MP3_QUALITY)


def _written(sound: bytes, form: str, subtype: str, options: Mapping[str, object]) -> bytes:
    made = io.BytesIO()
    with (
        soundfile.SoundFile(io.BytesIO(sound)) as played,
        soundfile.SoundFile(
            made, "w", played.samplerate, played.channels, subtype, format=form, **options
        ) as out,
    ):
        for block in played.blocks(_BLOCK_FRAMES, dtype="float32"):
            out.write(block)
    return made.getvalue()
