"""The server is up when pages are ready, shows itself to who started it, and ends in order."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from starlette.types import Message, Receive, Scope, Send

from ui import serving
from ui.serving import HEALTH, UpWhenReady

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Once it is set, all is ready."""
    event = threading.Event()
    work = threading.Thread(target=event.wait, daemon=True)
    work.start()
    monkeypatch.setattr(serving, "warm_up", lambda: work)
    yield event
    event.set()


async def asked(path: str, answered: list[str]) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        answered.append(scope["path"])

    async def nothing(*_: object) -> Message:
        raise AssertionError("nobody speaks")

    await UpWhenReady(app)({"type": "http", "path": path}, nothing, nothing)


def test_the_server_says_that_it_is_up_when_all_is_ready(done: threading.Event) -> None:
    answered: list[str] = []

    async def ask() -> None:
        health = asyncio.create_task(asked(f"/under{HEALTH}", answered))
        await asked("/", answered)
        assert answered == ["/"]
        assert not health.done()
        done.set()
        await health

    asyncio.run(ask())
    assert answered == ["/", f"/under{HEALTH}"]
    asyncio.run(asked(HEALTH, answered))
    assert answered[2:] == [HEALTH]


@pytest.mark.usefixtures("done")
def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "PATIENCE_SECONDS", 0.01)
    answered: list[str] = []
    asyncio.run(asked(HEALTH, answered))
    assert answered == [HEALTH]


class Started:
    """The app, started by somebody whose browser writes down what it is told to open."""

    def __init__(self, folder: Path) -> None:
        self._opened, self._log = folder / "opened", folder / "log"
        os.mkfifo(self._opened)
        browser = folder / "browser"
        browser.write_text(f'#!/bin/sh\necho "$1" >"{self._opened}"\n')
        browser.chmod(0o755)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://localhost:{port}/music"
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
        options = f"--server.headless false --server.port {port} --server.baseUrlPath music".split()
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                command + options,
                cwd=ROOT,
                env={**os.environ, "GRUVE_STORE": str(folder), "BROWSER": f"{browser} %s"},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def answer(self, path: str) -> bytes:
        """What it answers, as soon as it does."""
        while True:
            assert self.process.poll() is None, self.said
            try:
                return bytes(urllib.request.urlopen(self.address + path).read())  # noqa: S310
            except OSError:
                continue

    @property
    def opened(self) -> str:
        return self._opened.read_text().strip()

    @property
    def said(self) -> str:
        return self._log.read_text()

    def end(self) -> None:
        """Ask it to end; nothing is left of it, and nothing was wrong."""
        helpers = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait() == 0
        assert not [helper for helper in helpers if helper.is_running()]
        assert not [word for word in ("Traceback", "WARNING", "Aborted") if word in self.said]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    app = Started(tmp_path)
    yield app
    app.process.kill()
    app.process.wait()


def test_it_opens_the_browser_of_who_started_it_and_ends_in_order(started: Started) -> None:
    assert started.answer(HEALTH) == b"ok"
    assert started.opened == started.address
    assert started.address in started.said
    started.end()


def test_it_ends_in_order_while_it_gets_ready(started: Started) -> None:
    assert started.answer("/")
    assert started.opened
    started.end()
