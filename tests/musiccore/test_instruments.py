"""Every program has a name and a family, and nothing else has."""

import pytest

from musiccore.instruments import FAMILIES, NAMES, family_of, name_of, names_of
from musiccore.piece import DRUMS


@pytest.mark.parametrize(
    ("program", "name", "family"),
    [
        (0, "Acoustic Grand Piano", "Piano"),
        (24, "Nylon Guitar", "Guitar"),
        (40, "Violin", "Strings"),
        (56, "Trumpet", "Brass"),
        (73, "Flute", "Pipe"),
        (80, "Square Lead", "Synth Lead"),
        (110, "Fiddle", "World"),
        (127, "Gunshot", "Sound Effects"),
        (DRUMS, "Drums", "Drums"),
    ],
)
def test_a_program_has_its_general_midi_name(program: int, name: str, family: str) -> None:
    assert name_of(program) == name
    assert family_of(program) == family


def test_there_are_128_distinct_names_and_the_drums() -> None:
    assert len(NAMES) == len(set(NAMES)) == DRUMS + 1
    assert len(FAMILIES) == len(set(FAMILIES)) == 17
    assert names_of([DRUMS, 0]) == ("Drums", "Acoustic Grand Piano")


@pytest.mark.parametrize("program", [-1, 129])
def test_other_numbers_have_none(program: int) -> None:
    with pytest.raises(ValueError, match=str(program)):
        name_of(program)
    with pytest.raises(ValueError, match=str(program)):
        family_of(program)
