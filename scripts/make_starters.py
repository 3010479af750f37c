"""Make the starter sets: small MIDI archives from the corpus that comes with music21.

    python -m scripts.make_starters [SET...]

Writes `musiccore/starters/NAME.zip` for the sets named, or for all. The same music21 gives the same
bytes every time. What was taken, from whom and under which terms: `musiccore/starters/SOURCES.md`.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import music21 as m21

from scripts.sheets import (
    TICKS,
    Sheet,
    UnsuitableError,
    bars,
    keys_of,
    metres_of,
    tempos_of,
    ticks,
    unfold,
    voice_of,
)

HERE = Path(__file__).resolve().parent.parent / "musiccore" / "starters"

CHOIR, VIOLIN, VIOLA, CELLO = 52, 40, 41, 42
CHORALE_TEMPO = 80.0
"""Quarters a minute where a score says nothing: a calm singing tempo."""

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


QUARTET_TEMPOS = {
    "opus18no1/movement1": 150.0,
    "opus18no1/movement2": 69.0,
    "opus18no1/movement3": 240.0,
    "opus18no1/movement4": 110.0,
    "opus59no2/movement4": 240.0,
    "opus74": 60.0,
    "opus74no1/movement1": 116.0,
    "opus74no1/movement2": 50.0,
    "opus74no1/movement3": 138.0,
    "opus74no1/movement4": 130.0,
    "k155/movement1": 132.0,
    "k155/movement2": 66.0,
    "k155/movement3": 126.0,
    "k156/movement4": 44.0,
    "k458/movement2": 108.0,
    "k458/movement3": 44.0,
    "k458/movement4": 138.0,
    "k80/movement1": 50.0,
    "k80/movement2": 126.0,
    "k80/movement3": 120.0,
    "k80/movement4": 168.0,
}
"""Quarters a minute where the score gives no number, chosen after the movement's heading."""


def chorale(score: m21.stream.Score, _: Path) -> Sheet:
    """Four voices, all of them choir."""
    if len(score.parts) != 4:
        raise UnsuitableError(f"has {len(score.parts)} parts")
    score = unfold(score)
    shift, metres = metres_of(score.parts.first())
    voices = tuple(voice_of(part, CHOIR, shift, shaded=False) for part in score.parts)
    if not all(voice.notes for voice in voices):
        raise UnsuitableError("has an empty voice")
    tempos = tempos_of(score, shift, CHORALE_TEMPO)
    return Sheet(voices, tempos, metres, keys_of(score.parts.first(), shift))


def tune(score: m21.stream.Score, _: Path) -> Sheet:
    """One fiddle. Only tunes whose bars music21 understood to the end."""
    if len(score.parts) != 1:
        raise UnsuitableError(f"has {len(score.parts)} parts")
    score = unfold(score)
    part = score.parts.first()
    shift, metres = metres_of(part)
    signs = set(metres.values())
    if len(signs) != 1:
        raise UnsuitableError("changes its metre")
    beats, unit = signs.pop()
    if f"{beats}/{unit}" not in TUNE_TEMPOS:
        raise UnsuitableError(f"is in {beats}/{unit}")
    full = ticks(m21.meter.TimeSignature(f"{beats}/{unit}").barDuration.quarterLength)
    lengths = [length for _, length, _ in bars(part)]
    if max(lengths) > full:
        raise UnsuitableError("has a bar that is too long")
    short = [length for length in lengths if length < full]
    if len(metres) > 4 or len(short) > len(lengths) / 4 or any(n % (TICKS // 4) for n in short):
        raise UnsuitableError("has bars that are too short")
    voice = voice_of(part, VIOLIN, shift, shaded=False)
    if len(voice.notes) < 24:
        raise UnsuitableError("is too short")
    name = (score.metadata.title or "").lower()
    factor = next((factor for word, factor in SLOWER if word in name), 1.0)
    tempos = {0: round(TUNE_TEMPOS[f"{beats}/{unit}"] * factor)}
    return Sheet((voice,), tempos, metres, keys_of(part, shift))


def quartet(score: m21.stream.Score, path: Path) -> Sheet:
    """Two violins, viola, cello, with the dynamics of the score."""
    if len(score.parts) != 4:
        raise UnsuitableError(f"has {len(score.parts)} parts")
    score = unfold(score)
    shift, metres = metres_of(score.parts.first())
    programs = (VIOLIN, VIOLIN, VIOLA, CELLO)
    voices = tuple(
        voice_of(part, program, shift, shaded=True)
        for part, program in zip(score.parts, programs, strict=True)
    )
    stem = path.with_suffix("").as_posix()
    default = next((bpm for end, bpm in QUARTET_TEMPOS.items() if stem.endswith(f"/{end}")), 120.0)
    tempos = tempos_of(score, shift, default)
    return Sheet(voices, tempos, metres, keys_of(score.parts.first(), shift))


def chorale_name(path: Path) -> str:
    """`BWV 269 Aus meines Herzens Grunde`; the number alone where music21 lists no title."""
    number = path.stem.removeprefix("bwv")
    title = m21.corpus.chorales.ChoraleListRKBWV().byBWV.get(number, {}).get("title", "")
    return f"BWV {number} {title.replace('’', chr(39))}".strip()


def tune_name(path: Path) -> str:
    """`Acrobats Hornpipe`, from the file name, which is tidier than the titles inside."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[0-9a-z])(?=[0-9]*[A-Z])", " ", path.stem)


def quartet_name(path: Path) -> str:
    """`Mozart k155 movement 1`."""
    parts = [p for p in path.with_suffix("").parts[-3:] if p != "corpus"]
    return " ".join(re.sub(r"movement", "movement ", p).replace("_", " ") for p in parts)


@dataclass(frozen=True)
class Recipe:
    """Where a set comes from and how one of its scores is turned into a `Sheet`."""

    folders: tuple[str, ...]
    pattern: str
    convert: Callable[[m21.stream.Score, Path], Sheet]
    name: Callable[[Path], str]

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
                raise UnsuitableError("is not one score")
            sheet = recipe.convert(score, path)
            mark = sheet.fingerprint()
            if mark in seen:
                raise UnsuitableError(f"is the same as {seen[mark]}")
        except (UnsuitableError, m21.exceptions21.Music21Exception) as reason:
            print(f"  {path.name} {reason}")  # noqa: T201
            continue
        seen[mark] = path.name
        entries[f"{recipe.name(path)}.mid"] = sheet.midi()
    with zipfile.ZipFile(HERE / f"{name}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for entry in sorted(entries):
            out.writestr(
                zipfile.ZipInfo(entry, (1980, 1, 1, 0, 0, 0)),
                entries[entry],
                zipfile.ZIP_DEFLATED,
                9,
            )
    size = (HERE / f"{name}.zip").stat().st_size
    print(f"{name}: {len(entries)} of {len(recipe.scores())} scores, {size:,} bytes")  # noqa: T201


if __name__ == "__main__":
    for wanted in sys.argv[1:] or RECIPES:
        make(wanted)
