"""The command line of networks: the same code as the pages, for those who script.

Results go to standard output, progress and complaints to standard error. Exit status: 0 done,
1 failed (the sentence says why), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from models import commands
from models.bundle import BundleError
from models.config import PRESETS, ConfigError
from models.generation import MAX_NOTES
from models.store import StoreError
from musiccore.encoding import ENCODINGS, EncodingError
from musiccore.sources import SourceError

FAILURES = (BundleError, ConfigError, EncodingError, StoreError, SourceError, OSError)


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
    choices = parser.add_subparsers(required=True, metavar="COMMAND")
    settings = PRESETS["quick"].training

    train = choices.add_parser("train", help="learn from music; prints the run's id")
    train.set_defaults(command=commands.train_run)
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

    generate = choices.add_parser("generate", help="make music with a run; needs no TensorFlow")
    generate.set_defaults(command=commands.generate)
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

    again = choices.add_parser("take", help="make a take again from the recipe saved with it")
    again.set_defaults(command=commands.take)
    again.add_argument("--recipe", required=True, metavar="recipe.json")
    again.add_argument("--run", metavar="RUN", help="the imported run, where its id is another")
    again.add_argument("--out", required=True, metavar="FILE.mid")

    measure = choices.add_parser("evaluate", help="loss on music the run has never seen")
    measure.set_defaults(command=commands.evaluate_run)
    measure.add_argument("run", metavar="RUN")
    measure.add_argument("--music", required=True, metavar="PATH|starter:NAME")
    measure.add_argument("--epoch", type=int, metavar="N", help="default: the best held-out one")
    measure.add_argument("--json", action="store_true", help="for machines")

    out = choices.add_parser("export", help="a run as one file, or its network for Keras")
    out.set_defaults(command=commands.export_run)
    out.add_argument("run", metavar="RUN")
    out.add_argument("--epoch", type=int, metavar="N", help="for .keras (default: the best one)")
    out.add_argument("--all", action="store_true", help="every kept epoch, to train on from")
    out.add_argument("--out", required=True, metavar="FILE.gruve|FILE.keras")

    back = choices.add_parser("import", help="keep a run that was exported; prints its id")
    back.set_defaults(command=commands.import_run)
    back.add_argument("file", metavar="FILE.gruve")

    runs = choices.add_parser("runs", help="what is in the store")
    runs.set_defaults(command=commands.list_runs)
    runs.add_argument("--json", action="store_true", help="for machines")
    return parser
