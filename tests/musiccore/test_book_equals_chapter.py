"""`book` against the chapter's own steps, done by music21: the same tokens in the same order.

They differ by design in three places, each with a test below that shows it:

- **Bar lines.** music21 splits a note that sounds across a bar line in two tied ones, and a walk
  over them says it twice. A note is one event, so the second half is passed over here.
- **Short notes.** music21 makes a chord of notes of one track that start less than a sixteenth
  apart (and end so). They follow each other, so `book` says them one after the other. About a
  fifth of the fiddle tunes have such notes, mostly triplets of sixteenths.
- **Chords of unequal length.** music21 parts notes that start together and end apart into voices.
  They start together, so to `book` they are one chord.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from musiccore.encoding.book import book_tokens
from musiccore.piece import Piece, Track
from musiccore.reading import read_midi
from musiccore.starters import load_starter, open_starter
from musiccore.writing import to_midi


class Event(NamedTuple):
    token: str
    tied: bool
    """Whether it only continues a note from before the bar line."""


def chapter(data: bytes) -> list[Event]:
    """The chapter's extraction: partition by instrument, first part, notes and chords in order."""
    from music21 import converter, instrument
    from music21.chord import Chord
    from music21.note import Note as Music21Note

    first = instrument.partitionByInstrument(converter.parseData(data)).parts[0]
    events = []
    for element in first.recurse():
        if isinstance(element, Music21Note):
            token = str(element.pitch)
        elif isinstance(element, Chord):
            token = ".".join(str(number) for number in element.normalOrder)
        else:
            continue
        events.append(Event(token, element.tie is not None and element.tie.type != "start"))
    return events


@cache
def archive(name: str) -> dict[str, bytes]:
    return dict(open_starter(name))


def steady(piece: Piece) -> bool:
    """Whether no two onsets of a track are less than a sixteenth apart."""
    return all(np.diff(np.unique(track.onset)).min() >= 0.25 for track in piece.tracks)


def spread(name: str, count: int) -> list[str]:
    """`count` pieces of a set without shorter notes, evenly spread over it."""
    names = [piece.name for piece in load_starter(name) if steady(piece)]
    return [names[i * len(names) // count] for i in range(count)]


CASES = [("bach-chorales", name) for name in spread("bach-chorales", 8)] + [
    ("fiddle-tunes", name) for name in spread("fiddle-tunes", 14)
]


@pytest.mark.parametrize(("starter", "piece"), CASES)
def test_every_token_is_the_chapters(starter: str, piece: str) -> None:
    data = archive(starter)[piece]
    expected = [event.token for event in chapter(data) if not event.tied]
    assert len(expected) > 50
    assert book_tokens(read_midi(piece, data)) == expected


def midi(*tracks: Sequence[tuple[float, float, int]]) -> bytes:
    """A file of one instrument from (onset, length, pitch), in quarters."""
    return to_midi(
        Piece(
            "a.mid",
            tuple(
                Track.of([(onset, length, pitch, 80) for onset, length, pitch in notes])
                for notes in tracks
            ),
        )
    )


def both(data: bytes) -> tuple[list[str], list[str]]:
    return [event.token for event in chapter(data)], book_tokens(read_midi("a.mid", data))


def test_names_of_notes_and_normal_order_of_chords_agree() -> None:
    notes = [(i, 1, 36 + 5 * i) for i in range(12)]
    chords = [
        (12 + i, 1, pitch + i)
        for i, shape in enumerate([(60, 64, 67), (48, 72), (50, 59, 65, 67), (60, 63, 66, 69)] * 3)
        for pitch in shape
    ]
    theirs, ours = both(midi(notes + chords))
    assert ours == theirs
    assert len(ours) == 24


def test_voices_of_one_instrument_agree() -> None:
    theirs, ours = both(midi([(0, 1, 72), (1, 1, 74)], [(0, 2, 48)], [(0, 1, 60), (1, 1, 62)]))
    assert ours == theirs == ["C5", "C3", "C4", "D5", "D4"]


def test_a_note_across_a_bar_line_is_said_twice_by_music21_and_once_here() -> None:
    theirs, ours = both(midi([(0, 1, 60), (3, 2, 64)]))
    assert theirs == ["C4", "E4", "E4"]
    assert ours == ["C4", "E4"]


def test_notes_shorter_than_a_sixteenth_are_a_chord_to_music21_and_follow_each_other_here() -> None:
    theirs, ours = both(midi([(0, 0.125, 60), (0.125, 0.125, 64), (1, 1, 67)]))
    assert theirs == ["0.4", "G4"]
    assert ours == ["C4", "E4", "G4"]


def test_notes_that_end_apart_are_two_to_music21_and_a_chord_here() -> None:
    theirs, ours = both(midi([(0, 1, 60), (0, 2, 64), (2, 1, 67)]))
    assert sorted(theirs) == ["C4", "E4", "G4"]
    assert ours == ["0.4", "G4"]


def test_a_tune_with_short_notes_differs_there_alone() -> None:
    name = "Root Hog Or Die Jig.mid"
    theirs, ours = both(archive("fiddle-tunes")[name])
    chords = [token for token in theirs if token not in ours]
    assert chords == ["9", "8", "6", "6"]
    assert sum((Counter(theirs) & Counter(ours)).values()) == len(theirs) - len(chords)
