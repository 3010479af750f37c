"""Original or generated? Two excerpts that go on from the same bars: one as the composer did, one
as the network does.

Both went through the run's encoding, begin and end at the same bar lines, and have the same tempo,
metre and mean velocity, so that nothing but the notes tells them apart.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np

from models.bars import bar_lines
from models.config import ConfigError
from models.prompts import Prompt
from models.run_music import RunMusic, run_music
from models.store import Run, Store
from models.take_settings import Length, TakeSettings
from models.takes import TakeRecipe, make_takes, own_way
from musiccore.encoding import Encoding
from musiccore.piece import Piece, excerpt, music_digest

SECONDS = 10.0
"""About how long an excerpt is: whole bars of it."""

LEAST_BARS, MOST_BARS = 2, 8

BEGINNINGS = (4, 2, 1)
"""Bars that the network goes on from; fewer where the pieces are short."""

ENOUGH = 10
"""Places in the music for as many rounds, none of which comes back."""

VELOCITY = 80

_TRIES = 6  # seeds, before an excerpt that is empty or the same as the original is taken after all
_MOST_PIECES = 60  # whose bars are looked at
_LEVELLINGS = 8  # what is cut off at 127 is made up for by the rest
_EVEN = 1e-6  # quarter notes

NAMES = ("A", "B")


@dataclass(frozen=True, eq=False)
class Round:
    """Two `excerpts`, of which the network made number `generated` (0 or 1). The other one starts
    at bar `bar` (from 1) of piece number `piece` of the corpus, which was `held_out` or not."""

    excerpts: tuple[Piece, Piece]
    generated: int
    piece: int
    bar: int
    held_out: bool


@dataclass(frozen=True)
class Place:
    """`bars` bars from `bar` (from 1) on of a piece, behind `before` bars that both go on from;
    `start` and `length` of the excerpt in quarter notes, `since` from where those bars begin."""

    piece: int
    bar: int
    before: int
    bars: int
    start: float
    since: float
    length: float


def make_round(store: Store, run: Run, epoch: int, seed: int, number: int) -> Round:
    """Round `number` of a game with this seed: the same again for the same numbers.

    Raises `ConfigError` where all pieces are too short, `StoreError` where the epoch is gone.
    """
    music = run_music(store, run)
    places = _places(music, run.encoding, np.random.default_rng([seed, 11]))
    if not places:
        raise ConfigError(
            "The pieces of this run's music are too short: a round takes "
            f"{BEGINNINGS[-1] + LEAST_BARS} bars of one. Train on longer pieces."
        )
    place = places[number % len(places)]
    rng = np.random.default_rng([seed, number, 12])
    for _ in range(_TRIES):
        pair = _pair(store, run, music, epoch, place, seed=int(rng.integers(2**32)))
        if len(pair[1]) and music_digest(pair[0]) != music_digest(pair[1]):
            break
    first = int(rng.integers(2))
    sides = _named((pair[first], pair[1 - first]))
    return Round(sides, 1 - first, place.piece, place.bar, place.piece in music.held_out)


def excerpt_bars(encoding: Encoding, bar: float) -> int:
    """So many bars of `bar` quarter notes last about `SECONDS`."""
    seconds = bar * 60 / encoding.bpm
    return int(np.clip(round(SECONDS / seconds), LEAST_BARS, MOST_BARS))


def _places(music: RunMusic, encoding: Encoding, rng: np.random.Generator) -> list[Place]:
    """Where excerpts are taken from, in an order by chance in which pieces take turns.

    Of held-out pieces if they have any, and behind as long beginnings as leave `ENOUGH` of them:
    who hears an original twice knows it.
    """
    for numbers in filter(len, (music.held_out, music.learned)):
        chosen = rng.permutation(numbers)[:_MOST_PIECES].tolist()
        most: list[Place] = []
        for before in BEGINNINGS:
            found = [_in_piece(music, encoding, piece, before) for piece in chosen]
            shuffled = [[own[i] for i in rng.permutation(len(own))] for own in found]
            in_turn = [place for turn in zip_longest(*shuffled) for place in turn if place]
            most = max(most, in_turn, key=len)
            if len(most) >= ENOUGH:
                break
        if most:
            return most
    return []


def _in_piece(music: RunMusic, encoding: Encoding, piece: int, before: int) -> list[Place]:
    """The excerpts of a piece with even bars, all of them with notes."""
    notes = music.notes_of(piece)
    lines = bar_lines(encoding, notes)
    if len(lines) < before + LEAST_BARS + 1:
        return []
    onsets = encoding.onsets(notes.rows)
    bar = float(np.median(np.diff(lines)))
    bars = min(excerpt_bars(encoding, bar), len(lines) - 1 - before)
    filled = np.histogram(onsets, lines)[0] > 0
    even = np.abs(np.diff(lines) - bar) < _EVEN
    places = []
    for first in range(len(lines) - before - bars):
        own = slice(first, first + before + bars)
        if filled[own].all() and even[own].all():
            start = float(lines[first + before])
            since = start - float(lines[first])
            places.append(Place(piece, first + before + 1, before, bars, start, since, bars * bar))
    return places


def _pair(
    store: Store, run: Run, music: RunMusic, epoch: int, place: Place, seed: int
) -> tuple[Piece, Piece]:
    """(original, generated)."""
    whole = run.encoding.decode(music.notes_of(place.piece).rows)
    original = excerpt(whole, place.start, place.start + place.length)
    prompt = Prompt.of_corpus(place.piece, place.bar - place.before, place.before)
    settings = TakeSettings(seed=seed, way=own_way(run), length=Length(place.bars, "bars"))
    (made,) = make_takes(store, [TakeRecipe(run.id, epoch, settings, prompt)])
    generated = excerpt(made.piece, place.since, place.since + place.length)
    return _levelled(original), replace(
        _levelled(generated), tempos=original.tempos, metres=original.metres, keys=original.keys
    )


def _levelled(piece: Piece) -> Piece:
    """The piece with a mean velocity of `VELOCITY`, as far as there is room from 1 to 127."""
    velocity, louder = piece.notes().velocity.astype(np.int64), 0
    for _ in range(_LEVELLINGS):
        if len(velocity):
            louder += VELOCITY - round(float((velocity + louder).clip(1, 127).mean()))
    tracks = tuple(
        replace(track, velocity=(track.velocity + louder).clip(1, 127).astype(np.int16))
        for track in piece.tracks
        if len(track)
    )
    return replace(piece, tracks=tracks)


def _named(pieces: tuple[Piece, Piece]) -> tuple[Piece, Piece]:
    """Names and digests that say nothing of where they come from."""
    first, second = (
        replace(
            piece,
            name=f"Excerpt {name}",
            digest=hashlib.sha256(f"blind {music_digest(piece)}".encode()).hexdigest(),
            repairs=(),
        )
        for piece, name in zip(pieces, NAMES, strict=True)
    )
    return first, second
