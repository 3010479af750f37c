"""What changes when a piece is played otherwise, and what never does."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musiccore.arrangement import (
    MOST_LOUDNESS,
    MOST_SECONDS,
    Arrangement,
    ArrangementError,
    arrange,
    first_tempo,
    room,
)
from musiccore.piece import DRUMS, Key, Piece, Tempo, Track

GUITAR, VIOLIN, BASS = 24, 40, 32
CHORD = [(0.0, 1.0, 60, 90), (0.0, 1.0, 64, 90), (0.0, 1.0, 67, 90)]
BAND = Piece(
    "band",
    (
        Track.of([*CHORD, (1.0, 1.0, 72, 90)], GUITAR, "Lead"),
        Track.of([(0.0, 2.0, 36, 80)], BASS),
        Track.of([(0.5, 0.25, 42, 70)], DRUMS),
    ),
    tempos=(Tempo(0.0, 100.0), Tempo(1.0, 50.0)),
    keys=(Key(0.0, 0, False),),
    digest="band",
)


def test_nothing_changed_is_the_piece_itself() -> None:
    assert arrange(BAND, Arrangement()) is BAND


def test_an_instrument_plays_the_part_of_another_and_drums_stay() -> None:
    played = arrange(BAND, Arrangement(programs=((GUITAR, VIOLIN),)))
    assert [t.program for t in played.tracks] == [VIOLIN, BASS, DRUMS]
    assert [t.name for t in played.tracks] == ["Violin", "", ""]
    assert played.tracks[0].pitch.tolist() == BAND.tracks[0].pitch.tolist()


def test_the_first_tempo_is_set_and_the_others_go_with_it() -> None:
    played = arrange(BAND, Arrangement(bpm=150))
    assert first_tempo(played) == 150
    assert [t.bpm for t in played.tempos] == [150, 75]
    assert played.seconds == pytest.approx(BAND.seconds * 2 / 3)


def test_a_transposition_moves_pitches_and_key_but_no_drum() -> None:
    played = arrange(BAND, Arrangement(transpose=2))
    assert played.tracks[0].pitch.tolist() == [62, 66, 69, 74]
    assert played.tracks[2].pitch.tolist() == [42]
    assert played.keys == (Key(0.0, 2, False),), "D major has two sharps"
    assert arrange(BAND, Arrangement(transpose=-2)).keys == (Key(0.0, -2, False),)


def test_a_transposition_goes_as_far_as_there_is_room() -> None:
    high = Piece("high", (Track.of([(0, 1, 120, 90), (1, 1, 100, 90)]),), digest="high")
    assert room(high) == (-24, 7)
    assert arrange(high, Arrangement(transpose=12)).tracks[0].pitch.tolist() == [127, 107]
    assert room(Piece("drums", (BAND.tracks[2],))) == (0, 0)


def test_every_arrangement_has_a_digest_of_its_own() -> None:
    ways = [
        Arrangement(programs=((GUITAR, VIOLIN),)),
        Arrangement(bpm=90),
        Arrangement(transpose=1),
        Arrangement(humanize=0),
        Arrangement(humanize=1),
    ]
    assert len({arrange(BAND, way).digest for way in ways} | {BAND.digest}) == 6


@pytest.mark.parametrize(
    "wrong", [{"bpm": 0.0}, {"bpm": 1000.0}, {"transpose": 25}, {"programs": ((0, DRUMS),)}]
)
def test_what_cannot_be_is_refused_with_a_sentence(wrong: dict[str, object]) -> None:
    with pytest.raises(ArrangementError, match=r"instrument|tempo|moved"):
        Arrangement(**wrong)  # type: ignore[arg-type]


def test_it_comes_back_from_json() -> None:
    arrangement = Arrangement(((GUITAR, VIOLIN), (BASS, 33)), 90.5, -3, 17)
    assert Arrangement.from_json(arrangement.to_json()) == arrangement
    assert Arrangement.from_json({"programs": [[24, 40]]}) == Arrangement(((24, 40),))


# Humanized

lines = st.lists(
    st.tuples(
        st.integers(0, 96).map(lambda step: step / 12),
        st.integers(1, 24).map(lambda step: step / 12),
        st.integers(0, 127),
        st.integers(1, 127),
    ),
    min_size=1,
    max_size=60,
)


@given(lines, lines, st.integers(0, 2**32 - 1), st.sampled_from([20.0, 120.0, 300.0]))
def test_humanized_music_keeps_its_order_its_end_and_its_bounds(
    above: list[tuple[float, float, int, int]],
    below: list[tuple[float, float, int, int]],
    seed: int,
    bpm: float,
) -> None:
    piece = Piece("p", (Track.of(above, VIOLIN), Track.of(below, BASS)), (Tempo(0.0, bpm),))
    played = arrange(piece, Arrangement(humanize=seed))
    before = np.concatenate([t.onset for t in piece.tracks])
    after = np.concatenate([t.onset for t in played.tracks])
    order = np.argsort(before, kind="stable")
    assert np.all(np.diff(after[order]) >= 0), "the i-th note stays the i-th"
    assert after.min() >= 0
    assert np.abs(after - before).max() * 60 / bpm <= MOST_SECONDS + 1e-9
    assert played.length == pytest.approx(piece.length)
    for was, now in zip(piece.tracks, played.tracks, strict=True):
        assert now.duration.min() > 0
        assert now.pitch.tolist() == was.pitch.tolist()
        change = np.abs(now.velocity.astype(int) - was.velocity)
        assert change.max() <= MOST_LOUDNESS
        assert now.velocity.min() >= 1


def test_humanized_music_strays_about_as_far_as_players_do_and_is_the_same_again() -> None:
    long = Piece("long", (Track.of([(k / 2, 0.5, 60, 64) for k in range(2000)]),))
    played = arrange(long, Arrangement(humanize=3))
    off = (played.tracks[0].onset - long.tracks[0].onset) * 0.5  # seconds at 120 a minute
    assert 0.007 < off.std() < 0.013
    assert abs(off.mean()) < 0.002
    slow, quick = off[:-1] - off.mean(), off[1:] - off.mean()
    assert (slow * quick).mean() / off.var() > 0.3, "the beat drifts; it does not jump about"
    again = arrange(replace(long, name="renamed"), Arrangement(humanize=3))
    assert again.tracks[0].onset.tolist() == played.tracks[0].onset.tolist()
    other = arrange(long, Arrangement(humanize=4))
    assert other.tracks[0].onset.tolist() != played.tracks[0].onset.tolist()


def test_nothing_is_there_to_humanize() -> None:
    assert len(arrange(Piece("empty", ()), Arrangement(humanize=0))) == 0
