"""What a take can be taken home as: one table, each format made when it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from models.remaking import recipe_file
from models.store import Store
from models.takes import TakeRecipe
from musiccore.arrangement import Arrangement
from musiccore.frames import packed
from musiccore.notation.printing import PRINTED, as_svg
from musiccore.notation.sheets import engravers
from musiccore.notation.terms import Engraving
from musiccore.piece import Piece
from musiccore.recording import as_mp3, as_wav
from musiccore.reports import FileReport
from musiccore.writing import to_midi
from ui.taking_home.made import Made
from ui.taking_home.picture import roll_png


@dataclass(frozen=True, eq=False)
class Parcel:
    """A take as it sounds, and all that its files are made of: nothing of it is of Streamlit's, so
    that a file can be made in any thread. `audio` is the folder of rendered sound."""

    piece: Piece
    recipe: TakeRecipe
    arrangement: Arrangement | None
    generated_from: float
    owner: str
    store: Store
    audio: Path
    made: Made

    @property
    def stem(self) -> str:
        """What its files are called: which network, which take."""
        recipe = self.recipe
        stem = f"gruve-{recipe.run[:4]}-epoch{recipe.epoch}-seed{recipe.settings.seed}"
        return stem if self.arrangement in (None, Arrangement()) else f"{stem}-arranged"

    @property
    def digest(self) -> str:
        """Of everything that its files depend on."""
        header, notes = packed(self.piece, FileReport(file=self.piece.name, status="read"))
        about = f"{header} {self.recipe.text} {self.arrangement} {self.generated_from}"
        return hashlib.sha256(about.encode("utf-8", "replace") + notes).hexdigest()


@dataclass(frozen=True)
class Format:
    """One kind of file: `ending` follows the take's name, `what` says in a sentence what for."""

    label: str
    ending: str
    mime: str
    icon: str
    what: str
    make: Callable[[Parcel], bytes]


def _midi(parcel: Parcel) -> bytes:
    return to_midi(parcel.piece)


def _musicxml(parcel: Parcel) -> bytes:
    return engravers.notate(parcel.piece).musicxml


def _engraved(parcel: Parcel) -> Engraving:
    return engravers.engrave(parcel.piece.name, file_of(parcel, "musicxml"), PRINTED)


def _svg(parcel: Parcel) -> bytes:
    return as_svg(_engraved(parcel).pages, parcel.piece.name)


def _pdf(parcel: Parcel) -> bytes:
    name = parcel.piece.name
    return engravers.printed(name, file_of(parcel, "musicxml"), name)


def _mp3(parcel: Parcel) -> bytes:
    return as_mp3(parcel.piece, parcel.audio, parcel.owner)


def _wav(parcel: Parcel) -> bytes:
    return as_wav(parcel.piece, parcel.audio, parcel.owner)


def _png(parcel: Parcel) -> bytes:
    return roll_png(parcel.piece, parcel.generated_from)


def _recipe(parcel: Parcel) -> bytes:
    midi = file_of(parcel, "midi")
    return recipe_file(parcel.store, parcel.recipe, parcel.arrangement, midi)


FORMATS: Mapping[str, Format] = {
    "midi": Format(
        "MIDI",
        ".mid",
        "audio/midi",
        ":material/piano:",
        "For MuseScore, sequencers and synthesizers.",
        _midi,
    ),
    "musicxml": Format(
        "MusicXML",
        ".musicxml",
        "application/vnd.recordare.musicxml+xml",
        ":material/music_note:",
        "For notation programs.",
        _musicxml,
    ),
    "mp3": Format("MP3", ".mp3", "audio/mpeg", ":material/headphones:", "To listen.", _mp3),
    "wav": Format("WAV", ".wav", "audio/wav", ":material/graphic_eq:", "To edit the sound.", _wav),
    "png": Format("Picture", "-roll.png", "image/png", ":material/image:", "The piano roll.", _png),
    "pdf": Format(
        "PDF", "-score.pdf", "application/pdf", ":material/picture_as_pdf:", "To print.", _pdf
    ),
    "svg": Format("SVG", "-score.svg", "image/svg+xml", ":material/polyline:", "To edit.", _svg),
    "recipe": Format(
        "Recipe",
        "-recipe.json",
        "application/json",
        ":material/receipt_long:",
        "To make it again.",
        _recipe,
    ),
}

SOUND = ("mp3", "wav")
"""The formats that need FluidSynth."""


def file_of(parcel: Parcel, name: str) -> bytes:
    """One file of a take, made once. Raises one of `made.FAILURES`."""
    make = partial(FORMATS[name].make, parcel)
    return parcel.made.get(parcel.owner, f"{parcel.digest}-{name}", make)
