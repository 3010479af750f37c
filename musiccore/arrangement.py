"""The same notes played otherwise: other instruments, tempo and key, and a little less exactly."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from musiccore.instruments import name_of
from musiccore.piece import DEFAULT_TEMPO, DRUMS, Key, Piece, Tempo, Track

MOST_SEMITONES = 24
SLOWEST, FASTEST = 20.0, 300.0  # quarter notes a minute

DRIFT_SECONDS, SPREAD_SECONDS, MOST_SECONDS = 0.010, 0.004, 0.030
"""How far humanized onsets stray: the standard deviation of the beat and, around it, of the notes
that start together; and the most that any note does. Small beside a sixteenth note."""

LOUDNESS, MOST_LOUDNESS = 5.0, 12.0
"""The same for velocities (of 127): standard deviation, and the most."""

_OF_THE_GAP = 0.4  # of the time to the neighbouring onsets, so that onsets never change places
_OF_THE_LENGTH = 0.4

Array = NDArray[np.float64]


class ArrangementError(ValueError):
    """A setting out of range; the message is a sentence for the screen."""


@dataclass(frozen=True)
class Arrangement:
    """How a piece is played.

    `programs` are pairs (program in the piece, program that plays it); drums stay drums. `bpm` is
    the first tempo in quarter notes a minute, None the piece's own; later tempos change with it.
    `transpose` counts semitones up. `humanize` is the seed of the deviations, None is exact.
    """

    programs: tuple[tuple[int, int], ...] = ()
    bpm: float | None = None
    transpose: int = 0
    humanize: int | None = None

    def __post_init__(self) -> None:
        if any(not 0 <= program < DRUMS for pair in self.programs for program in pair):
            raise ArrangementError("An instrument is one of the 128 programs of General MIDI.")
        if self.bpm is not None and not SLOWEST <= self.bpm <= FASTEST:
            raise ArrangementError(
                f"The tempo lies in {SLOWEST:g} to {FASTEST:g} quarter notes a minute, "
                f"not at {self.bpm:g}."
            )
        if abs(self.transpose) > MOST_SEMITONES:
            raise ArrangementError(
                f"Music is moved by at most {MOST_SEMITONES} semitones, not {self.transpose}."
            )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Arrangement:
        pairs = tuple((int(a), int(b)) for a, b in data.get("programs", ()))
        return cls(**{**data, "programs": pairs})


def arrange(piece: Piece, arrangement: Arrangement) -> Piece:
    """The piece as the arrangement has it, with a digest of its own; the piece itself where
    nothing changes.

    Notes keep their number and order: the i-th of the piece, by onset and then by track, is the
    i-th afterwards. A transposition goes only as far as there is `room`, so intervals stay. What is
    humanized ends where it did before.
    """
    if arrangement == Arrangement():
        return piece
    lowest, highest = room(piece)
    semitones = min(max(arrangement.transpose, lowest), highest)
    instead = dict(arrangement.programs)
    tracks: Sequence[Track] = [
        track if track.is_drums else _moved(_given(track, instead), semitones)
        for track in piece.tracks
    ]
    tempos = _paced(piece.tempos, arrangement.bpm)
    if arrangement.humanize is not None:
        tracks = _humanized(tracks, tempos, arrangement.humanize)
    played = f"{piece.digest} {json.dumps(arrangement.to_json(), sort_keys=True)}"
    return replace(
        piece,
        tracks=tuple(tracks),
        tempos=tempos,
        keys=tuple(_key_moved(key, semitones) for key in piece.keys),
        digest=hashlib.sha256(played.encode()).hexdigest(),
    )


class Room(NamedTuple):
    """How many semitones a piece can go down (0 or less) and up (0 or more)."""

    lowest: int
    highest: int


def room(piece: Piece) -> Room:
    """The transpositions that leave every pitch within MIDI's 0 to 127."""
    pitches = [t.pitch for t in piece.tracks if len(t) and not t.is_drums]
    if not pitches:
        return Room(0, 0)
    low, high = min(int(p.min()) for p in pitches), max(int(p.max()) for p in pitches)
    return Room(max(-low, -MOST_SEMITONES), min(127 - high, MOST_SEMITONES))


def first_tempo(piece: Piece) -> float:
    """Quarter notes a minute at the beginning."""
    return piece.tempos[0].bpm if piece.tempos else DEFAULT_TEMPO


def _given(track: Track, instead: Mapping[int, int]) -> Track:
    program = instead.get(track.program, track.program)
    if program == track.program:
        return track
    return replace(track, program=program, name=name_of(program))


def _moved(track: Track, semitones: int) -> Track:
    return replace(track, pitch=(track.pitch + semitones).astype(np.int16))


def _key_moved(key: Key, semitones: int) -> Key:
    """A semitone up is seven fifths up; of two names for a key the one with fewer accidentals."""
    return key._replace(sharps=(key.sharps + 7 * semitones + 5) % 12 - 5) if semitones else key


def _paced(tempos: tuple[Tempo, ...], bpm: float | None) -> tuple[Tempo, ...]:
    tempos = tempos or (Tempo(0.0, DEFAULT_TEMPO),)
    if bpm is None:
        return tempos
    return tuple(t._replace(bpm=t.bpm * bpm / tempos[0].bpm) for t in tempos)


def _humanized(tracks: Sequence[Track], tempos: Sequence[Tempo], seed: int) -> list[Track]:
    """The tracks with onsets and velocities a little off.

    The beat drifts as pink noise, which people play and prefer to white (Hennig et al., "The Nature
    and Perception of Fluctuations in Human Musical Rhythms", PLoS ONE 6, e26457, 2011). What starts
    together spreads a little, in order from the first track and the lowest pitch.
    """
    onset = np.concatenate([np.zeros(0), *(t.onset for t in tracks)])
    if not onset.size:
        return list(tracks)
    rng = np.random.default_rng([seed, 7])
    beats, beat = np.unique(onset, return_inverse=True)
    length = np.concatenate([t.duration for t in tracks])
    bpm = np.array([t.bpm for t in tempos])
    at = np.searchsorted([t.onset for t in tempos], onset, side="right") - 1
    a_second = bpm[at.clip(0)] / 60  # in quarter notes
    seconds = DRIFT_SECONDS * _pink(len(beats), rng)[beat]
    seconds += SPREAD_SECONDS * _rising(rng.standard_normal(len(onset)), beat)
    gap = np.diff(beats, prepend=-np.inf, append=np.inf)
    free = _OF_THE_GAP * np.minimum(gap[:-1], gap[1:])[beat]
    most = np.minimum(np.minimum(free, _OF_THE_LENGTH * length), MOST_SECONDS * a_second)
    # A note may be the shortest of its chord: what starts together shares the narrowest bound.
    shared = np.full(len(beats), np.inf)
    np.minimum.at(shared, beat, most)
    moved = np.clip(seconds * a_second, -shared[beat], shared[beat])
    start = np.maximum(onset + moved, 0.0)
    louder = LOUDNESS * (_pink(len(beats), rng)[beat] + rng.standard_normal(len(onset))) / 2**0.5
    louder = np.rint(louder.clip(-MOST_LOUDNESS, MOST_LOUDNESS))
    ends = np.cumsum([len(t) for t in tracks])[:-1]
    return [
        replace(
            track,
            onset=own,
            duration=track.duration - (own - track.onset),
            velocity=(track.velocity + extra).clip(1, 127).astype(np.int16),
        )
        for track, own, extra in zip(
            tracks, np.split(start, ends), np.split(louder, ends), strict=True
        )
    ]


def _pink(number: int, rng: np.random.Generator) -> Array:
    """Noise (number,) whose power falls as 1/frequency; of mean 0 and standard deviation 1."""
    if number < 2:
        return np.zeros(number)
    frequency = np.fft.rfftfreq(number)
    frequency[0] = np.inf  # no constant part
    spectrum = rng.standard_normal((2, len(frequency))) / np.sqrt(frequency)
    noise = np.fft.irfft(spectrum[0] + 1j * spectrum[1], number)
    return noise / max(float(noise.std()), 1e-12)


def _rising(values: Array, group: NDArray[np.intp]) -> Array:
    """The values, those of each group given out again in ascending order."""
    arranged = np.empty_like(values)
    arranged[np.argsort(group, kind="stable")] = values[np.lexsort((values, group))]
    return arranged
