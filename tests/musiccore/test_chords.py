"""Names of chords are music21's own."""

import pytest
from music21.chord import Chord

from musiccore.chords import common_name
from musiccore.encoding.book import chord_token


@pytest.mark.parametrize(
    ("token", "name"),
    [
        ("0.4.7", "major triad"),
        ("2.5.9", "minor triad"),
        ("11.2.5", "diminished triad"),
        ("0.4.8", "augmented triad"),
        ("11.2.5.7", "dominant seventh chord"),
        ("4.7", "minor third"),
        ("7.0", "perfect fourth"),
        ("0.6", "tritone"),
    ],
)
def test_chords_have_their_common_names(token: str, name: str) -> None:
    assert common_name(token) == name


def test_every_set_has_a_name() -> None:
    names = [common_name(chord_token(pitch_classes)) for pitch_classes in range(1, 4096)]
    assert all(names)
    assert len(set(names)) > 200


def test_the_names_are_those_that_music21_gives_the_chord() -> None:
    """A sample: music21 takes up to 80 ms each. It looks at the spelling too, here a chance."""
    for pitch_classes in range(7, 4096, 97):
        order = [int(number) for number in chord_token(pitch_classes).split(".")]
        theirs = Chord([(number - order[0]) % 12 for number in order]).commonName.casefold()
        ours = common_name(".".join(map(str, order))).casefold()
        assert theirs.removeprefix("enharmonic equivalent to ") == ours
