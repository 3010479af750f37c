"""Decisions of a network in words."""

import math

import pytest

from musiccore.encoding import ENCODINGS
from musiccore.encoding.notes import END
from tests.models.music import band, tunes
from ui.understanding.words import answer, chance, question, surprise


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_field_is_asked_for_in_words(name: str) -> None:
    encoding = ENCODINGS[name].fit([*tunes(), band()])
    asked = [question(encoding, i).asked for i in range(len(encoding.fields))]
    assert len(set(asked)) == len(asked)
    assert all(a.split()[0] in ("When", "Which", "How") for a in asked)


def test_answers_read_as_music_does() -> None:
    encoding = ENCODINGS["notes"].fit([*tunes(), band()])
    piano, drums = [0, 0, 60, 11, 5], [0, len(encoding.fields) - 3, 38, 11, 5]
    assert answer(encoding, piano, 0, 0) == "together"
    assert answer(encoding, piano, 0, 6) == "1/2 later"
    assert answer(encoding, piano, 0, END) == "the end of the piece"
    assert answer(encoding, piano, 2, 60) == "C4"
    assert answer(encoding, drums, 2, 38) == "key 38"
    assert answer(encoding, piano, 3, 11) == "1"


def test_probabilities_are_in_percent() -> None:
    assert [chance(p) for p in (1, 0.374, 0.0995, 0.0321, 0.001, 0.0004, 0)] == [
        "100%",
        "37%",
        "10%",
        "3.2%",
        "0.1%",
        "under 0.1%",
        "under 0.1%",
    ]


def test_surprise_is_said_as_a_chance() -> None:
    assert surprise(math.log(10)) == "2.30 nats: 1 chance in 10"
    assert surprise(0.01) == "0.01 nats: what it expected"
    assert surprise(math.inf).endswith("less than 1 chance in a million")
