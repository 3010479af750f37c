"""Training: how soon the default preset is as good as the book's network after its 30 epochs.

Both with the `book` encoding, on the same chorales and the same split.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import replace

from benchmarks.result import Result
from models.config import PRESETS
from models.data import Corpus
from models.store import Epoch, Run, Store
from models.training import prepare, train
from musiccore.encoding import ENCODINGS
from musiccore.starters import load_starter

CHORALES = int(os.environ.get("GRUVE_BENCH_CHORALES", "100"))
BOOK_EPOCHS = int(os.environ.get("GRUVE_BENCH_EPOCHS", "30"))


def measure() -> list[Result]:
    prepare()
    pieces = load_starter("bach-chorales")[:CHORALES]
    encoding = ENCODINGS["book"].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)

        def begin(preset: str) -> str:
            chosen = PRESETS[preset]
            training = replace(chosen.training, transpose=0)
            run = Run.of("chorales", encoding, chosen.network, training, corpus, preset)
            return store.create(run, corpus).id

        def tell(epoch: Epoch) -> None:
            print(f"  {epoch}", file=sys.stderr, flush=True)

        start = time.perf_counter()
        train(store, (book := begin("book")), BOOK_EPOCHS, on_epoch=tell)
        book_seconds = time.perf_counter() - start
        goal = store.history(book)[-1].held_out
        assert goal is not None

        reached: list[float] = []
        start = time.perf_counter()

        def watch(epoch: Epoch) -> None:
            tell(epoch)
            if epoch.held_out is not None and epoch.held_out <= goal and not reached:
                reached.append(time.perf_counter() - start)

        train(
            store, (quick := begin("quick")), 60, on_epoch=watch, should_stop=lambda: bool(reached)
        )
        if not reached:
            raise AssertionError("the default preset never came to the book's loss")
        loss = store.history(quick)[-1].held_out
    return [
        Result(
            f"training on {CHORALES} chorales to the book's held-out loss after {BOOK_EPOCHS} "
            f"epochs ({goal:.2f} nats a token)",
            f"{reached[0]:.1f} s (then {loss:.2f})",
            f"book preset {book_seconds:,.0f} s",
            f"{book_seconds / reached[0]:,.0f} ×",
            "50 ×",
        )
    ]
