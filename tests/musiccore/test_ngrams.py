"""Whether notes that come one by one go on copying: the same answer as searching for copies."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from musiccore.copies import Passages
from musiccore.ngrams import Follower, NGrams
from musiccore.piece import Piece, Track
from tests.models.music import band, tunes

EVENTS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(60, 63), st.sampled_from([0, 40])),
    min_size=2,
    max_size=24,
)


def piece_of(events: list[tuple[int, int, int]]) -> Piece:
    """(steps since the event before, pitch, program) of every note."""
    onsets = np.cumsum([wait for wait, _, _ in events]) / 4
    return Piece(
        "p",
        tuple(
            Track.of(
                [
                    (onset, 0.25, pitch, 90)
                    for onset, (_, pitch, p) in zip(onsets.tolist(), events, strict=True)
                    if p == program
                ],
                program,
            )
            for program in (0, 40)
        ),
    )


@settings(deadline=None, max_examples=60)
@given(EVENTS, EVENTS, st.integers(2, 5))
def test_following_finds_what_searching_finds(
    corpus: list[tuple[int, int, int]], events: list[tuple[int, int, int]], longest: int
) -> None:
    """A piece in which no note was found to complete a passage has no copy longer than allowed;
    one in which one was found had one at that moment."""
    known = piece_of(corpus)
    passages = Passages([known])
    follower = Follower(NGrams([known], longest + 1))
    taken: list[tuple[int, int, int]] = []
    wait_before = 0
    for wait, pitch, program in events:
        event = (wait + wait_before, pitch, program)
        onset = (sum(w for w, _, _ in taken) + event[0]) / 4
        completes = follower.completes(onset, [pitch])
        found = passages.longest(piece_of([*taken, event])).notes > longest
        assert completes == found
        if completes:
            wait_before = event[0]
        else:
            follower.accept(onset, [pitch])
            taken.append(event)
            wait_before = 0


def test_a_passage_is_known_in_any_key_and_at_any_time() -> None:
    known = NGrams(tunes(3), 9)
    follower = Follower(known)
    source = tunes(3)[1].notes()
    completed = []
    for onset, pitch in zip(source.onset[5:30].tolist(), source.pitch[5:30].tolist(), strict=True):
        completed.append(follower.completes(onset + 7.5, [pitch + 4]))
        follower.accept(onset + 7.5, [pitch + 4])
    assert completed == [False] * 8 + [True] * 17


def test_music_shorter_than_a_passage_knows_none() -> None:
    follower = Follower(NGrams([band(bars=1)], 64))
    assert not follower.completes(0.0, [60, 64, 67])
    assert not Follower(NGrams([], 4)).completes(0.0, [60])
