"""How a take is made: how long, how each value is chosen, from which seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from models.config import ConfigError
from models.sampling import AS_LEARNED, Sampling
from musiccore.encoding import Encoding

Way = Literal["carried", "window"]
Unit = Literal["notes", "bars", "seconds"]

UNITS: tuple[Unit, ...] = get_args(Unit)
MAX_NOTES = 20_000
MAX_BARS = 2_000.0
MAX_SECONDS = 3_600.0
_MOST: Mapping[Unit, float] = {"notes": MAX_NOTES, "bars": MAX_BARS, "seconds": MAX_SECONDS}


def is_whole(value: object, low: int, high: int) -> bool:
    """Whether this is a whole number within the bounds; what comes from a file may be anything."""
    return type(value) is int and low <= value <= high


@dataclass(frozen=True)
class Length:
    """How much new music: so many notes (events in the book's encoding), or bars or seconds in the
    metre and tempo that the music is decoded with."""

    amount: float
    unit: Unit = "notes"

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ConfigError(f"A length is in {', '.join(UNITS)}, not in {self.unit!r}.")
        if not 0 < self.amount <= _MOST[self.unit]:
            raise ConfigError(
                f"A take has up to {_MOST[self.unit]:,.0f} {self.unit}, not {self.amount:g}."
            )

    def quarters(self, encoding: Encoding) -> float:
        """The length in quarter notes, if it is in bars or seconds."""
        a_unit = {"bars": encoding.bar, "seconds": encoding.bpm / 60}[self.unit]
        return self.amount * a_unit


@dataclass(frozen=True)
class TakeSettings:
    """How much to make, how, and from which `seed`.

    `notes` to make, or a `length` in bars or seconds; with one of those `notes` says no more than
    when to stop at the latest. `way`: `carried` reads the prompt once and carries its state on for
    ever; `window` shows the network the last `sequence_length` rows afresh for every note, as the
    chapter does. `longest_copy`: no passage of more notes than this is taken from the music that
    was learned, whatever its key; 0 lets the network copy.
    """

    notes: int = 500
    sampling: Sampling = AS_LEARNED
    seed: int = 0
    way: Way = "carried"
    length: Length | None = None
    longest_copy: int = 0

    def __post_init__(self) -> None:
        if self.length is not None:
            in_notes = self.length.unit == "notes"
            notes = max(1, int(self.length.amount)) if in_notes else MAX_NOTES
            object.__setattr__(self, "notes", notes)
            object.__setattr__(self, "length", None if in_notes else self.length)
        if not is_whole(self.notes, 1, MAX_NOTES):
            raise ConfigError(f"A take has 1 to {MAX_NOTES} notes, not {self.notes}.")
        if self.way not in get_args(Way):
            raise ConfigError(f"Ways of generating are {', '.join(get_args(Way))}.")
        if not is_whole(self.seed, 0, 2**32 - 1):
            raise ConfigError(f"A seed is a whole number from 0 to {2**32 - 1}, not {self.seed}.")
        if self.longest_copy != 0 and not is_whole(self.longest_copy, MIN_COPY, MAX_COPY):
            raise ConfigError(
                f"The longest copy has {MIN_COPY} to {MAX_COPY} notes, or 0 for any length; "
                f"not {self.longest_copy}."
            )

    @property
    def asked(self) -> Length:
        """The length that was asked for, in its own unit."""
        return self.length or Length(self.notes, "notes")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TakeSettings:
        """The settings that `to_json` described. Raises `ConfigError`."""
        length = data.get("length")
        return cls(
            **{
                **data,
                "sampling": Sampling(**data["sampling"]),
                "length": None if length is None else Length(**length),
            }
        )


MIN_COPY, MAX_COPY = 4, 64
"""Fewer notes than four in a row belong to nobody: every scale would be forbidden."""

BOOK_WAY = TakeSettings(notes=500, sampling=Sampling(temperature=0), way="window")
"""The chapter's: windows, argmax, 500 notes."""
