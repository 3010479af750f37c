"""What listeners answered when they were asked which excerpt a run's network made.

    runs/<id>/listeners/<owner>.json    one listener's game and answers

Of others no listener is told more than how often they were right together, and that only where
there are several: nobody learns whether a certain other one has the same run.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from math import comb
from typing import Any, NamedTuple

from models.files import Files
from models.store import Store, StoreError

ROUNDS = 10
"""Rounds of a game."""

MOST_ANSWERS = 200
"""Answers of one listener on one run that are kept."""

MOST_LISTENERS = 200
"""Listeners of one run whose answers are counted."""

FEWEST_OTHERS = 3
"""Other listeners below which nothing is said of them."""


class Score(NamedTuple):
    """`right` of `answers` answers."""

    right: int
    answers: int

    def __add__(self, other: object) -> Score:
        if not isinstance(other, Score):
            return NotImplemented
        return Score(self.right + other.right, self.answers + other.answers)

    @property
    def share(self) -> float:
        return self.right / self.answers if self.answers else 0.0

    @property
    def by_guessing(self) -> float:
        """The chance of as many right answers or more by guessing (exact binomial test)."""
        return _at_least(self.right, self.answers)

    @property
    def wrong_by_guessing(self) -> float:
        """The chance of as few right answers or fewer by guessing."""
        return _at_least(self.answers - self.right, self.answers)


NO_SCORE = Score(0, 0)


@dataclass(frozen=True)
class Game:
    """Where a listener stands. Rounds are numbered through all games, `turn` is the one on the
    screen, answered where `answers` (right or not) reaches beyond it. `seed` and `epoch` decide
    what is heard."""

    seed: int = 0
    epoch: int = 0
    turn: int = 0
    answers: tuple[bool, ...] = ()
    playing: bool = False

    @property
    def answered(self) -> bool:
        """Whether the round on the screen has its answer."""
        return len(self.answers) > self.turn

    @property
    def in_game(self) -> int:
        """The number of the round within its game, from 1."""
        return self.turn % ROUNDS + 1

    @property
    def score(self) -> Score:
        """Of all games."""
        return _score(self.answers)

    @property
    def last_score(self) -> Score:
        """Of the game under way, or else of the last one."""
        if not self.answers:
            return NO_SCORE
        first = (len(self.answers) - 1) // ROUNDS * ROUNDS
        return _score(self.answers[first:])

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Game:
        return cls(**{**data, "answers": tuple(map(bool, data["answers"]))})


class Listeners:
    """The answers on the runs of a store. Any number of tabs may answer: each round counts once."""

    def __init__(self, store: Store) -> None:
        self._store, self._files = store, Files(store.url)

    def game(self, run_id: str, owner: str) -> Game:
        """Where this listener stands. Raises `StoreError` where there is no such run."""
        try:
            return Game.from_json(self._files.read_json(self._path(run_id, owner)))
        except FileNotFoundError:
            return Game()

    def start(self, run_id: str, owner: str, seed: int, epoch: int) -> Game:
        """Begin a game, unless one is under way or enough has been answered."""

        def begun(game: Game) -> Game:
            if game.playing or len(game.answers) >= MOST_ANSWERS:
                return game
            return replace(game, seed=seed, epoch=epoch, turn=len(game.answers), playing=True)

        return self._change(run_id, owner, begun)

    def answer(self, run_id: str, owner: str, turn: int, right: bool) -> Game:
        """Answer round `turn`. Nothing changes where it has its answer or is not on the screen: a
        second click, another tab."""

        def told(game: Game) -> Game:
            if not game.playing or game.turn != turn or game.answered:
                return game
            return replace(game, answers=(*game.answers, right))

        return self._change(run_id, owner, told)

    def go_on(self, run_id: str, owner: str, turn: int) -> Game:
        """From the answered round `turn` to the next, or to the end of the game."""

        def on(game: Game) -> Game:
            if not game.playing or game.turn != turn or not game.answered:
                return game
            ends = game.in_game == ROUNDS
            return replace(game, turn=game.turn + (not ends), playing=not ends)

        return self._change(run_id, owner, on)

    def others(self, run_id: str, owner: str) -> Score | None:
        """What the other listeners came to together; None of fewer than `FEWEST_OTHERS`."""
        own = self._path(run_id, owner)
        paths = self._files.glob(own.rpartition("/")[0] + "/*.json")
        paths = [path for path in paths if path != own][:MOST_LISTENERS]
        games = [Game.from_json(self._files.read_json(path)) for path in paths]
        scores = [game.score for game in games if game.answers]
        if len(scores) < FEWEST_OTHERS:
            return None
        return sum(scores, NO_SCORE)

    def heard(self, run_id: str, owner: str) -> Score:
        """What this listener came to, and the others with them where they are enough."""
        return self.game(run_id, owner).score + (self.others(run_id, owner) or NO_SCORE)

    def _change(self, run_id: str, owner: str, change: Callable[[Game], Game]) -> Game:
        with _changing:
            path, before = self._path(run_id, owner), self.game(run_id, owner)
            after = change(before)
            # A run that went meanwhile does not come back for an answer's sake.
            if after != before and run_id in self._store:
                self._files.write_json(path, asdict(after))
            return after

    def _path(self, run_id: str, owner: str) -> str:
        if not re.fullmatch(r"[0-9a-f]{16}", run_id) or not re.fullmatch(r"[0-9a-z]{1,64}", owner):
            raise StoreError("There is no such run.")
        return f"runs/{run_id}/listeners/{owner}.json"


_changing = threading.Lock()


def _score(answers: tuple[bool, ...]) -> Score:
    return Score(sum(answers), len(answers))


def _at_least(right: int, answers: int) -> float:
    """The chance of `right` heads or more in so many throws of a coin, exactly."""
    return sum(comb(answers, k) for k in range(right, answers + 1)) / 2**answers
