"""Keys are those that music21 finds, on pieces and on anything."""

from collections.abc import Sequence

import numpy as np
import pytest
from music21.analysis.discrete import KrumhanslSchmuckler
from music21.chord import Chord
from music21.converter import parseData
from music21.key import Key
from music21.stream import Stream

from musiccore.corpus_notes import CorpusNotes
from musiccore.keys import MAJOR, MINOR, FoundKey, find_keys
from musiccore.piece import Piece
from musiccore.reading import read_midi
from musiccore.starters import open_starter

C_SCALE = [1.0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1]


def keys_of(pieces: Sequence[Piece]) -> tuple[FoundKey | None, ...]:
    return find_keys(CorpusNotes.of(pieces).pitched.pitch_classes())


def same(found: FoundKey | None, theirs: Key) -> bool:
    return found is not None and (found.tonic, found.minor) == (
        theirs.tonic.pitchClass,
        theirs.mode == "minor",
    )


def test_the_profiles_are_music21s() -> None:
    weights = KrumhanslSchmuckler().getWeights
    assert (list(MAJOR), list(MINOR)) == (weights("major"), weights("minor"))


@pytest.mark.parametrize(
    ("starter", "number"),
    [("bach-chorales", 0), ("bach-chorales", 100), ("bach-chorales", 301), ("fiddle-tunes", 400)],
)
def test_whole_pieces_have_the_key_that_music21_finds(starter: str, number: int) -> None:
    """music21 reads the file by itself, moves the notes to its grid and analyses them all."""
    name, data = list(open_starter(starter))[number]
    theirs = parseData(data).analyze("key.krumhanslschmuckler")
    (found,) = keys_of([read_midi(name, data)])
    assert same(found, theirs)
    assert found is not None
    assert found.correlation == pytest.approx(theirs.correlationCoefficient, abs=0.003)


def test_any_lengths_of_pitch_classes_have_the_key_that_music21_finds() -> None:
    random = np.random.default_rng(3)
    for lengths in np.round(random.exponential(4, (12, 12)) * (random.random((12, 12)) < 0.7), 2):
        stream = Stream(
            [
                Chord([number], quarterLength=float(length))
                for number, length in enumerate(lengths)
                if length
            ]
        )
        (found,) = find_keys(lengths[None])
        assert same(found, stream.analyze("key.krumhanslschmuckler"))


def test_keys_are_named_with_their_signature() -> None:
    named = {
        key.name: key.sharps for t in range(12) for m in (0, 1) if (key := FoundKey(t, bool(m), 1))
    }
    assert len(named) == 24
    assert {
        name: named[name] for name in ("C major", "A minor", "E♭ major", "F♯ minor", "D♭ major")
    } == {
        "C major": 0,
        "A minor": 0,
        "E♭ major": -3,
        "F♯ minor": 3,
        "D♭ major": -5,
    }
    assert (min(named.values()), max(named.values())) == (-5, 6)


def test_transposing_moves_the_tonic() -> None:
    rows = np.array([np.roll(C_SCALE, n) for n in range(12)])
    first, *others = (key.tonic for key in find_keys(rows) if key)
    assert others == [(first + n) % 12 for n in range(1, 12)]


def test_where_no_pitch_class_stands_out_there_is_no_key() -> None:
    assert find_keys(np.array([[0.0] * 12, [2.0] * 12])) == (None, None)
    assert find_keys(np.zeros((0, 12))) == ()
