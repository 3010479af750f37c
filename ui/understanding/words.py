"""What a network decides about a note, in words for the screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from musiccore.encoding import Encoding, NotesEncoding
from musiccore.encoding.notes import INSTRUMENT
from musiccore.piece import DRUMS

_RARE = 0.001
_MANY = 1_000_000


@dataclass(frozen=True)
class Question:
    """What is asked of a field, with the unit of its answers, and how an answer reads."""

    asked: str
    answer: Callable[[str], str] = str


def _wait(value: str) -> str:
    return {"0": "together", "end": "the end of the piece"}.get(value, f"{value} later")


QUESTIONS: Mapping[str, Question] = {
    "wait": Question("When (quarter notes)", _wait),
    "instrument": Question("Which instrument"),
    "pitch": Question("Which pitch"),
    "duration": Question("How long (quarter notes)"),
    "velocity": Question("How loud (velocity, 1 to 127)"),
    "token": Question("Which note or chord"),
}
"""By the names of fields; a field that is not here is asked for by its name."""


def question(encoding: Encoding, field: int) -> Question:
    name = encoding.fields[field].name
    return QUESTIONS.get(name, Question(name.capitalize()))


def answer(encoding: Encoding, row: Sequence[int], field: int, value: int) -> str:
    """`value` as the answer for `field`, in a row that reads otherwise like `row`."""
    if _is_drum(encoding, row) and encoding.fields[field].name == "pitch":
        return f"key {value}"
    return question(encoding, field).answer(encoding.value_words(field, value))


def _is_drum(encoding: Encoding, row: Sequence[int]) -> bool:
    return isinstance(encoding, NotesEncoding) and encoding.programs[row[INSTRUMENT]] == DRUMS


def chance(probability: float) -> str:
    """A probability in percent: `37%`, `3.2%`, `under 0.1%`."""
    if probability < _RARE:
        return "under 0.1%"
    return f"{probability:.{0 if probability >= 0.0995 else 1}%}"


def surprise(nats: float) -> str:
    """How surprising something was: `2.30 nats: 1 chance in 10`."""
    one_in = math.exp(min(nats, 30))
    odds = f"1 chance in {one_in:,.0f}" if one_in < _MANY else "less than 1 chance in a million"
    return f"{nats:.2f} nats: {odds if one_in >= 1.5 else 'what it expected'}"
