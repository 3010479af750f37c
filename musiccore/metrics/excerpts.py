"""Pieces cut into excerpts of one length, as a few long arrays: what every metric counts in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musiccore.encoding.notes import GRID
from musiccore.piece import DRUMS, Piece

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Excerpts:
    """The notes (n,) of some excerpts, excerpt after excerpt, in order of (onset, pitch).

    Time is in steps of a twelfth of a quarter note from the beginning of the excerpt. `excerpt`
    says which one a note is of, `length` (excerpts,) how long each is, `piece` (excerpts,) of which
    piece, counted from 0 up to `pieces`. A `bar` has so many steps.
    """

    onset: Ints
    end: Ints
    pitch: Ints
    drum: NDArray[np.bool_]
    excerpt: Ints
    length: Ints
    piece: Ints
    pieces: int
    bar: int

    @classmethod
    def of(cls, pieces: Sequence[Piece], bar: float = 4.0) -> Excerpts:
        """Each piece whole; `bar` is the length of its bars in quarter notes."""
        parts: dict[str, list[NDArray[Any]]] = {n: [] for n in ("onset", "end", "pitch", "drum")}
        sizes = []
        for piece in pieces:
            notes = piece.notes()
            onset = np.rint(notes.onset * GRID).astype(np.int64)
            end = np.rint((notes.onset + notes.duration) * GRID).astype(np.int64)
            order = np.lexsort((notes.pitch, onset))
            parts["onset"].append(onset[order])
            parts["end"].append(np.maximum(end, onset + 1)[order])
            parts["pitch"].append(notes.pitch.astype(np.int64)[order])
            parts["drum"].append((notes.program == DRUMS)[order])
            sizes.append(len(onset))

        def joined(name: str, dtype: Any) -> NDArray[Any]:
            return np.concatenate([np.zeros(0, dtype), *parts[name]])

        number = np.arange(len(sizes))
        excerpt = np.repeat(number, sizes)
        end = joined("end", np.int64)
        return cls(
            joined("onset", np.int64),
            end,
            joined("pitch", np.int64),
            joined("drum", np.bool_),
            excerpt,
            highest(end, excerpt, len(sizes), 0),
            number,
            len(sizes),
            max(1, round(bar * GRID)),
        )

    def __len__(self) -> int:
        """Number of excerpts."""
        return len(self.length)

    @property
    def pitched(self) -> Excerpts:
        """The same without drums, whose numbers are keys of the kit and no pitches."""
        return self.where(~self.drum)

    @cached_property
    def melody(self) -> Excerpts:
        """The top line: each pitched note above which nothing sounds where it starts (the skyline
        of A. Uitdenbogerd and J. Zobel: Melodic matching techniques for large music databases,
        1999)."""
        notes = self.pitched
        begins = np.cumsum(self.length) - self.length
        top = np.full(int(self.length.sum()) + 1, -1, np.int16)  # of every step of all excerpts
        onset, end = begins[notes.excerpt] + notes.onset, begins[notes.excerpt] + notes.end
        for pitch in np.unique(notes.pitch).tolist():
            own = notes.pitch == pitch
            change = np.bincount(onset[own], minlength=len(top))
            change -= np.bincount(end[own], minlength=len(top))
            top[np.cumsum(change) > 0] = pitch
        highest_there = notes.pitch == top[onset]
        line = notes.where(highest_there)
        # Two instruments in unison are one line.
        first = np.append(True, (np.diff(line.excerpt) != 0) | (np.diff(line.onset) != 0))
        return line.where(first[: len(line.onset)])

    def where(self, chosen: NDArray[np.bool_]) -> Excerpts:
        """The notes chosen by a mask (n,); the excerpts stay."""
        return replace(
            self,
            onset=self.onset[chosen],
            end=self.end[chosen],
            pitch=self.pitch[chosen],
            drum=self.drum[chosen],
            excerpt=self.excerpt[chosen],
        )

    def cut(self, bars: int) -> Excerpts:
        """Excerpts of `bars` bars, one after the other through each piece. What remains is one too
        where it is half as long or longer. Notes stop where their excerpt does."""
        steps = bars * self.bar
        whole, rest = np.divmod(self.length, steps)
        count = whole + (2 * rest >= steps)
        first = np.cumsum(count) - count  # (old excerpts,)
        number = self.onset // steps
        inside = self.where(number < count[self.excerpt])
        number = inside.onset // steps
        old = np.repeat(np.arange(len(self)), count)
        nth = np.arange(len(old)) - first[old]
        length = np.minimum(self.length[old] - nth * steps, steps)
        excerpt = first[inside.excerpt] + number
        return replace(
            inside,
            onset=inside.onset - number * steps,
            end=np.minimum(inside.end - number * steps, length[excerpt]),
            excerpt=excerpt,
            length=length,
            piece=self.piece[old],
        )

    def count(self, of: Ints | None = None) -> Ints:
        """How many notes, or things that are `of` these excerpts, each has: (excerpts,)."""
        return np.bincount(self.excerpt if of is None else of, minlength=len(self))

    def table(self, values: Ints, size: int, weights: Ints | None = None) -> NDArray[np.float64]:
        """How often each value (n,) from 0 to `size` - 1 occurs: (excerpts, size)."""
        place = self.excerpt * size + values
        counts = np.bincount(place, weights, len(self) * size)
        return counts.astype(np.float64).reshape(len(self), size)

    def keyed(self, values: Ints, span: int) -> Ints:
        """Values (n,) from 0 to `span` - 1, made different for different excerpts."""
        return self.excerpt * span + values


def by_piece(excerpts: Excerpts, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of values (excerpts, ...) over the excerpts of each piece: (pieces, ...); NaN where
    a piece has none. An excerpt without a value (NaN) does not count."""
    known = ~np.isnan(values)
    total = np.zeros((excerpts.pieces, *values.shape[1:]))
    times = np.zeros_like(total)
    np.add.at(total, excerpts.piece, np.where(known, values, 0))
    np.add.at(times, excerpts.piece, known)
    return ratio(total, times)


def ratio(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    """`part / whole`; NaN where that is 0."""
    part, whole = np.broadcast_arrays(np.asarray(part, np.float64), np.asarray(whole, np.float64))
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole != 0)


def highest(values: Ints, of: Ints, size: int, nothing: int) -> Ints:
    """The highest of the values (n,) that are `of` each of `size` things; `nothing` of none."""
    found = np.full(size, nothing, np.int64)
    np.maximum.at(found, of, values)
    return found
