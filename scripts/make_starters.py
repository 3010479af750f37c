"""Make the starter sets: small MIDI archives from the corpus that comes with music21.

    python -m scripts.make_starters [SET...]

Writes `musiccore/starters/NAME.zip` for the sets named, or for all. The same music21 gives the same
bytes every time. What was taken, from whom and under which terms: `musiccore/starters/SOURCES.md`.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import music21 as m21

from scripts.sheets import (
    TICKS,
    Bar,
    Sheet,
    UnsuitableError,
    bars_of,
    bars_once,
    keys_of,
    metres_of,
    tempos_of,
    ticks,
    unfold,
    upbeat,
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


QUARTET_TEMPOS: dict[str, dict[int, float]] = {
    "opus18no1/movement1": {1: 150},
    "opus18no1/movement2": {1: 69},
    "opus18no1/movement3": {1: 240},
    "opus18no1/movement4": {1: 110},
    "opus18no3": {595: 180},
    "opus18no4": {1: 140, 222: 84, 483: 180},
    "opus18no5": {1: 156, 490: 220},
    "opus59no2/movement4": {1: 240},
    "opus74": {1: 60, 25: 144, 432: 280, 905: 96},
    "opus132": {1: 60, 9: 120},
    "opus74no1/movement1": {1: 116},
    "opus74no1/movement2": {1: 50},
    "opus74no1/movement3": {1: 138},
    "opus74no1/movement4": {1: 130},
    "k155/movement1": {1: 132},
    "k155/movement2": {1: 66},
    "k155/movement3": {1: 126},
    "k156/movement4": {1: 44},
    "k458/movement2": {1: 108},
    "k458/movement3": {1: 44},
    "k458/movement4": {1: 138},
    "k80/movement1": {1: 50},
    "k80/movement2": {1: 126},
    "k80/movement3": {1: 120},
    "k80/movement4": {1: 168},
}
"""Quarters a minute from a bar on, where the score has no number: chosen after its headings."""

MOVEMENTS = {
    "opus18no3": (1, 272, 423, 595),
    "opus18no4": (1, 222, 483, 584),
    "opus18no5": (1, 229, 338, 490),
    "opus74": (1, 263, 432, 905),
    "opus132": (1, 265, 511, 769),
}
"""Bars at which the parts of a whole quartet in one file begin (op. 132: III and IV in one)."""


def chorale(score: m21.stream.Score, _: Path) -> dict[str, Sheet]:
    """Four voices, all of them choir."""
    if len(score.parts) != 4:
        raise UnsuitableError(f"has {len(score.parts)} parts")
    score = unfold(score)
    bars = bars_of(score.parts.first())
    shift = upbeat(bars)
    spans = [[(shift, part.flatten())] for part in score.parts]
    voices = tuple(voice_of(span, CHOIR) for span in spans)
    if not all(voice.notes for voice in voices):
        raise UnsuitableError("has an empty voice")
    tempos = tempos_of(spans[0], CHORALE_TEMPO)
    return {"": Sheet(voices, tempos, metres_of(bars, shift), keys_of(spans[0]))}


def tune(score: m21.stream.Score, _: Path) -> dict[str, Sheet]:
    """One fiddle. Only tunes whose bars music21 understood to the end."""
    if len(score.parts) != 1:
        raise UnsuitableError(f"has {len(score.parts)} parts")
    part = unfold(score).parts.first()
    bars = bars_of(part)
    shift = upbeat(bars)
    metres = metres_of(bars, shift)
    signs = set(metres.values())
    if len(signs) != 1:
        raise UnsuitableError("changes its metre")
    beats, unit = signs.pop()
    if f"{beats}/{unit}" not in TUNE_TEMPOS:
        raise UnsuitableError(f"is in {beats}/{unit}")
    full = ticks(bars[0].metre.barDuration.quarterLength)
    if max(bar.length for bar in bars) > full:
        raise UnsuitableError("has a bar that is too long")
    short = [bar.length for bar in bars if bar.length < full]
    if len(metres) > 4 or len(short) > len(bars) / 4 or any(n % (TICKS // 4) for n in short):
        raise UnsuitableError("has bars that are too short")
    spans = [(shift, part.flatten())]
    voice = voice_of(spans, VIOLIN)
    if len(voice.notes) < 24:
        raise UnsuitableError("is too short")
    name = (score.metadata.title or "").lower()
    factor = next((factor for word, factor in SLOWER if word in name), 1.0)
    tempos = {0: round(TUNE_TEMPOS[f"{beats}/{unit}"] * factor)}
    return {"": Sheet((voice,), tempos, metres, keys_of(spans))}


def quartet(score: m21.stream.Score, path: Path) -> dict[str, Sheet]:
    """Two violins, viola, cello, with the dynamics of the score; a sheet for each movement."""
    if len(score.parts) != 4:
        raise UnsuitableError(f"has {len(score.parts)} parts")
    bars = bars_once(score)
    stem = path.with_suffix("").as_posix()
    tempos = next((t for end, t in QUARTET_TEMPOS.items() if stem.endswith(f"/{end}")), {})
    begins = MOVEMENTS.get(path.stem, (1,))
    sheets = {}
    for i, (begin, end) in enumerate(
        zip(begins, (*begins[1:], bars[-1].number + 1), strict=True), 1
    ):
        movement = [bar for bar in bars if begin <= bar.number < end]
        sheets[f" part {i}" if len(begins) > 1 else ""] = movement_of(movement, tempos)
    return sheets


def movement_of(bars: Sequence[Bar], tempos: dict[int, float]) -> Sheet:
    """These bars of a quartet; `tempos` are those the score does not give, by number of the bar."""
    shift = upbeat(bars) - bars[0].start
    spans = [[(bar.start + shift, bar.parts[i].flatten()) for bar in bars] for i in range(4)]
    marked = tempos_of(spans[0], 120.0)
    chosen = {
        bar.start + shift if bar is not bars[0] else 0: tempos[bar.number]
        for bar in bars
        if bar.number in tempos
    }
    return Sheet(
        tuple(
            voice_of(span, program, shaded=True)
            for span, program in zip(spans, (VIOLIN, VIOLIN, VIOLA, CELLO), strict=True)
        ),
        dict(sorted((marked | chosen).items())),
        metres_of(bars, shift),
        keys_of(spans[0]),
    )


def chorale_name(path: Path) -> str:
    """`BWV 269 Aus meines Herzens Grunde`; the number alone where music21 lists no title."""
    number = path.stem.removeprefix("bwv")
    title = m21.corpus.chorales.ChoraleListRKBWV().byBWV.get(number, {}).get("title", "")
    return f"BWV {number} {title.replace('’', chr(39))}".strip()


def tune_name(path: Path) -> str:
    """`Acrobats Hornpipe`, from the file name, which is tidier than the titles inside."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[0-9a-z])(?=[0-9]*[A-Z])", " ", path.stem)


def quartet_name(path: Path) -> str:
    """`Mozart K. 155 movement 1`."""
    composer = next(c for c in ("haydn", "mozart", "beethoven", "schumann") if c in path.as_posix())
    work = path.stem if path.stem.startswith("opus") else path.parent.name
    work = work.replace("opus", "op. ").replace("no", " no. ").replace("k", "K. ")
    movement = path.stem.replace("movement", " movement ") if "movement" in path.stem else ""
    return f"{composer.title()} {work}{movement}"


@dataclass(frozen=True)
class Recipe:
    """Where a set comes from and how one of its scores is turned into sheets.

    `convert` gives a sheet for each piece in a score, by what to add to the name.
    """

    folders: tuple[str, ...]
    pattern: str
    convert: Callable[[m21.stream.Score, Path], dict[str, Sheet]]
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
            sheets = recipe.convert(score, path)
            marks = {sheet.fingerprint(): path.name for sheet in sheets.values()}
            for mark in marks.keys() & seen.keys():
                raise UnsuitableError(f"is the same as {seen[mark]}")
        except (UnsuitableError, m21.exceptions21.Music21Exception) as reason:
            print(f"  {path.name} {reason}")  # noqa: T201
            continue
        seen |= marks
        for suffix, sheet in sheets.items():
            entries[f"{recipe.name(path)}{suffix}.mid"] = sheet.midi()
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
