"""Generating: the chapter's `model.predict` loop and the rivals' network against Gruve."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from benchmarks.result import Result
from models.config import PRESETS
from models.data import Corpus
from models.forward import Forward
from models.generation import BOOK_WAY, Beginning, TakeSettings, generate, generate_takes
from models.network import build, weights_of
from models.training import prepare
from musiccore.encoding import ENCODINGS, Encoded
from musiccore.starters import load_starter

PREDICTED = 60
"""Notes for which the chapter's loop is timed, after a warm-up; each takes the same time."""

TOGETHER = 16
"""Takes at once."""

RIVAL_WINDOWS, RIVAL_EPOCHS = 27_790, 200


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Median time of `work`, after one call that does not count."""
    work()
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return median(found)


def measure() -> list[Result]:
    """The chapter's own network in its own way, by Keras and by Gruve; and the default preset."""
    prepare()
    pieces = load_starter("bach-chorales")
    encoding = ENCODINGS["book"].fit(pieces)
    preset = PRESETS["book"]
    model = build(encoding, preset.network, preset.training)
    start = Corpus.of(encoding, pieces[:1]).pieces[0]
    forward = Forward(encoding, preset.network, weights_of(model))

    window = start.rows[:100].copy()
    first = Encoded(window, start.position[:100])
    predicted = []
    for i in range(PREDICTED + 3):
        if i == 3:
            began = time.perf_counter()
        odds = model.predict({"rows": window[None]}, verbose=0)["token"]
        predicted.append(int(odds.argmax()))
        window = np.concatenate([window[1:], [[predicted[-1]]]]).astype(np.int32)
    theirs = (time.perf_counter() - began) / PREDICTED
    ours = seconds(lambda: generate(forward, BOOK_WAY, first)) / BOOK_WAY.notes
    made = generate(forward, BOOK_WAY, first).rows[: len(predicted), 0].tolist()
    if made != predicted:
        raise AssertionError("Gruve's book way made other notes than model.predict")

    quick = PRESETS["quick"]
    notes = ENCODINGS["notes"].fit(pieces)
    weights = weights_of(build(notes, quick.network, quick.training))
    default = Forward(notes, quick.network, weights)
    settings = TakeSettings(notes=2000)
    speed = settings.notes / seconds(lambda: generate(default, settings))
    jobs = [(TakeSettings(notes=500, seed=seed), Beginning()) for seed in range(TOGETHER)]
    together = TOGETHER * 500 / seconds(lambda: generate_takes(default, jobs))
    alone = 1 / products(default, 1)
    in_step = TOGETHER / products(default, TOGETHER)
    return [
        Result(
            "generating the book's way, its network (500 notes, same notes)",
            f"{ours * 1000:.2f} ms a note",
            f"`model.predict` {theirs * 1000:.0f} ms a note",
            f"{theirs / ours:,.0f} ×",
            "100 ×",
        ),
        Result(
            "generating with the default preset",
            f"{speed:,.0f} notes/s",
            f"`model.predict` {1 / theirs:,.0f} notes/s",
            f"{speed * theirs:,.0f} ×",
            "3,000 notes/s",
        ),
        Result(
            f"generating {TOGETHER} takes at once, each as it is alone",
            f"{together:,.0f} notes/s",
            f"one take {speed:,.0f} notes/s",
            f"{together / speed:.1f} ×",
            "–",
        ),
        Result(
            "one take, against its matrix products alone (matrix times vector)",
            f"{speed:,.0f} notes/s",
            f"{alone:,.0f} notes/s",
            f"{speed / alone:.0%} of it",
            "–",
        ),
        Result(
            f"{TOGETHER} takes, against their products alone, each one large product",
            f"{together:,.0f} notes/s",
            f"{in_step:,.0f} notes/s",
            f"{together / in_step:.0%} of it",
            "–",
        ),
    ]


def products(forward: Forward, takes: int) -> float:
    """Seconds that NumPy takes for nothing but the matrix products of one note of so many takes,
    each of them one product of all takes: the machine's own rate."""
    rng = np.random.default_rng(0)
    matrices = forward.matrices()
    given = [rng.random((takes, len(m)), np.float32) for m in matrices]
    if takes == 1:
        given = [x[0] for x in given]
    rounds = 200

    def work() -> None:
        for _ in range(rounds):
            for x, matrix in zip(given, matrices, strict=True):
                x @ matrix

    return seconds(work) / rounds


def measure_rival() -> list[Result]:
    """The shape most rivals use, 3 x LSTM 512 with recurrent dropout: one batch, one note."""
    prepare()
    import keras
    from keras import layers

    size = 398
    model = keras.Sequential(
        [
            keras.Input((100, 1)),
            layers.LSTM(512, recurrent_dropout=0.3, return_sequences=True),
            layers.LSTM(512, recurrent_dropout=0.3, return_sequences=True),
            layers.LSTM(512),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(256, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(size, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer="rmsprop", jit_compile=False)
    rng = np.random.default_rng(0)
    x = rng.random((64, 100, 1), np.float32)
    y = np.eye(size, dtype=np.float32)[rng.integers(0, size, 64)]
    batch = seconds(lambda: model.train_on_batch(x, y), repeats=3)
    note = seconds(lambda: model.predict(x[:1], verbose=0), repeats=10)
    epoch = batch * RIVAL_WINDOWS / 64
    return [
        Result(
            "the rivals' network (3 × LSTM 512), extrapolated from one batch and one note",
            "–",
            f"{epoch:,.0f} s an epoch of {RIVAL_WINDOWS:,} windows, "
            f"{epoch * RIVAL_EPOCHS / 3600:.0f} h for {RIVAL_EPOCHS} epochs, "
            f"{note * 1000:.0f} ms a note",
            "–",
            "–",
        )
    ]
