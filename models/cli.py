"""The command line of networks: the same code as the pages, for those who script.

Results go to standard output, progress and complaints to standard error. Exit status: 0 done,
1 failed (the sentence says why), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from models.bundle import BundleError, pack, unpack
from models.config import PRESETS, ConfigError, TrainingConfig
from models.data import Corpus, divide
from models.evaluation import evaluate
from models.generation import MAX_NOTES, Sampling, TakeSettings, Way
from models.remaking import remake
from models.store import LOCAL, Epoch, Run, Store, StoreError
from models.takes import make_take, own_way
from musiccore.encoding import ENCODINGS, EncodingError
from musiccore.piece import Piece
from musiccore.sources import SourceError, read_all
from musiccore.writing import to_midi

FAILURES = (BundleError, ConfigError, EncodingError, StoreError, SourceError, OSError)
_err = Console(stderr=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.command(arguments) or 0)
    except FAILURES as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. Complete epochs are kept.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models", description="Train networks on music and let them make some."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    settings = PRESETS["quick"].training

    train = commands.add_parser("train", help="learn from music; prints the run's id")
    train.set_defaults(command=_train)
    train.add_argument(
        "--music",
        required=True,
        metavar="PATH|starter:NAME",
        help="a MIDI file, a folder, a .zip, or a starter set such as starter:bach-chorales",
    )
    train.add_argument("--encoding", choices=ENCODINGS, default="notes")
    train.add_argument("--preset", choices=PRESETS, default="quick")
    train.add_argument("--epochs", type=int, default=settings.epochs)
    train.add_argument("--batch-size", type=int, default=settings.batch_size)
    train.add_argument(
        "--sequence-length", type=int, help="steps a batch unrolls, or the window (preset's own)"
    )
    train.add_argument("--seed", type=int, default=0)

    generate = commands.add_parser("generate", help="make music with a run; needs no TensorFlow")
    generate.set_defaults(command=_generate)
    generate.add_argument("run", metavar="RUN")
    generate.add_argument("--notes", type=int, default=500, help=f"how many, up to {MAX_NOTES}")
    generate.add_argument(
        "--temperature", type=float, help="0 always takes the likeliest (default: 1, book way: 0)"
    )
    generate.add_argument("--top-k", type=int, default=0, metavar="N")
    generate.add_argument("--top-p", type=float, default=1.0, metavar="P")
    generate.add_argument("--seed", type=int, default=0)
    generate.add_argument("--epoch", type=int, metavar="N", help="default: the best held-out one")
    generate.add_argument(
        "--way",
        choices=("carried", "window"),
        help="carry the state on, or show a window afresh for every note as the book does "
        "(default: what the network was trained for)",
    )
    generate.add_argument("--primer", metavar="FILE", help="music to go on from, kept in front")
    generate.add_argument("--out", required=True, metavar="FILE.mid")

    again = commands.add_parser("take", help="make a take again from the recipe saved with it")
    again.set_defaults(command=_take)
    again.add_argument("--recipe", required=True, metavar="recipe.json")
    again.add_argument("--run", metavar="RUN", help="the imported run, where its id is another")
    again.add_argument("--out", required=True, metavar="FILE.mid")

    measure = commands.add_parser("evaluate", help="loss on music the run has never seen")
    measure.set_defaults(command=_evaluate)
    measure.add_argument("run", metavar="RUN")
    measure.add_argument("--music", required=True, metavar="PATH|starter:NAME")
    measure.add_argument("--epoch", type=int, metavar="N", help="default: the best held-out one")
    measure.add_argument("--json", action="store_true", help="for machines")

    out = commands.add_parser("export", help="a run as one file, or its network for Keras")
    out.set_defaults(command=_export)
    out.add_argument("run", metavar="RUN")
    out.add_argument("--epoch", type=int, metavar="N", help="for .keras (default: the best one)")
    out.add_argument("--all", action="store_true", help="every kept epoch, to train on from")
    out.add_argument("--out", required=True, metavar="FILE.gruve|FILE.keras")

    back = commands.add_parser("import", help="keep a run that was exported; prints its id")
    back.set_defaults(command=_import)
    back.add_argument("file", metavar="FILE.gruve")

    runs = commands.add_parser("runs", help="what is in the store")
    runs.set_defaults(command=_runs)
    runs.add_argument("--json", action="store_true", help="for machines")
    return parser


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


def _train(arguments: argparse.Namespace) -> None:
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


def _generate(arguments: argparse.Namespace) -> None:
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


def _take(arguments: argparse.Namespace) -> int:
    made = remake(Store(), Path(arguments.recipe).read_bytes(), arguments.run)
    Path(arguments.out).write_bytes(made.midi)
    found = "the same to the byte" if made.same else f"not the same. {made.why}"
    print(f"{len(made.piece)} notes -> {arguments.out}, {found}", file=sys.stderr)
    return 0 if made.same else 1


def _evaluate(arguments: argparse.Namespace) -> None:
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


def _export(arguments: argparse.Namespace) -> None:
    store, out = Store(), Path(arguments.out)
    if out.suffix == ".keras":
        from models.training import export_keras

        data = export_keras(store, arguments.run, arguments.epoch)
    else:
        data = pack(store, arguments.run, "all" if arguments.all else "best")
    out.write_bytes(data)
    print(f"{len(data) / 1e6:,.1f} MB -> {out}", file=sys.stderr)


def _import(arguments: argparse.Namespace) -> None:
    print(unpack(Store(), Path(arguments.file).read_bytes(), LOCAL).id)


def _runs(arguments: argparse.Namespace) -> None:
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
