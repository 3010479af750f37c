"""What goes wrong while a network learns, told from its numbers, in sentences with a remedy."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.config import TrainingConfig
from models.optimizers import OPTIMIZERS
from models.run import Epoch
from musiccore.encoding import Encoding, Rows

FIRST_EPOCHS = 3
"""So many epochs a network may be worse than chance: it has only begun."""

STUCK = 0.9
"""The share of a sample's notes that are one and the same, from which it only repeats itself."""


DIVERGED = 20.0
"""How many times worse than guessing a loss is that does not come back."""


def has_diverged(loss: float, encoding: Encoding) -> bool:
    """Whether a loss, in nats a row, has left all bounds, or is no number any more."""
    return not loss < DIVERGED * uniform(encoding)


def diverged(number: int, training: TrainingConfig) -> str:
    """The loss left all bounds in epoch `number`."""
    cut = "" if 0 < training.clip <= 1 else " and cut gradients at a norm of 1"
    kept = f"What was learned up to epoch {number - 1} is kept. " if number > 1 else ""
    return (
        f"Training diverged in epoch {number}: the loss grew beyond all bounds. {kept}"
        f"Try a learning rate of {_lower(training):.2g}{cut}."
    )


def _lower(training: TrainingConfig) -> float:
    """A learning rate to try where this one was too high."""
    return min(training.learning_rate / 5, OPTIMIZERS[training.optimizer].rate)


def _other(training: TrainingConfig) -> float:
    """A learning rate to try where nothing is learned: this one is too high, or very low."""
    usual = OPTIMIZERS[training.optimizer].rate
    return usual if training.learning_rate < usual / 3 else _lower(training)


@dataclass(frozen=True)
class Seen:
    """What is looked at after an epoch: `uniform` is the loss of guessing, in nats a row; `sample`
    the rows of the newest sample, from `sampled`; `usual` how large a share of the music its most
    frequent row is."""

    epoch: Epoch
    uniform: float
    training: TrainingConfig
    sampled: int
    sample: Rows | None
    usual: float


def _chance(seen: Seen) -> str | None:
    epoch = seen.epoch
    if epoch.number < FIRST_EPOCHS or epoch.loss <= seen.uniform:
        return None
    return (
        f"After {epoch.number} epochs the loss is {epoch.loss:.2f} nats a token, and mere guessing "
        f"has {seen.uniform:.2f}: the network is not learning. Try a learning rate of "
        f"{_other(seen.training):.2g}."
    )


def _by_heart(seen: Seen) -> str | None:
    epoch = seen.epoch
    if (
        epoch.number < FIRST_EPOCHS
        or epoch.held_out is None
        or not epoch.loss < seen.uniform < epoch.held_out
    ):
        return None
    return (
        f"On music it has not seen the network is worse than guessing ({epoch.held_out:.2f} nats a "
        f"token against {seen.uniform:.2f}): it has learned the rest by heart. Use an earlier "
        "epoch, a smaller network or more music."
    )


def _repeats(seen: Seen) -> str | None:
    if seen.sample is None or share(seen.sample) < max(STUCK, seen.usual):
        return None
    return (
        f"The sample of epoch {seen.sampled} repeats one and the same note. Train for more epochs; "
        "if that does not help, try more units, a smaller learning rate or more music."
    )


SYMPTOMS: Sequence[Callable[[Seen], str | None]] = (_chance, _by_heart, _repeats)
"""The gravest first."""


def symptom(seen: Seen) -> str:
    """The gravest thing that is wrong, in a sentence; empty where all is well."""
    return next((said for look in SYMPTOMS if (said := look(seen))), "")


def share(rows: Rows) -> float:
    """How large a share of the rows the most frequent one is, the wait apart (it comes first where
    there are several fields)."""
    told = [tuple(row[1:] if len(row) > 1 else row) for row in rows.tolist()]
    return max(Counter(told).values()) / len(told) if told else 0.0


def uniform(encoding: Encoding) -> float:
    """The loss of guessing every field of a note, in nats a row."""
    return sum(math.log(field.size) for field in encoding.fields)
