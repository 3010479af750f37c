"""What listeners answered."""

from pathlib import Path

import pytest
from scipy.stats import binomtest  # type: ignore[import-untyped]

from models.listeners import (
    FEWEST_OTHERS,
    NO_SCORE,
    ROUNDS,
    Game,
    Listeners,
    Score,
)
from models.store import LOCAL, Store, StoreError
from tests.models.music import tunes
from tests.models.test_originality import kept


@pytest.fixture
def run(tmp_path: Path) -> str:
    return kept(tmp_path, "notes", tunes())[1].id


def play(listeners: Listeners, run: str, owner: str, answers: list[bool]) -> Game:
    game = listeners.start(run, owner, seed=7, epoch=1)
    for right in answers:
        game = listeners.answer(run, owner, game.turn, right)
        game = listeners.go_on(run, owner, game.turn)
    return game


def test_guessing_is_counted_exactly() -> None:
    for right, answers in [(7, 10), (0, 10), (10, 10), (55, 100), (0, 0)]:
        score = Score(right, answers)
        if answers:
            test = binomtest(right, answers, alternative="greater")
            assert score.by_guessing == pytest.approx(test.pvalue)
            test = binomtest(right, answers, alternative="less")
            assert score.wrong_by_guessing == pytest.approx(test.pvalue)
    assert Score(7, 10).by_guessing == pytest.approx(176 / 1024)  # 120 + 45 + 10 + 1 of 2^10
    assert Score(1, 2) + Score(3, 4) == Score(4, 6)
    assert NO_SCORE.by_guessing == 1
    assert NO_SCORE.share == 0


def test_a_round_is_answered_once(tmp_path: Path, run: str) -> None:
    listeners = Listeners(Store(str(tmp_path)))
    assert listeners.answer(run, LOCAL, 0, True) == Game()  # before it began
    game = listeners.start(run, LOCAL, seed=7, epoch=3)
    assert (game.seed, game.epoch, game.turn, game.in_game) == (7, 3, 0, 1)
    assert listeners.start(run, LOCAL, seed=8, epoch=4) == game  # another tab
    assert listeners.go_on(run, LOCAL, 0) == game  # not answered yet
    game = listeners.answer(run, LOCAL, 0, True)
    assert game.answered
    assert listeners.answer(run, LOCAL, 0, False) == game  # a double click
    game = listeners.go_on(run, LOCAL, 0)
    assert (game.turn, game.answered) == (1, False)
    assert listeners.go_on(run, LOCAL, 0) == game
    assert listeners.answer(run, LOCAL, 0, False) == game  # a late click
    assert Listeners(Store(str(tmp_path))).game(run, LOCAL) == game  # after a refresh


def test_games_end_and_add_up(tmp_path: Path, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.listeners.MOST_ANSWERS", 3 * ROUNDS)
    listeners = Listeners(Store(str(tmp_path)))
    first = play(listeners, run, LOCAL, [True] * 7 + [False] * 3)
    assert not first.playing
    assert first.last_score == first.score == Score(7, ROUNDS)
    second = play(listeners, run, LOCAL, [False] * ROUNDS)
    assert second.last_score == Score(0, ROUNDS)
    assert second.score == Score(7, 2 * ROUNDS)
    third = play(listeners, run, LOCAL, [True])
    assert third.playing
    assert third.in_game == 2
    assert third.last_score == Score(1, 1)
    last = play(listeners, run, LOCAL, [True] * (ROUNDS - 1))
    assert last.score == Score(17, 3 * ROUNDS)
    assert not listeners.start(run, LOCAL, seed=1, epoch=1).playing  # that is enough


def test_of_few_others_nothing_is_said(tmp_path: Path, run: str) -> None:
    listeners = Listeners(Store(str(tmp_path)))
    play(listeners, run, LOCAL, [True])
    for i in range(FEWEST_OTHERS):
        assert listeners.others(run, LOCAL) is None
        assert listeners.heard(run, LOCAL) == Score(1, 1)
        play(listeners, run, f"somebody{i}", [True, False])
    listeners.start(run, "looker", seed=1, epoch=1)  # who has answered nothing is no listener
    assert listeners.others(run, LOCAL) == Score(3, 6)
    assert listeners.heard(run, LOCAL) == Score(4, 7)


def test_answers_go_with_their_run(tmp_path: Path, run: str) -> None:
    store = Store(str(tmp_path))
    listeners = Listeners(store)
    play(listeners, run, LOCAL, [True])
    store.remove_owner(run, LOCAL)
    assert run not in store
    listeners.start(run, LOCAL, seed=1, epoch=1)
    assert not list((tmp_path / "runs").glob("*"))
    with pytest.raises(StoreError):
        listeners.game("../../etc", LOCAL)
    with pytest.raises(StoreError):
        listeners.game(run, "../a")


def test_who_leaves_a_run_takes_the_answers_along(tmp_path: Path, run: str) -> None:
    store = Store(str(tmp_path))
    listeners = Listeners(store)
    ownership = store.ownership(run)
    assert ownership is not None
    store.add_owner(run, "other", ownership)
    play(listeners, run, "other", [True])
    store.remove_owner(run, "other")
    assert run in store
    assert listeners.game(run, "other") == Game()
