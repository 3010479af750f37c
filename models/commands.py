"""What the commands of `python -m models` do, each with the arguments that the parser read."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from models.bundle import pack, unpack
from models.config import PRESETS, TrainingConfig
from models.data import Corpus, divide
from models.evaluation import evaluate
from models.generation import Sampling, TakeSettings, Way
from models.remaking import remake
from models.store import LOCAL, Epoch, Run, Store
from models.takes import make_take, own_way
from musiccore.encoding import ENCODINGS, EncodingError
from musiccore.piece import Piece
from musiccore.sources import read_all
from musiccore.writing import to_midi

_err = Console(stderr=True)


def _pieces(path: str) -> list[Piece]:
    """Every readable piece; each refusal is said on standard error and costs only itself."""
    pieces = []
    for piece, report in read_all(path):
        if piece is None:
            print(report.message, file=sys.stderr)
        else:
            pieces.append(piece)
    if not pieces:
        raise EncodingError(f"There is no music in {path}. Name MIDI files, or a starter set.")
    return pieces


def train_run(arguments: argparse.Namespace) -> None:
    preset = PRESETS[arguments.preset]
    training: TrainingConfig = replace(
        preset.training,
        epochs=arguments.epochs,
        batch_size=arguments.batch_size,
        sequence_length=arguments.sequence_length or preset.training.sequence_length,
        seed=arguments.seed,
    )
    pieces = _pieces(arguments.music)
    encoding = ENCODINGS[arguments.encoding].fit(pieces)
    corpus = Corpus.of(encoding, pieces)
    divide(encoding, corpus, preset.network, training)
    store = Store()
    run = store.create(
        Run.of(arguments.music, encoding, preset.network, training, corpus, arguments.preset),
        corpus,
    )

    from models.training import Progress as Trained
    from models.training import train

    with Progress(
        TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
        BarColumn(),
        TextColumn("loss {task.fields[loss]:.3f}"),
        TimeRemainingColumn(),
        console=_err,
        disable=not _err.is_terminal,
    ) as bar:
        task = bar.add_task("", total=None, epoch=0, epochs=training.epochs, loss=float("nan"))

        def on_batch(p: Trained) -> None:
            bar.update(
                task,
                total=p.epochs * p.batches,
                completed=(p.epoch - 1) * p.batches + p.batch,
                epoch=p.epoch,
                loss=p.loss,
            )

        def on_epoch(epoch: Epoch) -> None:
            held = "" if epoch.held_out is None else f", held out {epoch.held_out:.3f}"
            line = f"epoch {epoch.number}: loss {epoch.loss:.3f}{held} nats a token"
            bar.console.print(f"{line}, {epoch.seconds:.1f} s", highlight=False)

        train(store, run.id, training.epochs, on_batch=on_batch, on_epoch=on_epoch)
    print(run.id)


def generate(arguments: argparse.Namespace) -> None:
    store = Store()
    run = store.load(arguments.run)
    way: Way = arguments.way or own_way(run)
    default = 0.0 if way == "window" else 1.0
    temperature = default if arguments.temperature is None else arguments.temperature
    settings = TakeSettings(
        notes=arguments.notes,
        sampling=Sampling(temperature, arguments.top_k, arguments.top_p),
        seed=arguments.seed,
        way=way,
    )
    primer = _pieces(arguments.primer)[0] if arguments.primer else None
    take = make_take(store, run, settings, epoch=arguments.epoch, primer=primer)
    Path(arguments.out).write_bytes(to_midi(take.piece))
    print(
        f"{len(take.piece)} notes, {take.piece.seconds:.1f} s of music -> {arguments.out}",
        file=sys.stderr,
    )


def take(arguments: argparse.Namespace) -> int:
    made = remake(Store(), Path(arguments.recipe).read_bytes(), arguments.run)
    Path(arguments.out).write_bytes(made.midi)
    found = "the same to the byte" if made.same else f"not the same. {made.why}"
    print(f"{len(made.piece)} notes -> {arguments.out}, {found}", file=sys.stderr)
    return 0 if made.same else 1


def evaluate_run(arguments: argparse.Namespace) -> None:
    store = Store()
    run = store.load(arguments.run)
    epoch = arguments.epoch or store.best(run.id)
    corpus = Corpus.of(run.encoding, _pieces(arguments.music))
    forward = store.forward(run, epoch)
    measure = evaluate(forward, corpus, run.training.sequence_length)
    found = {
        "run": run.id,
        "epoch": epoch,
        "pieces": len(corpus),
        "tokens": measure.rows,
        "notes": measure.notes,
        "nats_per_token": measure.nats_per_token,
        "nats_per_note": measure.nats_per_note,
        "accuracy": measure.accuracy,
        "perplexity": measure.perplexity,
    }
    if arguments.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        shown = f"{value:.4f}" if isinstance(value, float) else value
        print(f"{name.replace('_', ' '):>15}  {shown}")


def export_run(arguments: argparse.Namespace) -> None:
    store, out = Store(), Path(arguments.out)
    if out.suffix == ".keras":
        from models.training import export_keras

        data = export_keras(store, arguments.run, arguments.epoch)
    else:
        data = pack(store, arguments.run, "all" if arguments.all else "best")
    out.write_bytes(data)
    print(f"{len(data) / 1e6:,.1f} MB -> {out}", file=sys.stderr)


def import_run(arguments: argparse.Namespace) -> None:
    print(unpack(Store(), Path(arguments.file).read_bytes(), LOCAL).id)


def list_runs(arguments: argparse.Namespace) -> None:
    store = Store()
    listed = [
        {
            **run.to_json(),
            **{k: v for k, v in asdict(store.status(run.id)).items() if k != "message"},
            "best": _best(store, run.id),
        }
        for run in store.runs()
    ]
    if arguments.json:
        print(json.dumps({"runs": listed}))
        return
    if not listed:
        print("There are no runs yet. Train one: python -m models train --help")
        return
    table = Table(
        Column("run", no_wrap=True),
        "music",
        "encoding",
        "preset",
        "epochs",
        "held-out loss",
        "state",
    )
    for run, data in zip(store.runs(), listed, strict=True):
        best: Epoch | None = data["best"] and Epoch(**data["best"])
        loss = "" if best is None or best.held_out is None else f"{best.held_out:.3f}"
        table.add_row(
            run.id,
            run.title,
            run.encoding.name,
            run.preset,
            str(data["epochs"]),
            loss,
            data["state"],
        )
    Console().print(table)


def _best(store: Store, run_id: str) -> dict[str, object] | None:
    history = store.history(run_id)
    if not history:
        return None
    best = store.best(run_id)
    return asdict(next(e for e in history if e.number == best))
