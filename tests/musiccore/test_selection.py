"""What of a piece is learned from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiccore.piece import DRUMS, Metre, Piece, Tempo, Track
from musiccore.selection import PARTS, Selection, cut_silences, select, selected

VIOLIN, VIOLA, FLUTE = 40, 41, 73


def track(program: int, *onsets: float) -> Track:
    return Track.of([(onset, 1, 60, 90) for onset in onsets], program)


BAND = Piece(
    "band",
    (track(DRUMS, 0), track(FLUTE, 0, 1), track(VIOLIN, 0, 1, 2), track(FLUTE, 4), track(VIOLA, 0)),
    digest="band",
)


def kept(**choices: object) -> list[int]:
    return [t.program for t in selected(BAND, Selection(**choices)).tracks]  # type: ignore[arg-type]


def test_everything_is_the_piece_itself() -> None:
    assert selected(BAND, Selection()) is BAND
    assert selected(BAND, Selection(silence=1000)) is BAND


def test_drums_in_or_out_whatever_else_is_chosen() -> None:
    assert kept(drums=False) == [FLUTE, VIOLIN, FLUTE, VIOLA]
    assert kept(parts="instruments", programs=(VIOLIN,)) == [DRUMS, VIOLIN]
    assert kept(parts="instruments", programs=(VIOLIN,), drums=False) == [VIOLIN]


def test_the_first_part_is_the_first_pitched_instrument_as_in_the_chapter() -> None:
    assert kept(parts="first", drums=False) == [FLUTE, FLUTE]


def test_families() -> None:
    assert kept(parts="families", families=("Strings",), drums=False) == [VIOLIN, VIOLA]


def test_pieces_of_which_nothing_remains_are_left_out() -> None:
    assert select([BAND], Selection("instruments", (0,), drums=False)) == ()
    assert len(select([BAND, BAND], Selection("first"))) == 2


def test_what_is_kept_has_a_digest_of_its_own() -> None:
    choices = [Selection(parts, (VIOLIN,), ("Strings",), drums=False) for parts in PARTS]
    digests = {selected(BAND, choice).digest for choice in choices}
    assert len(digests | {BAND.digest}) == len(PARTS) + 1
    assert selected(BAND, choices[0]).digest == selected(BAND, choices[0]).digest


def test_silences_lose_whole_bars() -> None:
    # 4/4: silent from 1 to 20, of which 19 - 4 = 15 quarters are too many: three bars go.
    piece = Piece(
        "gap",
        (track(FLUTE, 0, 20), track(VIOLIN, 21)),
        tempos=(Tempo(0, 120), Tempo(10, 60), Tempo(20, 90)),
    )
    shorter = cut_silences(piece, 4)
    assert [t.onset.tolist() for t in shorter.tracks] == [[0, 8], [9]]
    # The silence that goes is 8 to 20: the tempo at 10 moves to 8, where that of 20 replaces it.
    assert shorter.tempos == (Tempo(0, 120), Tempo(8, 90))


def test_a_silence_before_the_music_counts_and_the_metre_sets_the_bar() -> None:
    piece = Piece("late", (track(FLUTE, 14),), metres=(Metre(0, 3, 4),))
    assert cut_silences(piece, 4).tracks[0].onset.tolist() == [5]


def test_a_sounding_part_is_no_silence() -> None:
    held = Piece("held", (Track.of([(0, 40, 60, 90)], FLUTE), track(VIOLIN, 0, 40)))
    assert cut_silences(held, 2) is held


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 8)), min_size=1, max_size=30),
    st.integers(0, 20),
)
def test_no_silence_is_longer_than_asked_for_and_a_bar(
    notes: list[tuple[int, int]], longest: int
) -> None:
    piece = Piece("any", (Track.of([(onset, length, 60, 90) for onset, length in notes]),))
    shorter = cut_silences(piece, longest)
    (before,), (after,) = piece.tracks, shorter.tracks
    assert after.duration.tolist() == before.duration.tolist()
    assert (after.onset % 4).tolist() == (before.onset % 4).tolist()
    end = 0.0
    for onset, length in zip(after.onset.tolist(), after.duration.tolist(), strict=True):
        assert onset - end < longest + 4
        end = max(end, onset + length)


def test_a_choice_survives_json() -> None:
    choice = Selection("families", (1, 2), ("Strings",), False, 4.0)
    assert Selection.from_json(choice.to_json()) == choice


@pytest.mark.parametrize("parts", PARTS)
def test_an_empty_piece_stays_empty(parts: str) -> None:
    assert not len(selected(Piece("empty", ()), Selection(parts, silence=1)))
