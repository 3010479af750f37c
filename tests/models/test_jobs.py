"""Whose turn it is, without a worker."""

from dataclasses import dataclass, replace

from models.jobs import Submitted, Wish, place, waiting
from models.training import Progress

BEGUN = Progress(epoch=1, epochs=2, batch=1, batches=9, loss=1.0, seconds_left=None)


@dataclass
class Nothing:
    """A task that no worker knows of."""

    key: str

    def cancel(self) -> None:
        raise AssertionError("nobody asked for that")


def submitted(*jobs: tuple[str, str, int]) -> dict[str, Submitted]:
    """Trainings by (run, owner, turn), in the order they came."""
    wish = Wish(1)
    return {
        run: Submitted(Nothing(run), wish, {owner: wish}, turn=turn) for run, owner, turn in jobs
    }


def test_whoever_has_fewer_trainings_goes_first() -> None:
    jobs = submitted(("a", "greedy", 0), ("b", "greedy", 1), ("c", "modest", 0))
    assert [place(run, jobs, 1) for run in "acb"] == [0, 1, 2]
    assert [place(run, jobs, 2) for run in "acb"] == [0, 0, 1]
    assert [place(run, jobs, 0) for run in "acb"] == [0, 1, 2]
    assert (waiting("greedy", jobs), waiting("modest", jobs), waiting("you", jobs)) == (2, 1, 0)


def test_what_has_begun_comes_before_whoever_is_next() -> None:
    jobs = submitted(("a", "you", 0), ("b", "me", 3))
    jobs["b"] = replace(jobs["b"], progress=BEGUN)
    assert [place(run, jobs, 1) for run in "ba"] == [0, 1]


def test_one_training_makes_the_wishes_of_all_come_true() -> None:
    every = [Wish(5, patience=2), Wish(3, patience=4)]
    assert Wish.of_all(every) == Wish(5, patience=4)
    assert all(Wish.of_all(every).covers(wish) for wish in every)
    assert Wish.of_all([*every, Wish(4)]) == Wish(5)
    assert Wish.of_all([*every, Wish(4)]).covers(Wish(4))
    assert not Wish(5, patience=2).covers(Wish(4))
    assert not Wish(2).covers(Wish(4))
