"""What goes wrong is noticed, the gravest first, and nothing is said of what goes well."""

import numpy as np
import pytest

from models.config import TrainingConfig
from models.store import Epoch
from models.symptoms import Seen, diverged, has_diverged, share, symptom, uniform
from musiccore.encoding import ENCODINGS
from tests.models.music import tunes

ENCODING = ENCODINGS["notes"].fit(tunes())
SAME = np.array([[1, 0, 60, 3, 4]] * 20 + [[2, 0, 60, 3, 4]] * 20, np.int32)
SONG = np.array([[1, 0, 60 + i % 5, 3, 4] for i in range(40)], np.int32)


def seen(
    loss: float = 2.0,
    held_out: float | None = 2.5,
    number: int = 5,
    rows: np.ndarray = SONG,
    rate: float = 0.001,
    usual: float = 0.2,
) -> Seen:
    epoch = Epoch(number, loss, held_out, 0.5, held_out, 1.0)
    return Seen(epoch, 10.0, TrainingConfig(learning_rate=rate), 5, rows, usual)


@pytest.mark.parametrize(
    ("case", "word"),
    [
        (seen(), ""),
        (seen(held_out=None), ""),
        (seen(loss=11.0, number=1), ""),
        (seen(loss=11.0), "learning rate of 0.0002"),
        (seen(loss=11.0, rate=0.5), "learning rate of 0.001"),
        (seen(loss=11.0, rate=1e-6), "learning rate of 0.001"),
        (seen(held_out=12.0), "by heart"),
        (seen(held_out=12.0, number=1), ""),
        (seen(rows=SAME), "one and the same note"),
        (seen(rows=SAME, usual=1.0), "one and the same note"),
        (seen(loss=11.0, rows=SAME), "not learning"),
    ],
)
def test_the_gravest_is_said_with_a_remedy(case: Seen, word: str) -> None:
    said = symptom(case)
    assert word in said
    assert bool(said) == bool(word)
    assert not said or said.endswith(".")


def test_music_that_repeats_one_note_itself_may_be_repeated() -> None:
    assert share(SAME) == 1.0
    assert share(SONG) == pytest.approx(0.2)
    mostly = np.concatenate([SAME, SONG[:2]])
    assert not symptom(seen(rows=mostly, usual=0.99))


def test_a_loss_without_bounds_has_diverged() -> None:
    chance = uniform(ENCODING)
    assert not has_diverged(chance, ENCODING)
    assert has_diverged(100 * chance, ENCODING)
    assert has_diverged(float("nan"), ENCODING)
    said = diverged(3, TrainingConfig(learning_rate=0.1))
    assert "up to epoch 2 is kept" in said
    assert said.endswith("Try a learning rate of 0.001 and cut gradients at a norm of 1.")
    assert "kept" not in diverged(1, TrainingConfig())
