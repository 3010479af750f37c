"""Training learns, repeats itself, stops softly, and goes on as if it had never stopped."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.config import Layer, NetworkConfig, TrainingConfig
from models.data import Corpus, divide
from models.evaluation import evaluate
from models.store import Epoch, Run, Store
from models.training import Progress, train
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes

SMALL = NetworkConfig(
    layers=(Layer("gru", 16), Layer("dropout", rate=0.2), Layer("gru", 16)), embedding=16, head=16
)
TRAINING = TrainingConfig(
    batch_size=4, sequence_length=16, learning_rate=0.01, transpose=2, held_out=0.2, clip=1.0
)
WINDOWS = replace(SMALL, objective="last step", stateful=False, input="one-hot")


def begun(
    folder: Path,
    network: NetworkConfig = SMALL,
    encoding_name: str = "notes",
    seed: int = 0,
    training: TrainingConfig = TRAINING,
) -> tuple[Store, Run]:
    pieces = [*tunes(), band()]
    encoding = ENCODINGS[encoding_name].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    store = Store(str(folder))
    run = Run.of("tunes", encoding, network, replace(training, seed=seed), corpus)
    return store, store.create(run, corpus)


@pytest.mark.parametrize("encoding_name", ENCODINGS)
@pytest.mark.parametrize("network", [SMALL, WINDOWS], ids=["every step", "last step"])
def test_it_learns_and_measures(tmp_path: Path, network: NetworkConfig, encoding_name: str) -> None:
    store, run = begun(tmp_path, network, encoding_name)
    told: list[Progress] = []
    epochs: list[Epoch] = []
    status = train(store, run.id, 3, on_batch=told.append, on_epoch=epochs.append)
    assert (status.state, status.epochs) == ("done", 3)
    assert store.status(run.id) == status
    assert store.history(run.id) == epochs
    assert epochs[-1].loss < epochs[0].loss
    assert [p.batch for p in told] == list(range(1, told[0].batches + 1)) * 3
    assert told[0].seconds_left is None
    assert told[-1].seconds_left == 0

    _, held_out = divide(run.encoding, store.corpus(run.id), run.network, run.training)
    measure = evaluate(store.forward(run, 3), held_out, run.training.sequence_length)
    assert epochs[-1].held_out == pytest.approx(measure.nats_per_token)
    assert epochs[-1].nats_per_note == pytest.approx(measure.nats_per_note)


def test_training_loss_is_the_mean_over_every_row(tmp_path: Path) -> None:
    plain = replace(WINDOWS, layers=(Layer("gru", 16),))
    unmoved = replace(TRAINING, learning_rate=1e-9, transpose=0)
    store, run = begun(tmp_path, plain, "book", training=unmoved)
    train(store, run.id, 1)
    learn, _ = divide(run.encoding, store.corpus(run.id), run.network, run.training)
    measure = evaluate(store.forward(run, 1), learn, run.training.sequence_length)
    assert store.history(run.id)[0].loss == pytest.approx(measure.nats_per_token, rel=1e-4)


def test_the_same_seed_learns_the_same_and_going_on_equals_never_stopping(tmp_path: Path) -> None:
    store, run = begun(tmp_path / "at once")
    train(store, run.id, 3)
    later, same = begun(tmp_path / "in two goes")
    train(later, same.id, 1)
    train(later, same.id, 3)
    assert same.id == run.id
    assert [replace(e, seconds=0) for e in store.history(run.id)] == [
        replace(e, seconds=0) for e in later.history(run.id)
    ]
    for name, array in store.weights(run.id, 3).items():
        np.testing.assert_array_equal(array, later.weights(run.id, 3)[name])
    other, another = begun(tmp_path / "other", seed=1)
    train(other, another.id, 1)
    assert other.history(another.id)[0].loss != store.history(run.id)[0].loss


def test_a_soft_stop_keeps_the_complete_epochs(tmp_path: Path) -> None:
    store, run = begun(tmp_path)
    seen: list[Progress] = []

    status = train(
        store,
        run.id,
        100,
        on_batch=seen.append,
        should_stop=lambda: bool(seen) and (seen[-1].epoch, seen[-1].batch) == (2, 3),
    )
    assert (status.state, status.epochs) == ("stopped", 1)
    assert [e.number for e in store.history(run.id)] == [1]


def test_epochs_that_are_there_already_are_not_learned_again(tmp_path: Path) -> None:
    store, run = begun(tmp_path)
    train(store, run.id, 2)
    told: list[Progress] = []
    status = train(store, run.id, 1, on_batch=told.append)
    assert (status.state, status.epochs, told) == ("done", 2, [])
