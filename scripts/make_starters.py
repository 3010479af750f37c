"""Make the starter sets: small MIDI archives from the corpus that comes with music21.

    python -m scripts.make_starters [SET...]

Writes `musiccore/starters/NAME.zip` for the sets named, or for all. The same music21 gives the same
bytes every time. What was taken, from whom and under which terms: `musiccore/starters/SOURCES.md`.
"""

from __future__ import annotations

import hashlib
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import music21 as m21
from symusic import Note, Score, TimeSignature, Track
from symusic import KeySignature as SymusicKey
from symusic import Tempo as SymusicTempo

HERE = Path(__file__).resolve().parent.parent / "musiccore" / "starters"
TICKS = 480
"""Ticks a quarter: divisible by 3, 5 and 32, so that tuplets and short notes stay exact."""

VELOCITY = 80
CHOIR, VIOLIN, VIOLA, CELLO = 52, 40, 41, 42
CHORALE_TEMPO = 80.0
"""Quarters a minute; the scores say nothing, this is a calm singing tempo."""

TUNE_TEMPOS = {
    "6/8": 160.0,
    "9/8": 160.0,
    "12/8": 160.0,
    "3/8": 150.0,
    "2/4": 100.0,
    "3/4": 150.0,
    "3/2": 200.0,
    "4/4": 200.0,
    "2/2": 200.0,
}
"""Quarters a minute by metre; the collection gives none, these are common dance tempos."""

SLOWER = (("strathspey", 0.6), ("fling", 0.75), ("hornpipe", 0.8), ("clog", 0.8))
"""Dances that go slower than a reel in the same metre."""


class Unsuitable(Exception):
    """Why a score stays out of its set."""


@dataclass(frozen=True)
class Voice:
    """One track to be: (tick, length in ticks, pitch, velocity) in order, its program and name."""

    name: str
    program: int
    notes: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True)
class Sheet:
    """A score as it will be written; the keys of the dicts are ticks."""

    voices: tuple[Voice, ...]
    tempos: dict[int, float]
    metres: dict[int, tuple[int, int]]
    keys: dict[int, tuple[int, int]]

    def fingerprint(self) -> str:
        """The same for two scores with the same notes in the same voices, however named."""
        notes = [[n[:3] for n in voice.notes] for voice in self.voices]
        return hashlib.sha256(repr(notes).encode()).hexdigest()

    def midi(self) -> bytes:
        """The score as a Standard MIDI File, one track a voice."""
        score = Score(TICKS)
        score.tempos.extend(SymusicTempo(t, bpm) for t, bpm in self.tempos.items())
        score.time_signatures.extend(TimeSignature(t, *m) for t, m in self.metres.items())
        score.key_signatures.extend(SymusicKey(t, *k) for t, k in self.keys.items())
        for voice in self.voices:
            track = Track(name=voice.name, program=voice.program, is_drum=False)
            track.notes.extend(Note(*note) for note in voice.notes)
            score.tracks.append(track)
        return bytes(score.dumps_midi())


def ticks(quarters: float | Fraction) -> int:
    """Quarter notes to ticks."""
    return round(Fraction(quarters) * TICKS)


def unfold(score: m21.stream.Score) -> m21.stream.Score:
    """The score with its repeats written out, where music21 can; else as it stands."""
    try:
        return score.expandRepeats()
    except (m21.repeat.ExpanderException, m21.exceptions21.Music21Exception):
        return score


def merge_ties(rows: list[tuple[int, int, int, int, bool]]) -> Iterator[tuple[int, int, int, int]]:
    """Join a note that is tied over from the same pitch just before it; (…, continues)."""
    ending: dict[int, list[int]] = {}
    out: list[list[int]] = []
    for start, length, pitch, velocity, continues in sorted(rows):
        before = ending.get(pitch)
        if continues and before is not None and before[0] + before[1] == start:
            before[1] += length
            continue
        ending[pitch] = [start, length, pitch, velocity]
        out.append(ending[pitch])
    yield from ((a, b, c, d) for a, b, c, d in out)


def voice_of(part: m21.stream.Part, program: int, shift: int, *, shaded: bool) -> Voice:
    """All notes of one part, of all its voices; grace notes and chord symbols are left out.

    `shaded` takes velocities from the dynamics of the score, else every note has `VELOCITY`.
    """
    flat = part.flatten()
    rows: list[tuple[int, int, int, int, bool]] = []
    for element in flat.notes:
        if isinstance(element, m21.harmony.Harmony) or element.duration.isGrace:
            continue
        velocity = VELOCITY
        if shaded:
            loudness = element.volume.getRealized(useDynamicContext=True, useArticulations=False)
            velocity = min(120, max(30, round(loudness * 127)))
        for note in element.notes if isinstance(element, m21.chord.Chord) else (element,):
            if not isinstance(note, m21.note.Note):
                raise Unsuitable("has notes without a pitch")
            tie = note.tie or element.tie
            continues = tie is not None and tie.type in ("stop", "continue")
            start = ticks(element.getOffsetInHierarchy(flat)) + shift
            length = ticks(note.quarterLength or element.quarterLength)
            if length:
                rows.append((start, length, note.pitch.midi, velocity, continues))
    unique = {(start, pitch): (start, length, pitch, v, c) for start, length, pitch, v, c in rows}
    return Voice(part.partName or "", program, tuple(merge_ties(list(unique.values()))))


def bars(part: m21.stream.Part) -> list[tuple[int, int, m21.meter.TimeSignature]]:
    """(start, length, metre) in ticks of each bar."""
    out = []
    for bar in part.getElementsByClass(m21.stream.Measure):
        metre = bar.timeSignature or bar.getContextByClass(m21.meter.TimeSignature)
        out.append((ticks(bar.offset), ticks(bar.duration.quarterLength), metre))
    return out


def metres_of(part: m21.stream.Part) -> tuple[int, dict[int, tuple[int, int]]]:
    """How far the music is moved so that an upbeat ends its bar, and the metre changes.

    The metre is stated again wherever a full bar begins off the grid, so that bar lines keep
    falling where the score has them.
    """
    rows = bars(part)
    if not rows or rows[0][2] is None:
        raise Unsuitable("has no metre")
    shift = 0
    first_length, first_metre = rows[0][1], rows[0][2]
    full = ticks(first_metre.barDuration.quarterLength)
    if first_length < full:
        shift = full - first_length
    metres: dict[int, tuple[int, int]] = {}
    origin, current = 0, None
    for start, length, metre in rows:
        at, sign = start + shift, (metre.numerator, metre.denominator)
        full = ticks(metre.barDuration.quarterLength)
        if sign != current:
            at = 0 if not metres else at
            metres[at] = current = sign
            origin = at
        elif length == full and (at - origin) % full:
            metres[at] = sign
            origin = at
    return shift, metres


def keys_of(part: m21.stream.Part, shift: int) -> dict[int, tuple[int, int]]:
    """Key signatures: tick -> (sharps, 1 where minor)."""
    keys: dict[int, tuple[int, int]] = {}
    last = None
    for key in part.flatten().getElementsByClass(m21.key.KeySignature):
        minor = isinstance(key, m21.key.Key) and key.mode in ("minor", "dorian", "aeolian")
        if (key.sharps, minor) != last and -7 <= key.sharps <= 7:
            at = ticks(key.offset)
            keys[at + shift if at else 0] = (key.sharps, int(minor))
            last = (key.sharps, minor)
    return keys


def tempos_of(score: m21.stream.Score, shift: int, default: float) -> dict[int, float]:
    """Tempo marks with a number: tick -> quarters a minute; `default` until the first."""
    tempos = {0: default}
    for mark in score.parts.first().flatten().getElementsByClass(m21.tempo.MetronomeMark):
        bpm = mark.getQuarterBPM()
        if bpm and mark.number:
            at = ticks(mark.offset)
            tempos[at + shift if at else 0] = float(bpm)
    return tempos


def chorale(score: m21.stream.Score) -> Sheet:
    """Four voices, all of them choir."""
    if len(score.parts) != 4:
        raise Unsuitable(f"has {len(score.parts)} parts")
    score = unfold(score)
    shift, metres = metres_of(score.parts.first())
    voices = tuple(voice_of(part, CHOIR, shift, shaded=False) for part in score.parts)
    if not all(voice.notes for voice in voices):
        raise Unsuitable("has an empty voice")
    tempos = tempos_of(score, shift, CHORALE_TEMPO)
    return Sheet(voices, tempos, metres, keys_of(score.parts.first(), shift))


def tune(score: m21.stream.Score) -> Sheet:
    """One fiddle. Only tunes whose bars music21 understood to the end."""
    if len(score.parts) != 1:
        raise Unsuitable(f"has {len(score.parts)} parts")
    score = unfold(score)
    part = score.parts.first()
    shift, metres = metres_of(part)
    signs = set(metres.values())
    if len(signs) != 1:
        raise Unsuitable("changes its metre")
    beats, unit = signs.pop()
    if f"{beats}/{unit}" not in TUNE_TEMPOS:
        raise Unsuitable(f"is in {beats}/{unit}")
    full = ticks(m21.meter.TimeSignature(f"{beats}/{unit}").barDuration.quarterLength)
    lengths = [length for _, length, _ in bars(part)]
    if max(lengths) > full:
        raise Unsuitable("has a bar that is too long")
    short = [length for length in lengths if length < full]
    if len(metres) > 4 or len(short) > len(lengths) / 4 or any(n % (TICKS // 4) for n in short):
        raise Unsuitable("has bars that are too short")
    voice = voice_of(part, VIOLIN, shift, shaded=False)
    if len(voice.notes) < 24:
        raise Unsuitable("is too short")
    name = (score.metadata.title or "").lower()
    factor = next((factor for word, factor in SLOWER if word in name), 1.0)
    tempos = {0: round(TUNE_TEMPOS[f"{beats}/{unit}"] * factor)}
    return Sheet((voice,), tempos, metres, keys_of(part, shift))


def quartet(score: m21.stream.Score) -> Sheet:
    """Two violins, viola, cello, with the dynamics of the score."""
    if len(score.parts) != 4:
        raise Unsuitable(f"has {len(score.parts)} parts")
    score = unfold(score)
    shift, metres = metres_of(score.parts.first())
    programs = (VIOLIN, VIOLIN, VIOLA, CELLO)
    names = ("Violin 1", "Violin 2", "Viola", "Cello")
    voices = []
    for part, program, name in zip(score.parts, programs, names, strict=True):
        part.partName = name
        voices.append(voice_of(part, program, shift, shaded=True))
    tempos = tempos_of(score, shift, 120.0)
    return Sheet(tuple(voices), tempos, metres, keys_of(score.parts.first(), shift))


def chorale_name(path: Path, _: m21.stream.Score) -> str:
    """`BWV 269`."""
    return path.stem.replace("bwv", "BWV ")


def tune_name(path: Path, _: m21.stream.Score) -> str:
    """`Acrobats Hornpipe`, from the file name, which is tidier than the titles inside."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[0-9a-z])(?=[0-9]*[A-Z])", " ", path.stem)


def quartet_name(path: Path, _: m21.stream.Score) -> str:
    """`Mozart k155 movement 1`."""
    parts = [p for p in path.with_suffix("").parts[-3:] if p != "corpus"]
    return " ".join(re.sub(r"movement", "movement ", p).replace("_", " ") for p in parts)


@dataclass(frozen=True)
class Recipe:
    """Where a set comes from and how one of its scores is turned into a `Sheet`."""

    folders: tuple[str, ...]
    pattern: str
    convert: Callable[[m21.stream.Score], Sheet]
    name: Callable[[Path, m21.stream.Score], str]

    def scores(self) -> list[Path]:
        """The files of the corpus, in order."""
        found = {p for f in self.folders for p in m21.corpus.getComposer(f)}
        return sorted(p for p in map(Path, found) if re.search(self.pattern, p.as_posix()))


RECIPES = {
    "bach-chorales": Recipe(("bach",), r"/bwv[^/]*\.(mxl|xml)$", chorale, chorale_name),
    "fiddle-tunes": Recipe(("ryansMammoth",), r"\.abc$", tune, tune_name),
    "string-quartets": Recipe(
        ("haydn", "mozart", "beethoven", "schumann_robert"),
        r"/(opus|k\d).*\.mxl$",
        quartet,
        quartet_name,
    ),
}


def make(name: str) -> None:
    """Write one archive and say what stayed out."""
    recipe, seen, entries = RECIPES[name], {}, {}
    for path in recipe.scores():
        try:
            score = m21.corpus.parse(path)
            if not isinstance(score, m21.stream.Score):
                raise Unsuitable("is not one score")
            sheet = recipe.convert(score)
            mark = sheet.fingerprint()
            if mark in seen:
                raise Unsuitable(f"is the same as {seen[mark]}")
        except (Unsuitable, m21.exceptions21.Music21Exception) as reason:
            print(f"  {path.name} {reason}")  # noqa: T201
            continue
        seen[mark] = path.name
        entries[f"{recipe.name(path, score)}.mid"] = sheet.midi()
    with zipfile.ZipFile(HERE / f"{name}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for entry in sorted(entries):
            out.writestr(zipfile.ZipInfo(entry, (1980, 1, 1, 0, 0, 0)), entries[entry],
                         zipfile.ZIP_DEFLATED, 9)
    size = (HERE / f"{name}.zip").stat().st_size
    print(f"{name}: {len(entries)} of {len(recipe.scores())} scores, {size:,} bytes")  # noqa: T201


if __name__ == "__main__":
    for wanted in sys.argv[1:] or RECIPES:
        make(wanted)
