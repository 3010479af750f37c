"""Processes of our own that do what is dangerous: started, spoken with over a socket, ended.

A plain subprocess, not `multiprocessing`: that runs Streamlit's page again in its children, and a
fork of a threaded process may hang.
"""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from musiccore.frames import FrameError, receive, send

_ROOT = Path(__file__).resolve().parents[1]
# One thread each: they have no use for more, and their stacks count as memory.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_START_SECONDS = 60.0
_LOG_BYTES = 2_000


class StartError(RuntimeError):
    """A process did not start; the message says what it said."""


class Running(NamedTuple):
    """A process, the `line` that is its standard input, and what it says besides."""

    process: subprocess.Popen[bytes]
    line: socket.socket
    log: IO[bytes]


def start(command: Sequence[str], hello: Mapping[str, Any]) -> Running:
    """Let a process begin to start, and send it its first frame. Raises `StartError`."""
    ours, theirs = socket.socketpair()
    log = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the process
    try:
        with theirs:
            process = subprocess.Popen(  # noqa: S603  the command is ours
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=_ROOT,
                env={**os.environ, **_ENVIRONMENT},
                # Ctrl-C is for the app, which then hangs up.
                start_new_session=True,
            )
    except OSError as error:
        ours.close()
        log.close()
        raise StartError(str(error)) from error
    with suppress(OSError):  # it is gone already, which shows when it does not become ready
        send(ours, hello)
    return Running(process, ours, log)


def wait_until_ready(running: Running) -> None:
    """Wait for a process's first answer. Raises `StartError`; the process is then to be ended."""
    try:
        receive(running.line, _START_SECONDS)
    except (FrameError, OSError) as error:
        running.log.seek(0)
        said = running.log.read()[-_LOG_BYTES:].decode("utf-8", "replace").strip()
        raise StartError(said or str(error)) from error


def end(running: Running) -> int:
    """End a process, whatever it is doing; its exit status."""
    running.line.close()
    running.process.kill()
    running.log.close()
    return running.process.wait()
