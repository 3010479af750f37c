"""A take as a recipe in a file, and the take made again from it."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

from safetensors.numpy import save as save_tensors

from models.config import ConfigError
from models.store import Store, StoreError
from models.takes import TakeRecipe, make_takes
from musiccore.arrangement import Arrangement, ArrangementError, arrange
from musiccore.piece import Piece
from musiccore.writing import to_midi

FORMAT, VERSION = "gruve take", 1
MAX_RECIPE_BYTES = 4 * 2**20

_LIBRARIES = ("numpy", "symusic", "mido")


@dataclass(frozen=True, eq=False)
class Remade:
    """A take made again: `same` says whether its MIDI is the recipe's to the byte, and `why` in a
    sentence why not, where that can be told."""

    piece: Piece
    midi: bytes
    same: bool
    why: str = ""


def recipe_file(
    store: Store, recipe: TakeRecipe, arrangement: Arrangement | None, midi: bytes
) -> bytes:
    """All that makes a take again, as JSON: its run and epoch, settings, seed, prompt and
    arrangement; and by what to know that it is the same: digests of the weights and of `midi`, and
    the versions of what made it. The same take gives the same bytes."""
    told = {
        "format": FORMAT,
        "version": VERSION,
        "take": recipe.to_json(),
        "arrangement": None if arrangement is None else arrangement.to_json(),
        "weights_sha256": _weights_digest(store, recipe.run, recipe.epoch),
        "midi_sha256": hashlib.sha256(midi).hexdigest(),
        "versions": _versions(),
    }
    return (json.dumps(told, indent=1, sort_keys=True) + "\n").encode()


def remake(store: Store, data: bytes, run: str | None = None) -> Remade:
    """The take that a recipe file describes; by another run's network if `run` names one, as after
    a run was exported and imported under an id of its own.

    Raises `ConfigError` where it is no recipe file, `StoreError` where the network is not here.
    """
    told = _told(data)
    recipe = TakeRecipe.from_json(told["take"])
    recipe = replace(recipe, run=run or recipe.run)
    if recipe.run not in store:
        raise StoreError(
            f"Run {recipe.run} is not in this store. Import the file of the run, and name the "
            "imported run."
        )
    try:
        played = told.get("arrangement")
        arrangement = Arrangement.from_json(played) if played else Arrangement()
    except (ArrangementError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError(f"The arrangement in this recipe is none. {error}") from error
    piece = arrange(make_takes(store, [recipe])[0].piece, arrangement)
    midi = to_midi(piece)
    same = hashlib.sha256(midi).hexdigest() == told.get("midi_sha256")
    return Remade(piece, midi, same, "" if same else _why(store, recipe, told))


def _told(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_RECIPE_BYTES:
        raise ConfigError("This file is too long to be a recipe for a take.")
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ConfigError("This file is no recipe for a take: it is not JSON.") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT or "take" not in told:
        raise ConfigError("This file is no recipe for a take.")
    if not isinstance(told.get("version"), int) or told["version"] > VERSION:
        raise ConfigError("A newer Gruve wrote this recipe. Update Gruve to use it.")
    return told


def _why(store: Store, recipe: TakeRecipe, told: dict[str, Any]) -> str:
    if told.get("weights_sha256") != _weights_digest(store, recipe.run, recipe.epoch):
        return "The network has other weights than the one that made the recipe's take."
    before, now = told.get("versions"), _versions()
    if isinstance(before, dict):
        changed = [name for name in now if before.get(name) != now[name]]
        if changed:
            return f"Other versions than then are at work here: {', '.join(changed)}."
    return "Another kind of processor may round differently."


def _weights_digest(store: Store, run: str, epoch: int) -> str:
    return hashlib.sha256(save_tensors(store.weights(run, epoch))).hexdigest()


def _versions() -> dict[str, str]:
    libraries = {name: version(name) for name in _LIBRARIES}
    return {"python": platform.python_version(), "machine": platform.machine(), **libraries}
