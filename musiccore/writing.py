"""`Piece` -> the bytes of a Standard MIDI File, by symusic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from symusic.core import (
    KeySignatureTick,
    NoteTickList,
    ScoreTick,
    TempoTick,
    TimeSignatureTick,
    TrackTick,
)

from musiccore.piece import DRUMS, Key, Metre, Piece, Tempo, Track

TICKS = 480
"""Ticks a quarter note in the files that Gruve writes."""

MAX_TICK = 2**28 - 1
"""The longest wait that a Standard MIDI File can express between two events, in ticks."""

_MAX_MICROSECONDS_A_QUARTER = 2**24 - 1
_MAX_SHARPS = 7
_MAX_BEATS = 255
_MELODIC_CHANNELS = 15
_Sign = TypeVar("_Sign", Tempo, Metre, Key)


class WritingError(ValueError):
    """A piece that no MIDI file can hold; the message is a sentence for the screen."""


def to_midi(piece: Piece) -> bytes:
    """The piece as a MIDI file of format 1, `TICKS` ticks a quarter, drums on channel 10.

    Onsets and ends are rounded to whole ticks; a note lasts one tick at least. A channel can hold a
    pitch down only once, so a note struck again ends the one before it, and of two that start
    together in one track the longer is kept. Tracks without notes are left out. Of more than 15
    melodic tracks, those that share a program are written as one, so that each program has a
    channel to itself; of more than 15 programs those that play least share channels, each calling
    itself up before it plays (`channels.shared_out`).

    Raises `WritingError` when the piece is longer than MIDI can count (about 77 hours at 120 bpm).
    """
    if piece.length * TICKS > MAX_TICK:
        raise WritingError(
            f"{piece.name} is longer than a MIDI file can be: {piece.length:,.0f} quarter notes, "
            f"at most {MAX_TICK // TICKS:,}. Use a shorter piece."
        )
    score = ScoreTick(TICKS)
    for tempo in _countable(piece.tempos):
        score.tempos.append(TempoTick(_tick(tempo.onset), None, _microseconds(tempo.bpm)))
    for metre in _countable(piece.metres):
        if 0 < metre.beats <= _MAX_BEATS and metre.unit > 0 and metre.unit.bit_count() == 1:
            score.time_signatures.append(
                TimeSignatureTick(_tick(metre.onset), metre.beats, metre.unit)
            )
    for key in _countable(piece.keys):
        if abs(key.sharps) <= _MAX_SHARPS:
            score.key_signatures.append(
                KeySignatureTick(_tick(key.onset), key.sharps, int(key.minor))
            )
    tracks = _channels(piece.tracks)
    for track in tracks:
        score.tracks.append(_midi_track(track))
    midi = score.dumps_midi()
    if sum(not track.is_drums for track in tracks) <= _MELODIC_CHANNELS:
        return midi
    from musiccore.channels import shared_out  # few pieces need it

    return shared_out(midi)


def _countable(signs: Iterable[_Sign]) -> Iterator[_Sign]:
    """Those that a file can hold: behind the last note they may stand anywhere."""
    return (sign for sign in signs if _tick(sign.onset) <= MAX_TICK)


def _tick(onset: float) -> int:
    return round(onset * TICKS)


def _microseconds(bpm: float) -> int:
    """Microseconds a quarter note, within what a tempo event can hold (3.6 bpm and faster)."""
    return min(max(round(60e6 / bpm), 1), _MAX_MICROSECONDS_A_QUARTER)


def _channels(tracks: Iterable[Track]) -> list[Track]:
    """The tracks to write: symusic gives the n-th of them channel n, skipping that of the drums."""
    sounding = [track for track in tracks if len(track)]
    melodic = [track for track in sounding if not track.is_drums]
    if len(melodic) <= _MELODIC_CHANNELS and len(sounding) <= _MELODIC_CHANNELS:
        return sounding
    drums = [track for track in sounding if track.is_drums]
    if len(melodic) > _MELODIC_CHANNELS:
        shared: dict[int, list[Track]] = {}
        for track in melodic:
            shared.setdefault(track.program, []).append(track)
        melodic = [_merged(group) for group in shared.values()]
    return melodic + drums


def _merged(tracks: list[Track]) -> Track:
    onset = np.concatenate([track.onset for track in tracks])
    pitch = np.concatenate([track.pitch for track in tracks])
    order = np.lexsort((pitch, onset))
    return Track(
        program=tracks[0].program,
        onset=onset[order],
        duration=np.concatenate([track.duration for track in tracks])[order],
        pitch=pitch[order],
        velocity=np.concatenate([track.velocity for track in tracks])[order],
        name=tracks[0].name,
    )


def _midi_track(track: Track) -> TrackTick:
    start, length, kept = _playable(track)
    notes = NoteTickList.from_numpy(
        start.astype(np.int32),
        length.astype(np.int32),
        track.pitch[kept].astype(np.int8),
        track.velocity[kept].astype(np.int8),
    )
    drums = track.program == DRUMS
    # A lone surrogate, which a badly decoded file may carry, is no UTF-8.
    name = track.name.encode("utf-8", "replace").decode("utf-8")
    written = TrackTick(name, 0 if drums else track.program, drums)
    written.notes = notes
    return written


def _playable(track: Track) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Start and length in ticks (k,), and which notes of the track these are (k,), by start.

    No two of them hold the same pitch at the same time.
    """
    start = np.rint(track.onset * TICKS).astype(np.int64)
    end = np.rint((track.onset + track.duration) * TICKS).astype(np.int64)
    end = np.maximum(end, start + 1)
    order = np.lexsort((-end, start, track.pitch))
    pitch, start, end = track.pitch[order], start[order], end[order]
    again = (pitch[1:] == pitch[:-1]) & (start[1:] == start[:-1])
    first = np.concatenate(([True], ~again)) if len(order) else np.zeros(0, bool)
    order, pitch, start, end = order[first], pitch[first], start[first], end[first]
    struck_again = pitch[1:] == pitch[:-1]
    end[:-1] = np.where(struck_again, np.minimum(end[:-1], start[1:]), end[:-1])
    by_start = np.lexsort((pitch, start))
    return start[by_start], (end - start)[by_start], order[by_start]
