"""What a take goes on from: nothing, a passage of the run's own music, or notes given outright."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from models.bars import bar_length, bar_lines
from models.config import ConfigError
from models.generation import MAX_NOTES, Beginning, Way
from models.run_music import RunMusic, without_ends
from models.take_settings import is_whole
from musiccore.encoding import Encoded, Encoding, Rows
from musiccore.piece import Piece

Kind = Literal["nothing", "held out", "piece", "given"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MAX_ROWS = 2 * MAX_NOTES
"""Of a prompt: notes, and ends of pieces between them."""

LONGEST_BAR = 64

PlainRows = tuple[tuple[int, ...], ...]

BARS = 4
"""Bars of a passage, unless somebody wants another number."""


@dataclass(frozen=True)
class Prompt:
    """What stands in front of a take, as plain numbers.

    `nothing`: the network begins a piece. `held out`: a passage of `bars` bars of music the network
    never learned from, which one is decided by `seed`. `piece`: `bars` bars of piece number `piece`
    of the run's corpus (from 0), from bar `bar` on (from 1). `given`: these `rows`, in bars of
    `bar_length` quarter notes if it is not None, after the rows `before`, which are not heard.

    Of given music `since` says, in quarter notes, before when nothing new may sound; `plan` are
    rows that come next, -1 where the network is free, even where they copy if it `insists`; `drawn`
    how many rows the same seed has made already.
    """

    kind: Kind = "nothing"
    seed: int = 0
    piece: int = 0
    bar: int = 1
    bars: int = BARS
    rows: PlainRows = ()
    before: PlainRows = ()
    bar_length: float | None = None
    since: float | None = None
    plan: PlainRows = ()
    drawn: int = 0
    insists: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ConfigError(f"Prompts are {', '.join(KINDS)}, not {self.kind!r}.")
        if not is_whole(self.piece, 0, MAX_NOTES):
            raise ConfigError("A prompt names a piece of the run's music by its number.")
        if not is_whole(self.bar, 1, MAX_NOTES) or not is_whole(self.bars, 1, MAX_NOTES):
            raise ConfigError("A prompt has one bar or more, and bars are counted from 1.")
        if not is_whole(self.seed, 0, 2**32 - 1):
            raise ConfigError(f"A seed is a whole number from 0 to {2**32 - 1}, not {self.seed}.")
        if not is_whole(self.drawn, 0, 2**53):
            raise ConfigError("A prompt counts the notes that were made before it.")
        if type(self.insists) is not bool:
            raise ConfigError("A prompt insists on its plan, or does not.")
        if self.bar_length is not None and not 0 < self.bar_length <= LONGEST_BAR:
            raise ConfigError(f"A bar has up to {LONGEST_BAR} quarter notes.")
        if self.since is not None and not 0 <= self.since < math.inf:
            raise ConfigError("New music begins at a time of 0 or later, in quarter notes.")
        longest = max(len(self.rows), len(self.before), len(self.plan))
        if longest > MAX_ROWS:
            raise ConfigError(f"A prompt has at most {MAX_ROWS:,} notes, not {longest:,}.")

    @classmethod
    def held_out(cls, seed: int, bars: int = BARS) -> Self:
        return cls("held out", seed=seed, bars=bars)

    @classmethod
    def of_corpus(cls, piece: int, bar: int = 1, bars: int = BARS) -> Self:
        return cls("piece", piece=piece, bar=bar, bars=bars)

    @classmethod
    def of_piece(cls, encoding: Encoding, piece: Piece) -> Self:
        """The whole of a piece: an upload, notes from a keyboard. `musiccore.piece.excerpt` cuts
        bars out of it. Raises `EncodingError` where the run's encoding keeps nothing of it."""
        rows = without_ends(encoding, encoding.encode(piece)).rows
        return cls.of_rows(rows, bar_length=piece.metres[0].bar if piece.metres else None)

    @classmethod
    def of_rows(cls, rows: Rows, **others: Any) -> Self:
        return cls("given", rows=plain_rows(rows), **others)

    def to_json(self) -> dict[str, Any]:
        """Only what the kind needs."""
        return {k: v for k, v in asdict(self).items() if v != _DEFAULTS[k] or k == "kind"}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The prompt that `to_json` described. Raises `ConfigError`."""
        rows = {k: plain_rows(data[k]) for k in ("rows", "before", "plan") if k in data}
        return cls(**{**data, **rows})


NOTHING = Prompt()
_DEFAULTS = asdict(NOTHING)


def plain_rows(rows: Rows | Sequence[Sequence[int]]) -> PlainRows:
    return tuple(tuple(int(value) for value in row) for row in rows)


def beginning_of(prompt: Prompt, music: RunMusic, way: Way, window: int) -> Beginning:
    """What a take begins with.

    The way `window` needs a whole window to look at: what a prompt lacks comes from the same
    piece's rows before it, and before those the first window of the corpus stands, with which the
    chapter begins. It is not heard. Raises `ConfigError`.
    """
    fields = len(music.encoding.fields)
    found = _PASSAGES[prompt.kind](prompt, music)
    for rows in (found.rows, found.before):
        _refuse_unknown(music.encoding, rows)
    context = found.before
    if way == "window" and len(context) + len(found.rows) < window:
        context = np.concatenate([music.first_rows(window), context])
        if len(context) + len(found.rows) < window:
            raise ConfigError(
                f"This network looks at {window} notes at once, and all the music of its run has "
                f"{len(context)}. Choose a longer prompt."
            )
    if way == "window":
        context = context[max(0, len(context) + len(found.rows) - window) :]
    return Beginning(
        prompt=found.rows,
        context=context if way == "window" else context[:0],
        bar=found.bar,
        since=found.since,
        plan=_refuse_unknown(
            music.encoding, np.array(prompt.plan, np.int32).reshape(-1, fields), -1
        ),
        drawn=prompt.drawn,
        insists=prompt.insists,
    )


@dataclass(frozen=True, eq=False)
class _Passage:
    rows: Rows
    before: Rows
    bar: float | None = None
    since: float | None = None


def _nothing(prompt: Prompt, music: RunMusic) -> _Passage:
    empty = np.zeros((0, len(music.encoding.fields)), np.int32)
    return _Passage(empty, empty)


def _given(prompt: Prompt, music: RunMusic) -> _Passage:
    fields = len(music.encoding.fields)
    if any(len(row) != fields for row in (*prompt.rows, *prompt.before, *prompt.plan)):
        raise ConfigError("This prompt is written for a network with another encoding.")
    rows, before = (
        np.array(plain, np.int32).reshape(-1, fields) for plain in (prompt.rows, prompt.before)
    )
    return _Passage(rows, before, prompt.bar_length, prompt.since)


def _piece(prompt: Prompt, music: RunMusic) -> _Passage:
    if prompt.piece >= len(music.corpus):
        raise ConfigError(
            f"This network's music has {len(music.corpus)} pieces, there is no {prompt.piece + 1}."
        )
    piece = music.notes_of(prompt.piece)
    lines = bar_lines(music.encoding, piece)
    if prompt.bar > len(lines) - 1:
        raise ConfigError(f"This piece has {len(lines) - 1} bars, there is no bar {prompt.bar}.")
    return _bars(music.encoding, piece, lines, prompt.bar, prompt.bars)


def _held_out(prompt: Prompt, music: RunMusic) -> _Passage:
    """Of a corpus that holds nothing out, any piece."""
    rng = np.random.default_rng([prompt.seed, 6])
    piece = music.notes_of(int(rng.choice(music.held_out or music.learned)))
    lines = bar_lines(music.encoding, piece)
    onsets = music.encoding.onsets(piece.rows)
    filled = np.flatnonzero(np.histogram(onsets, lines)[0]) + 1  # bars in which notes start
    begins = filled[filled <= max(filled[0], len(lines) - prompt.bars)]
    return _bars(music.encoding, piece, lines, int(rng.choice(begins)), prompt.bars)


def _bars(
    encoding: Encoding, piece: Encoded, lines: NDArray[np.float64], bar: int, bars: int
) -> _Passage:
    start, end = lines[bar - 1], lines[min(bar - 1 + bars, len(lines) - 1)]
    onsets = encoding.onsets(piece.rows)
    first, last = np.searchsorted(onsets, np.array([start, end]) - _ROUNDING)
    if first == last:
        last_bar = min(bar + bars, len(lines)) - 1
        raise ConfigError(f"No note starts in bars {bar} to {last_bar} of this piece.")
    rows = encoding.begun_after(piece.rows[first:last], float(onsets[first] - start))
    length = bar_length(encoding, piece) if encoding.positions > 1 else None
    return _Passage(rows, piece.rows[:first], length, float(end - start))


_ROUNDING = 1e-6

_PASSAGES = {"nothing": _nothing, "held out": _held_out, "piece": _piece, "given": _given}


def _refuse_unknown(encoding: Encoding, rows: Rows, least: int = 0) -> Rows:
    """The rows, if all their values exist; `least` is the smallest one."""
    sizes = np.array([field.size for field in encoding.fields])
    if len(rows) and not ((rows >= least) & (rows < sizes)).all():
        raise ConfigError("This prompt has notes that the network's encoding does not know.")
    return rows
