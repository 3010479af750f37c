"""From a run in the store to a piece of new music: what both the Generate page and the command
line call."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.config import ConfigError
from models.data import Corpus
from models.faults import Fault, faults, insisted_copy
from models.forward import Forward
from models.generation import Beginning, TakeSettings, Way, generate, generate_takes, new_music_from
from models.no_copies import completes_copy
from models.prompts import NOTHING, Prompt, beginning_of
from models.run_music import RunMusic, run_music, window_of
from models.store import Run, Store
from musiccore.encoding import Encoded, Encoding, Rows
from musiccore.piece import Piece

USUAL = TakeSettings()

MAX_TAKES = 64
"""Takes that are made at once."""


@dataclass(frozen=True)
class TakeRecipe:
    """All that a take depends on: from the same recipe the same music, note for note."""

    run: str
    epoch: int
    settings: TakeSettings = USUAL
    prompt: Prompt = NOTHING

    def to_json(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "epoch": self.epoch,
            "settings": self.settings.to_json(),
            "prompt": self.prompt.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TakeRecipe:
        """The recipe that `to_json` described. Raises `ConfigError` where it is none."""
        try:
            return cls(
                str(data["run"]),
                int(data["epoch"]),
                TakeSettings.from_json(data["settings"]),
                Prompt.from_json(data["prompt"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, ConfigError):
                raise
            raise ConfigError("This is no recipe for a take.") from error

    @property
    def text(self) -> str:
        """The recipe as JSON on one line: the same for equal recipes."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, eq=False)
class MadeTake:
    """A take. `rows` (T, fields) begin with the `prompt_rows` of the prompt, `onsets` (T,) say when
    each sounds, in quarter notes; `piece` is their music. New music begins at `generated_from`
    (quarter notes, 0 without a prompt). `context` (C, fields) the network read before, unheard;
    `bar` is the bar length in quarter notes, where it is not the encoding's."""

    recipe: TakeRecipe
    piece: Piece
    rows: Rows
    onsets: NDArray[np.float64]
    prompt_rows: int
    generated_from: float
    faults: tuple[Fault, ...]
    context: Rows
    bar: float | None

    @property
    def epoch(self) -> int:
        return self.recipe.epoch

    @property
    def new_rows(self) -> Rows:
        """What the network made (T - prompt_rows, fields)."""
        return self.rows[self.prompt_rows :]


def row_onsets(encoding: Encoding, rows: Rows) -> NDArray[np.float64]:
    """When each row (T,) sounds in what the encoding decodes, in quarter notes."""
    return encoding.onsets(rows)


def make_takes(
    store: Store,
    recipes: Sequence[TakeRecipe],
    on_note: Callable[[int], object] = lambda _: None,
) -> list[MadeTake]:
    """The takes of these recipes, those of one network in one loop; each is what its recipe alone
    would give. `on_note` is told how many notes there are, in all of them.

    Raises `StoreError` or `ConfigError` with a sentence.
    """
    if len(recipes) > MAX_TAKES:
        raise ConfigError(f"At most {MAX_TAKES} takes are made at once, not {len(recipes)}.")
    made: list[MadeTake | None] = [None] * len(recipes)
    notes = 0
    for network in dict.fromkeys((recipe.run, recipe.epoch) for recipe in recipes):
        group = [i for i, recipe in enumerate(recipes) if (recipe.run, recipe.epoch) == network]
        before = notes

        def count(new: int, before: int = before) -> None:
            nonlocal notes
            notes = before + new
            on_note(notes)

        takes = _of_one_network(store, [recipes[i] for i in group], count)
        for i, take in zip(group, takes, strict=True):
            made[i] = take
    return [take for take in made if take is not None]


def _of_one_network(
    store: Store, recipes: Sequence[TakeRecipe], on_note: Callable[[int], object]
) -> list[MadeTake]:
    run = store.load(recipes[0].run)
    forward = store.forward(run, recipes[0].epoch)
    music, window = run_music(store, run), window_of(run)
    beginnings = [beginning_of(r.prompt, music, r.settings.way, window) for r in recipes]
    rows = generate_takes(
        forward,
        [(r.settings, beginning) for r, beginning in zip(recipes, beginnings, strict=True)],
        window=window,
        pitches=music.pitches,
        copying=music.copying,
        on_note=on_note,
    )
    return [
        _made(run, music, recipe, beginning, new)
        for recipe, beginning, new in zip(recipes, beginnings, rows, strict=True)
    ]


def _made(
    run: Run, music: RunMusic, recipe: TakeRecipe, beginning: Beginning, new: Rows
) -> MadeTake:
    encoding = run.encoding if beginning.bar is None else run.encoding.with_bar(beginning.bar)
    prompt = len(beginning.prompt)
    rows = np.concatenate([beginning.prompt, new])
    onsets = encoding.onsets(rows)
    name = f"Network {run.id[:4]}, epoch {recipe.epoch}, seed {recipe.settings.seed}"
    start = 0.0
    if prompt:
        last = float(onsets[prompt - 1])
        start = float(onsets[prompt]) if len(new) else new_music_from(encoding.bar, True, last)
    found = faults(encoding, new, encoding.decode(new), recipe.settings)
    longest = recipe.settings.longest_copy
    insisted = beginning.insists and longest and len(new)
    if insisted and completes_copy(music.copying(longest), onsets, rows, prompt):
        found = (insisted_copy(longest), *found)
    return MadeTake(
        recipe=recipe,
        piece=encoding.decode(rows, name),
        rows=rows,
        onsets=onsets,
        prompt_rows=prompt,
        generated_from=start,
        faults=found,
        context=beginning.context,
        bar=beginning.bar,
    )


def make_take(
    store: Store,
    run: Run,
    settings: TakeSettings,
    epoch: int | None = None,
    primer: Piece | None = None,
) -> MadeTake:
    """A take by a run's `epoch` (default: its best), after the whole `primer` if there is one.
    Without one the way `window` starts from the first window of the music the run learned, which
    the chapter does and leaves out of what is heard.

    Raises `StoreError`, `ConfigError` or `EncodingError` with a sentence.
    """
    epoch = epoch if epoch is not None else store.best(run.id)
    prompt = NOTHING if primer is None else Prompt.of_piece(run.encoding, primer)
    made = make_takes(store, [TakeRecipe(run.id, epoch, settings, prompt)])[0]
    name = f"{run.title}, epoch {epoch}, seed {settings.seed}"
    return replace(made, piece=replace(made.piece, name=name))


SAMPLE = TakeSettings(notes=64)
"""The short take that a network makes of itself while it learns."""


def is_sampled(epoch: int) -> bool:
    """Whether an epoch makes a sample: 1, 2, 5, 10, 20, 50, 100 …"""
    return str(epoch).rstrip("0") in ("1", "2", "5")


def sample_of(run: Run, forward: Forward, corpus: Corpus) -> Rows:
    """A network's sample, with the same prompt and seed at every epoch: from where music begins,
    or from the first window of the corpus. Never the likeliest note alone, even in the book's way:
    what it would repeat for ever is no sign of how much is learned."""
    way, window = own_way(run), run.training.sequence_length
    start = _first_window(run, corpus, window) if way == "window" else None
    return generate(forward, replace(SAMPLE, way=way), start, window=window).rows


def sample_pieces(store: Store, run: Run) -> dict[int, Piece]:
    """Epoch -> the music of its sample, without the prompt."""
    return {
        epoch: run.encoding.decode(rows, f"{run.title}, sample of epoch {epoch}")
        for epoch, rows in store.samples(run.id).items()
    }


def _first_window(run: Run, corpus: Corpus, window: int) -> Encoded:
    """The first `window` rows of the corpus, pieces laid end to end without their ends."""
    music = RunMusic(run.encoding, corpus, ())
    rows = music.first_rows(window)
    return Encoded(rows, np.zeros(len(rows), np.int32))


def own_way(run: Run) -> Way:
    """The way of generating that a run was trained for."""
    return "carried" if run.network.objective == "every step" else "window"
