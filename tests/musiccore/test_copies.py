"""Passages that stand in other music already."""

from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from musiccore.copies import NO_COPY, Copy, Passages, passage
from musiccore.piece import Piece, Track
from musiccore.starters import load_starter

Line = list[tuple[int, int]]


def line(*notes: tuple[float, int], program: int = 0) -> Piece:
    """A piece from (onset, pitch)."""
    return Piece("line", (Track.of([(on, 0.5, pitch, 90) for on, pitch in notes], program),))


SCALE = [(i, 60 + step) for i, step in enumerate((0, 2, 4, 5, 7, 9, 11, 12))]


def test_a_passage_is_found_later_higher_and_on_another_instrument() -> None:
    made = line((0, 40), (3, 90), *((10 + on, pitch + 5) for on, pitch in SCALE[2:7]), program=73)
    found = Passages([line((0, 50), (1, 50)), line(*SCALE)]).longest(made)
    assert found == Copy(notes=5, start=2, piece=1, at=2, semitones=5)
    assert passage(made, found.start, found.notes) == (12, 16.5)


def test_another_rhythm_is_another_passage() -> None:
    slower = line(*((2 * on, pitch) for on, pitch in SCALE))
    assert Passages([line(*SCALE)]).longest(slower) == NO_COPY


def test_no_passage_reaches_from_one_piece_into_the_next() -> None:
    halves = [line(*SCALE[:4]), line(*((on - 4, pitch) for on, pitch in SCALE[4:]))]
    assert Passages(halves).longest(line(*SCALE)).notes == 4


def test_all_of_a_piece_may_be_copied() -> None:
    corpus = load_starter("bach-chorales")[:20]
    found = Passages(corpus).longest(corpus[7])
    assert (found.notes, found.start, found.piece, found.at) == (len(corpus[7]), 0, 7, 0)
    assert Passages(corpus).share(corpus[7], 8) == 1


def test_the_share_of_known_passages() -> None:
    made = line(*SCALE[:4], *((on + 10, 3 * on) for on in range(4)))
    # Five passages of four notes, of which the first stands in the scale.
    assert Passages([line(*SCALE)]).share(made, 4) == 1 / 5
    assert Passages([line(*SCALE)]).share(line((0, 60)), 4) == 0


def test_music_of_no_notes_shares_nothing() -> None:
    empty = Piece("empty", ())
    assert Passages([line(*SCALE)]).longest(empty) == NO_COPY
    assert Passages([]).longest(line(*SCALE)) == NO_COPY
    assert Passages([empty]).longest(line(*SCALE)) == NO_COPY


def by_trying(first: Line, second: Line) -> int:
    """Notes of the longest passage that two lines share, found by trying everything."""

    def steps(notes: Line) -> list[tuple[int, int]]:
        return [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(notes)]

    ours, theirs, best = steps(first), steps(second), 0
    for i in range(len(ours)):
        for k in range(len(theirs)):
            n = 0
            while i + n < len(ours) and k + n < len(theirs) and ours[i + n] == theirs[k + n]:
                n += 1
            best = max(best, n)
    return best + 1 if best else 0


def counted(waits: Line) -> Line:
    """(wait, pitch) as (onset, pitch)."""
    onsets = accumulate(wait for wait, _ in waits)
    return [(onset, pitch) for onset, (_, pitch) in zip(onsets, waits, strict=True)]


melodies = st.lists(st.tuples(st.integers(1, 2), st.integers(60, 62)), min_size=1, max_size=30).map(
    counted
)


@given(melodies, melodies)
def test_it_finds_what_trying_everything_finds(first: Line, second: Line) -> None:
    found = Passages([line(*second)]).longest(line(*first))
    assert found.notes == by_trying(first, second)
    if found.notes:
        pitches = [pitch for _, pitch in first][found.start : found.start + found.notes]
        original = [pitch for _, pitch in second][found.at : found.at + found.notes]
        assert pitches == [pitch + found.semitones for pitch in original]
