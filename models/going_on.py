"""From one take to the next: longer, again from a bar, varied, or with one note decided otherwise.

Each gives a recipe, which `models.takes.make_takes` makes; the notes that stay are written into it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.config import ConfigError
from models.prompts import Prompt, plain_rows
from models.run_music import run_music
from models.store import Run, Store
from models.take_settings import MAX_NOTES, Length, TakeSettings
from models.takes import MadeTake, TakeRecipe
from musiccore.encoding import Encoding, Rows

KEPT = 0.75
"""The share of notes that a variation keeps, unless somebody wants another: of four voices or of
four notes of a tune one is another, in the same rhythm, and the tune is known again."""


def continued(made: MadeTake, length: Length | None = None, seed: int | None = None) -> TakeRecipe:
    """The take with more music behind it, by default as much as was asked for before.

    With the same seed it is what would have come if more had been asked for at first.
    """
    old = made.recipe
    drawn = old.prompt.drawn + len(made.new_rows) if seed in (None, old.settings.seed) else 0
    return _on_from(
        made,
        len(made.rows),
        replace(old.settings, length=length or old.settings.asked, seed=_seed(made, seed)),
        drawn=drawn,
    )


def again_from(made: MadeTake, encoding: Encoding, bar: int, seed: int) -> TakeRecipe:
    """The take up to bar `bar` (from 1), which nothing new comes before; from there on another
    one, as long. Raises `ConfigError` where there is no such bar."""
    own = encoding if made.bar is None else encoding.with_bar(made.bar)
    since = (bar - 1) * own.bar
    if bar < 1 or not len(made.onsets) or since > made.onsets[-1] + _ROUNDING:
        last = int(made.onsets[-1] // own.bar) + 1 if len(made.onsets) else 0
        raise ConfigError(f"This take has bars 1 to {last}, there is no bar {bar}.")
    row = int(np.searchsorted(made.onsets, since - _ROUNDING))
    settings = replace(_as_long_as(made, own, row, since), seed=seed)
    return _on_from(made, row, settings, since=since)


def varied(made: MadeTake, encoding: Encoding, seed: int, kept: float = KEPT) -> TakeRecipe:
    """A variation of what was made, behind the same prompt.

    Rhythm and parts stay: every note keeps when it starts and which instrument plays it. A share
    `kept` of the notes, drawn by `seed`, stays altogether; of the others the network decides
    afresh which pitch, how long and how loud, knowing all that came before. A note that would not
    be legal behind a new one is decided afresh too. In the book's encoding, which has no rhythm,
    tokens stay or are decided afresh. Raises `ConfigError` where `kept` is no share.
    """
    if not 0 <= kept <= 1:
        raise ConfigError(f"A variation keeps a share of 0 to 1 of the notes, not {kept}.")
    old, theme = made.recipe, made.new_rows
    stays = np.random.default_rng([seed, 7]).random(len(theme)) < kept
    stays |= np.array([encoding.is_end(row) for row in theme.tolist()], bool)
    plan = np.where(stays[:, None], theme, -1)
    plan[:, : encoding.pitch_field] = theme[:, : encoding.pitch_field]
    settings = replace(old.settings, notes=_notes(encoding, theme), length=None, seed=seed)
    return _on_from(made, made.prompt_rows, settings, plan=plain_rows(plan), since=_since(made))


def with_value(
    made: MadeTake, encoding: Encoding, row: int, field: int, value: int, seed: int | None = None
) -> TakeRecipe:
    """The take up to `row`, whose `field` gets `value`; what that row decided before it stays, and
    all else is made anew, as many notes as there were. What is asked for comes even where it
    completes a copy longer than the settings allow. Raises `ConfigError` where there is no such
    row or value."""
    if not 0 <= row < len(made.rows):
        raise ConfigError(f"This take has {len(made.rows)} notes, there is no note {row + 1}.")
    if not 0 <= field < len(encoding.fields) or not 0 <= value < encoding.fields[field].size:
        raise ConfigError("This choice does not exist in the network's encoding.")
    forced = np.full((1, len(encoding.fields)), -1)
    forced[0, :field] = made.rows[row, :field]
    forced[0, field] = value
    old = made.recipe.settings
    left = max(1, _notes(encoding, made.rows[row:]))
    settings = replace(old, notes=left, length=None, seed=_seed(made, seed))
    return _on_from(made, row, settings, plan=plain_rows(forced), insists=True)


def alternatives(
    store: Store, run: Run, made: MadeTake, row: int, field: int
) -> NDArray[np.bool_] | None:
    """Which values (size of the field,) were legal for `field` of `row`, after what that row
    decided before it: those that `with_value` can grant. None where all were."""
    grammar = run.encoding.grammar(made.bar, run_music(store, run).pitches)
    for before in (*made.context.tolist(), *made.rows[:row].tolist()):
        grammar.accept(before)
    return grammar.legal(field, made.rows[row, :field].tolist())


_ROUNDING = 1e-6


def _on_from(made: MadeTake, row: int, settings: TakeSettings, **others: Any) -> TakeRecipe:
    """A recipe that goes on from the first `row` rows."""
    if len(made.rows[:row]) + settings.notes * (settings.length is None) > MAX_NOTES:
        raise ConfigError(f"A take has at most {MAX_NOTES:,} notes. Make another one.")
    prompt = Prompt.of_rows(
        made.rows[:row], before=plain_rows(made.context), bar_length=made.bar, **others
    )
    return replace(made.recipe, settings=settings, prompt=prompt)


def _seed(made: MadeTake, seed: int | None) -> int:
    return made.recipe.settings.seed if seed is None else seed


def _notes(encoding: Encoding, rows: Rows) -> int:
    return max(1, sum(not encoding.is_end(row) for row in rows.tolist()))


def _since(made: MadeTake) -> float | None:
    """Before when nothing new came in this take, as far as its recipe says."""
    return made.recipe.prompt.since


def _as_long_as(made: MadeTake, encoding: Encoding, row: int, since: float) -> TakeSettings:
    """The settings with what is left of the length from `row` on, which sounds from `since` on."""
    settings = made.recipe.settings
    if settings.length is None:
        return replace(settings, notes=_notes(encoding, made.rows[row:]))
    end = float(np.ceil((made.onsets[-1] + _ROUNDING) / encoding.bar)) * encoding.bar
    bars = max(1.0, (end - since) / encoding.bar)
    return replace(settings, length=Length(bars, "bars"))
