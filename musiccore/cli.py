"""The command line of music: what was read of somebody's files, and what a network would see.

Results go to standard output, progress and complaints to standard error. Exit status: 0 all well,
1 something was refused or failed (a sentence says why), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from musiccore.archives import Found
from musiccore.encoding import ENCODINGS, EncodingError
from musiccore.isolation import read_isolated
from musiccore.limits import Limits, current_limits
from musiccore.piece import Piece
from musiccore.reports import STATUSES, FileReport
from musiccore.sources import STARTER, SourceError, find

_PIPED_WIDTH = 160
_INTERRUPTED = 130
_MISSING = "missing"
_NAMED = 4

_WHERE = """\
PATH is a MIDI file, a folder (with all below it), a .zip, or a starter set such as
starter:bach-chorales. In folders and archives, files called .mid, .midi, .kar and .rmi count.
Bounds on sizes and times can be changed by environment variables; see musiccore/limits.py."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = _parser().parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that the terminal cannot show must not end the list.
        sys.stdout.reconfigure(errors="replace")
    try:
        limits = current_limits()
    except ValueError as error:
        return _complain(error, status=2)
    try:
        status = int(arguments.command(arguments, limits))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has enough; Python would complain once more at its own end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (RuntimeError, OSError) as error:
        return _complain(error, status=1)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m musiccore",
        description="Read MIDI files as Gruve does.",
        epilog="Exit status: 0 all well, 1 something was refused or failed, 2 wrong usage.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    report = commands.add_parser(
        "report",
        help="what was read and dropped, file by file",
        description="Say for each file whether it was read, repaired or refused, and why.",
        epilog=_WHERE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    report.set_defaults(command=_report)
    report.add_argument("paths", nargs="+", metavar="PATH", help="where the music is; see below")
    report.add_argument("--json", action="store_true", help='{"files": [...]} for machines')

    encode = commands.add_parser(
        "encode",
        help="the tokens a network would see, in words",
        description="Print what a network would see of each file, one token a line.",
        epilog=_WHERE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    encode.set_defaults(command=_encode)
    encode.add_argument("path", metavar="PATH", help="where the music is; see below")
    encode.add_argument(
        "--encoding", choices=ENCODINGS, required=True, help="how notes become tokens"
    )
    encode.add_argument("--json", action="store_true", help='[{"file", "tokens"}, ...]')
    return parser


def _report(arguments: argparse.Namespace, limits: Limits) -> int:
    reports = [report for _, report in _read(arguments.paths, limits)]
    if arguments.json:
        print(json.dumps({"files": [asdict(report) for report in reports]}))
    else:
        # What does not exist has been said on standard error already.
        _print_table([report for report in reports if report.reason != _MISSING])
    return int(any(report.status == "refused" for report in reports))


def _encode(arguments: argparse.Namespace, limits: Limits) -> int:
    pieces = []
    status = 0
    for piece, report in _read([arguments.path], limits):
        if piece is None:
            status = 1 if report.reason == _MISSING else _complain(report.message, status=1)
        else:
            pieces.append(piece)
    try:
        tokens = _tokens(arguments.encoding, pieces)
    except EncodingError as error:
        status = _complain(error, status=1)
        tokens = [[] for _ in pieces]
    named = zip(pieces, tokens, strict=True)
    if arguments.json:
        print(json.dumps([{"file": piece.name, "tokens": words} for piece, words in named]))
    else:
        for piece, words in named:
            print(f"{piece.name} ({len(words):,} tokens)")
            for word in words:
                print(f"  {word}")
    return status


def _tokens(name: str, pieces: list[Piece]) -> list[list[str]]:
    if not pieces:
        return []
    encoding = ENCODINGS[name].fit(pieces)
    return [[encoding.words(row) for row in encoding.encode(p).rows.tolist()] for p in pieces]


def _read(paths: Sequence[str], limits: Limits) -> Iterator[tuple[Piece | None, FileReport]]:
    """Read everything, with a bar on standard error where that is a terminal.

    A path that does not exist is said there, and reported as refused.
    """
    console = Console(stderr=True)
    with Progress(
        BarColumn(),
        TextColumn("{task.completed:,} files"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[file]}", markup=False),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None, file="")
        for piece, report in read_isolated(_found(paths, limits), limits):
            bar.update(task, advance=1, file=report.file)
            if report.reason == _MISSING:
                _complain(report.message, status=1)
            yield piece, report


def _found(paths: Sequence[str], limits: Limits) -> Iterator[Found]:
    """The files of all paths; where there are several, each file is named with its path."""
    for path in paths:
        try:
            files = find(path, limits)
        except SourceError as error:
            yield path, error
            continue
        for name, data in files:
            yield (_full(path, name) if len(paths) > 1 else name), data


def _full(path: str, name: str) -> str:
    if not path.startswith(STARTER) and Path(path).name == name and Path(path).is_file():
        return path
    return f"{path.rstrip('/')}/{name}"


def _print_table(reports: list[FileReport]) -> None:
    if not reports:
        return
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PIPED_WIDTH)
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("file", overflow="fold")
    table.add_column("status", no_wrap=True)
    table.add_column("notes", justify="right", no_wrap=True)
    table.add_column("length", justify="right", no_wrap=True)
    table.add_column("instruments", overflow="fold")
    table.add_column("what happened", overflow="fold")
    for report in reports:
        table.add_row(
            Text(report.file),
            Text(report.status),
            f"{report.notes:,}" if report.notes else "",
            _clock(report.seconds) if report.notes else "",
            Text(_few(report.instruments)),
            Text(report.message),
        )
    # Printed as any other text: rich has ideas of its own about pipes that close.
    with console.capture() as captured:
        console.print(table)
    print(captured.get(), _totals(reports), sep="")


def _few(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _totals(reports: list[FileReport]) -> str:
    counts = Counter(report.status for report in reports)
    files = ", ".join(f"{counts[status]:,} {status}" for status in STATUSES if counts[status])
    notes = sum(report.notes for report in reports)
    return f"{files}; {notes:,} notes, {_clock(sum(report.seconds for report in reports))}"


def _clock(seconds: float) -> str:
    """3725.4 -> 1:02:05."""
    minutes, whole = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{whole:02}" if hours else f"{minutes}:{whole:02}"


def _complain(what: object, status: int) -> int:
    print(f"error: {what}", file=sys.stderr)
    return status
