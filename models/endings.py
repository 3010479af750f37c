"""Takes that end where music ends: with the piece that the network began, or where it rests.

A take of so many notes or seconds stops in the middle of a phrase. Here more is made than is wanted
and what follows a good end is left out. That is a take of its own, with a recipe of its own: the
first notes of a take do not depend on how many follow.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from models.faults import faults
from models.store import Store
from models.take_settings import Length
from models.takes import MadeTake, TakeRecipe, make_takes
from musiccore.encoding import Encoding, Rows


class Span(NamedTuple):
    """How long a take may be, in seconds. An end of its own from `least` to `most` is waited for;
    where none comes the take ends after `early` to `late` with the notes that are followed by the
    longest wait: phrases end with long notes.
    """

    least: float = 18.0
    early: float = 25.0
    late: float = 38.0
    most: float = 48.0


def whole_take(store: Store, recipe: TakeRecipe, span: Span) -> MadeTake:
    """A take as the recipe says, but for its length. Raises as `make_takes` does."""
    longest = replace(recipe.settings, length=Length(span.most, "seconds"))
    made = make_takes(store, [replace(recipe, settings=longest)])[0]
    encoding = store.load(recipe.run).encoding
    notes = notes_until_end(encoding, made.rows, span)
    return _shortened(encoding, made, notes)


def notes_until_end(encoding: Encoding, rows: Rows, span: Span) -> int:
    """How many notes of `rows` (T, fields) to keep."""
    a_second = encoding.bpm / 60  # quarter notes
    onsets = encoding.onsets(rows)
    ends = [t for t, row in enumerate(rows.tolist()) if encoding.is_end(row)]
    for ends_before, end in enumerate(ends):
        if end and onsets[end - 1] >= span.least * a_second:
            return end - ends_before
    played = np.array([t for t in range(len(rows)) if t not in ends], int)
    when = onsets[played] / a_second
    waits = np.diff(when, append=np.inf)
    last = (when >= span.early) & (when <= span.late) & np.isfinite(waits)
    if not last.any():
        return max(1, int((when <= span.late).sum()))
    return int(np.argmax(np.where(last, waits, -1.0))) + 1


def _shortened(encoding: Encoding, made: MadeTake, notes: int) -> MadeTake:
    """The take of the same recipe with so many notes."""
    counted, rows = 0, 0
    for row in made.rows.tolist():
        if counted == notes:
            break
        counted += not encoding.is_end(row)
        rows += 1
    settings = replace(made.recipe.settings, notes=counted, length=None)
    kept = made.rows[:rows]
    piece = encoding.decode(kept, made.piece.name)
    return replace(
        made,
        recipe=replace(made.recipe, settings=settings),
        piece=piece,
        rows=kept,
        onsets=made.onsets[:rows],
        faults=faults(encoding, kept, piece, settings),
    )
