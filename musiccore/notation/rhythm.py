"""Lengths as note values: what is split and tied, what is a triplet, and who sings which voice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from musiccore.notation.bars import TICKS, WHOLE, Bar, is_compound, level, levels, strengths

VALUES: dict[int, tuple[str, int]] = {
    2 * WHOLE: ("breve", 0),
    **{
        ticks: (name, 0)
        for name, ticks in (
            ("whole", 192),
            ("half", 96),
            ("quarter", 48),
            ("eighth", 24),
            ("16th", 12),
            ("32nd", 6),
            ("64th", 3),
        )
    },
    **{
        ticks: (name, 1)
        for name, ticks in (
            ("whole", 288),
            ("half", 144),
            ("quarter", 72),
            ("eighth", 36),
            ("16th", 18),
            ("32nd", 9),
        )
    },
}
"""Ticks -> the note value of that length: its name as in MusicXML and music21, and its dots."""


@dataclass
class Sound:
    """Notes of one start and one end within a bar (ticks); tied to the bar before or after it."""

    start: int
    end: int
    pitches: list[int]
    tied_in: bool = False
    tied_out: bool = False


class Triplet(NamedTuple):
    """Three in the time of two, from `start` over `length` ticks."""

    start: int
    length: int


class Atom(NamedTuple):
    """One written note value: a piece of a sound, or of a rest where `sound` is None.

    `triplet` is the one it stands in; `value` its name and dots as it is written there.
    """

    start: int
    length: int
    value: tuple[str, int]
    triplet: Triplet | None
    sound: Sound | None


def voices(
    sounds: Iterable[Sound], held: Sequence[set[int]], most: int
) -> tuple[list[list[Sound]], int]:
    """Sounds of a bar as voices without overlaps, the highest first, and how many were shortened.

    `held` are the pitches that each voice brought from the bar before. Above `most` voices, what
    sounds is cut short where the next begins.
    """
    found: list[list[Sound]] = [[] for _ in held]
    cut = 0
    for crowd in _crowds(sounds):
        pinned = len(held) if any(sound.tied_in for sound in crowd) else 0
        at_once, shortened = _told_apart(crowd, held[:pinned], most)
        cut += shortened
        for number, voice in enumerate(_by_pitch(at_once, pinned)):
            if number == len(found):
                found.append([])
            found[number] += voice
    return found, cut


def _crowds(sounds: Iterable[Sound]) -> list[list[Sound]]:
    """Sounds in order of start, those together that overlap, one by the next."""
    found: list[list[Sound]] = []
    end = 0
    for sound in sorted(sounds, key=lambda s: (s.start, not s.tied_in, -max(s.pitches))):
        if not found or sound.start >= end:
            found.append([])
        found[-1].append(sound)
        end = max(end, sound.end) if len(found[-1]) > 1 else sound.end
    return found


def _told_apart(
    crowd: Sequence[Sound], held: Sequence[set[int]], most: int
) -> tuple[list[list[Sound]], int]:
    found: list[list[Sound]] = [[] for _ in held]
    cut = 0
    for sound in crowd:
        home = next(
            (v for v, pitches in enumerate(held) if sound.tied_in and pitches & {*sound.pitches}),
            None,
        )
        free = [v for v, voice in enumerate(found) if not voice or voice[-1].end <= sound.start]
        if home is not None and home in free:
            found[home].append(sound)
        elif free:
            found[min(free, key=lambda v: _distance(found[v], sound))].append(sound)
        elif len(found) < most:
            found.append([sound])
        else:
            cut += len(sound.pitches)
            _squeeze(found, sound)
    return found, cut


def _squeeze(found: list[list[Sound]], sound: Sound) -> None:
    """Put a sound into the nearest of voices that are all busy."""
    earlier = [voice for voice in found if voice[-1].start < sound.start]
    if earlier:
        near = min(earlier, key=lambda voice: _distance(voice, sound))
        near[-1].end, near[-1].tied_out = sound.start, False
        near.append(sound)
        return
    # Too many at once: they become one chord, as long as the one that is there.
    fellow = min((voice[-1] for voice in found), key=lambda s: abs(s.end - sound.end))
    fellow.pitches = sorted({*fellow.pitches, *sound.pitches})


def _distance(voice: Sequence[Sound], sound: Sound) -> float:
    """Semitones between a voice's last pitches and these, on average; 0 where it has none yet."""
    return abs(_height(voice[-1]) - _height(sound)) if voice else 0.0


def _height(sound: Sound) -> float:
    return sum(sound.pitches) / len(sound.pitches)


def _by_pitch(found: list[list[Sound]], pinned: int) -> list[list[Sound]]:
    """The voices by pitch, the highest first; the first `pinned` of them stay where they are."""
    loose = [voice for voice in found[pinned:] if voice]
    loose.sort(key=lambda voice: -sum(map(_height, voice)) / len(voice))
    return [*found[:pinned], *loose]


def written(bar: Bar, voice: Sequence[Sound]) -> list[Atom]:
    """A voice's note values from the start of the bar to its end, rests between the sounds."""
    shift = bar.place - bar.start
    spans: list[tuple[int, int, Sound | None]] = []
    now = bar.start
    for sound in voice:
        if sound.start > now:
            spans.append((now, sound.start, None))
        spans.append((sound.start, sound.end, sound))
        now = sound.end
    if now < bar.end:
        spans.append((now, bar.end, None))
    places = sorted({edge + shift for start, end, _ in spans for edge in (start, end)})
    triplets = _triplets(places, bar)
    periods = levels(bar.metre)
    compound = is_compound(bar.metre)
    atoms = []
    for start, end, sound_ in spans:
        for a, b, triplet in _cut(start + shift, end + shift, triplets):
            if triplet is None:
                parts = _values(a, b, periods, compound, sound_ is None)
            else:
                parts = _in_triplet(a, b, triplet)
            for at, length, value in parts:
                moved = None if triplet is None else triplet._replace(start=triplet.start - shift)
                atoms.append(Atom(at - shift, length, value, moved, sound_))
    return atoms


def _triplets(places: Sequence[int], bar: Bar) -> list[Triplet]:
    """The triplets that the places (ticks from the full bar's start) ask for, largest first."""
    if all(place % VALUES_STEP == 0 for place in places):
        return []
    size = TICKS if bar.metre.unit <= 4 else TICKS // 2
    if not is_compound(bar.metre) and bar.metre.unit <= 4:
        size = next((s for s in (WHOLE, WHOLE // 2) if _full(bar) % s == 0), TICKS)
    end = bar.place + bar.end - bar.start
    return [t for start in range(0, end, size) for t in _within(places, start, size)]


VALUES_STEP = min(VALUES)
_SMALLEST_TRIPLET = 12


def _full(bar: Bar) -> int:
    return levels(bar.metre)[0]


def _within(places: Sequence[int], start: int, size: int) -> list[Triplet]:
    inner = [p - start for p in places if start < p < start + size]
    if all(p % VALUES_STEP == 0 for p in inner):
        return []
    thirds = all(p % (size // 3) == 0 for p in inner)
    halves = size // 2 in inner or size > TICKS
    if thirds or not halves or size <= _SMALLEST_TRIPLET:
        return [Triplet(start, size)]
    half = size // 2
    return _within(places, start, half) + _within(places, start + half, half)


def _cut(
    start: int, end: int, triplets: Sequence[Triplet]
) -> list[tuple[int, int, Triplet | None]]:
    """A stretch cut where triplets begin and end."""
    found: list[tuple[int, int, Triplet | None]] = []
    for triplet in triplets:
        first, last = max(start, triplet.start), min(end, triplet.start + triplet.length)
        if first >= last:
            continue
        if start < first:
            found.append((start, first, None))
        found.append((first, last, triplet))
        start = last
    if start < end:
        found.append((start, end, None))
    return found


def _in_triplet(start: int, end: int, triplet: Triplet) -> list[tuple[int, int, tuple[str, int]]]:
    """As `_values`, of values that are written half as long again as they last."""
    size = triplet.length * 3 // 2
    periods = [size]
    third = size // 3
    while third >= VALUES_STEP:
        periods.append(third)
        if third % 2:
            break
        third //= 2
    a, b = ((tick - triplet.start) * 3 // 2 for tick in (start, end))
    return [
        (triplet.start + at * 2 // 3, length * 2 // 3, value)
        for at, length, value in _values(a, b, periods, False, False)
    ]


def _values(
    start: int, end: int, periods: Sequence[int], compound: bool, rest: bool
) -> list[tuple[int, int, tuple[str, int]]]:
    """(start, length, value) of the note values that together last from `start` to `end`.

    A value may not hide a place that is stronger than where it begins, but for what everybody
    reads: a short note before a long one (eighth, quarter; 16th, dotted eighth).
    """
    length = end - start
    inside = strengths(periods, start, end)
    value = VALUES.get(length)
    if not inside and value is None:
        # Finer than anything that can be written: the nearest value stands for it.
        value = VALUES[min(VALUES, key=lambda ticks: abs(ticks - length))]
    if value is not None and _reads_well(start, end, value[1], inside, periods, compound, rest):
        return [(start, length, value)]
    strongest = min(place_level for _, place_level in inside)
    places = [tick for tick, place_level in inside if place_level == strongest]
    at = places[0] if strongest < level(periods, start) else places[-1]
    return [
        *_values(start, at, periods, compound, rest),
        *_values(at, end, periods, compound, rest),
    ]


def _reads_well(
    start: int,
    end: int,
    dots: int,
    inside: Sequence[tuple[int, int]],
    periods: Sequence[int],
    compound: bool,
    rest: bool,
) -> bool:
    if not inside:
        return True
    own = level(periods, start)
    crossed = min(place_level for _, place_level in inside)
    beat = max(k for k, p in enumerate(periods) if p % 9 == 0) if compound else 0
    if compound and crossed <= beat:
        return own <= beat and level(periods, end) <= beat
    if rest and ((dots and not compound) or crossed < own):
        return False
    if crossed >= own:
        return True
    if own - crossed > 1:
        return False
    if dots:
        return level(periods, end) < crossed
    return level(periods, (start + end) // 2) == crossed
