"""In which settings runs differ, and which are the same in all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from models.store import Run
from ui.naming import words

SETTINGS: Mapping[str, Callable[[Run], str]] = {
    "music": lambda run: run.title,
    "encoding": lambda run: run.encoding.name,
    "layers": lambda run: " → ".join(map(words, run.network.layers)),
    "input": lambda run: run.network.input,
    "objective": lambda run: run.network.objective,
    "state": lambda run: "carried on" if run.network.stateful else "begun anew",
    "embedding width": lambda run: str(run.network.embedding),
    "width of the heads": lambda run: str(run.network.head),
    "batch size": lambda run: str(run.training.batch_size),
    "sequence length (notes)": lambda run: str(run.training.sequence_length),
    "optimizer": lambda run: run.training.optimizer,
    "learning rate": lambda run: f"{run.training.learning_rate:g}",
    "transposition (± semitones)": lambda run: str(run.training.transpose),
    "held-out share": lambda run: f"{run.training.held_out:g}",
    "gradients cut at": lambda run: f"{run.training.clip:g}" if run.training.clip else "never",
    "warm-up (batches)": lambda run: f"{run.training.warm_up:,}",
    "averaging": lambda run: f"{run.training.average:g}" if run.training.average else "none",
    "seed": lambda run: str(run.training.seed),
}
"""Setting -> how a run's is said. All of them are part of what makes a run this run."""


class Differences(NamedTuple):
    """`differing`: setting -> its value in each run, in order. `same`: setting -> value of all."""

    differing: dict[str, list[str]]
    same: dict[str, str]


def differences(runs: Sequence[Run]) -> Differences:
    """What sets these runs apart. Music of one title that is not the same is told apart."""
    said = {name: [say(run) for run in runs] for name, say in SETTINGS.items()}
    if len({run.corpus for run in runs}) > len(set(said["music"])):
        said["music"] = [f"{run.title} ({run.corpus[:4]})" for run in runs]
    return Differences(
        {name: values for name, values in said.items() if len(set(values)) > 1},
        {name: values[0] for name, values in said.items() if len(set(values)) == 1},
    )


def same_sentence(same: Mapping[str, str]) -> str:
    """The settings that all runs share, folded into one sentence."""
    return f"The same in all of them: {', '.join(f'{k} {v}' for k, v in same.items())}."
