"""Training learns, repeats itself, stops softly, and goes on as if it had never stopped."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.baselines import baselines
from models.config import Layer, NetworkConfig, TrainingConfig
from models.data import Corpus, divide
from models.estimates import estimate
from models.evaluation import evaluate
from models.files import Files
from models.store import Epoch, Run, Store
from models.takes import sample_of, sample_pieces
from models.training import Progress, train
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes

SMALL = NetworkConfig(
    layers=(Layer("gru", 16), Layer("dropout", rate=0.2), Layer("gru", 16)), embedding=16, head=16
)
TRAINING = TrainingConfig(
    batch_size=4, sequence_length=16, learning_rate=0.01, transpose=2, held_out=0.2, clip=1.0
)
SHALLOW = replace(SMALL, layers=(Layer("gru", 16), Layer("dropout", rate=0.2)))
WINDOWS = replace(SHALLOW, objective="last step", stateful=False, input="one-hot")


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
    assert set(store.samples(run.id)) == {1, 2}
    assert epochs[-1].held_out < epochs[0].held_out  # the loss moves with each transposition
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


def sameness(store: Store, run: Run) -> tuple[list[Epoch], dict[str, bytes]]:
    """The losses, and every byte that was learned: weights, optimizer, random generators."""
    learned, state = store.load_state(run.id) or (0, {})
    tensors = {**store.weights(run.id, learned), **state}
    history = [replace(epoch, seconds=0) for epoch in store.history(run.id)]
    return history, {name: array.tobytes() for name, array in tensors.items()}


@pytest.mark.parametrize(("encoding_name", "optimizer"), [("notes", "adam"), ("book", "nadam")])
def test_going_on_equals_never_stopping_bit_for_bit(
    tmp_path: Path, encoding_name: str, optimizer: str
) -> None:
    training = replace(TRAINING, optimizer=optimizer)
    network = SMALL if encoding_name == "book" else SHALLOW
    store, run = begun(tmp_path / "at once", network, encoding_name, training=training)
    train(store, run.id, 3)
    later, same = begun(tmp_path / "in two goes", network, encoding_name, training=training)
    train(later, same.id, 1, patience=1)
    train(later, same.id, 3)
    assert same.id == run.id
    assert sameness(store, run) == sameness(later, same)
    for epoch, rows in store.samples(run.id).items():
        np.testing.assert_array_equal(rows, later.samples(same.id)[epoch])


def test_another_seed_learns_another_network(tmp_path: Path) -> None:
    losses = set()
    for folder, seed in (("a", 0), ("b", 0), ("c", 1)):
        store, run = begun(tmp_path / folder, SHALLOW, "book", seed=seed)
        train(store, run.id, 1)
        losses.add(store.history(run.id)[0].loss)
    assert len(losses) == 2


def test_patience_ends_early_and_lets_one_go_on(tmp_path: Path) -> None:
    hopeless = replace(TRAINING, learning_rate=1e-9, transpose=0)
    store, run = begun(tmp_path, SHALLOW, "book", training=hopeless)
    status = train(store, run.id, 100, patience=1)
    assert status.state == "done"
    assert 2 <= status.epochs < 100
    assert status.message.startswith(f"Ended early: epoch {status.epochs - 1} is the best")
    assert store.best(run.id) == status.epochs - 1
    assert train(store, run.id, 100, patience=1).epochs > status.epochs
    further = len(store.history(run.id)) + 3
    status = train(store, run.id, further)
    assert (status.state, status.epochs) == ("done", further)


def test_divergence_ends_the_training_and_says_what_to_do(tmp_path: Path) -> None:
    wild = replace(TRAINING, optimizer="sgd", learning_rate=1.0, clip=0.0)
    deep = replace(SMALL, layers=(Layer("gru", 16), *[Layer("dense", 64)] * 3))
    store, run = begun(tmp_path, deep, "book", training=wild)
    status = train(store, run.id, 30)
    assert status.state == "failed"
    assert "diverged" in status.message
    assert "learning rate of 0.1 and cut gradients" in status.message
    assert status.epochs == len(store.history(run.id)) < 30
    assert store.status(run.id) == status


def test_what_belongs_to_a_run_is_kept_with_it(tmp_path: Path) -> None:
    store, run = begun(tmp_path, SHALLOW, "book")
    told: list[Progress] = []
    begin = time.perf_counter()
    train(store, run.id, 3, on_batch=told.append)
    took = time.perf_counter() - begin
    assert told[0].tokens_per_second is None
    assert (told[-1].tokens_per_second or 0) > 0
    samples = store.samples(run.id)
    assert list(samples) == [1, 2]
    assert {len(rows) for rows in samples.values()} == {64}
    assert [len(piece) >= 64 for piece in sample_pieces(store, run).values()] == [True, True]
    found, (learn, held_out) = store.baselines(run.id), parts(store, run)
    assert found == baselines(run.encoding, learn, held_out, run.network, run.training)
    batches = told[0].batches
    files = Files(store.url)
    known = estimate(files, run.encoding, run.network, run.training, batches)
    assert known is not None
    # An epoch is learning, whose seconds are in the history to three places, and measuring.
    learning = [epoch.seconds for epoch in store.history(run.id)[1:]]
    assert float(np.mean(learning)) - 0.0005 <= known.seconds < took
    forward = store.forward(run, 2)
    np.testing.assert_array_equal(sample_of(run, forward, store.corpus(run.id)), samples[2])


def parts(store: Store, run: Run) -> tuple[Corpus, Corpus]:
    return divide(run.encoding, store.corpus(run.id), run.network, run.training)


def test_a_soft_stop_keeps_the_complete_epochs(tmp_path: Path) -> None:
    store, run = begun(tmp_path, SHALLOW, "book")
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
    store, run = begun(tmp_path, SHALLOW, "book")
    train(store, run.id, 2)
    told: list[Progress] = []
    status = train(store, run.id, 1, on_batch=told.append)
    assert (status.state, status.epochs, told) == ("done", 2, [])
