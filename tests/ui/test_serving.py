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


def until_up(process: subprocess.Popen[bytes], health: str) -> None:
    while True:
        assert process.poll() is None
        try:
            assert urllib.request.urlopen(health).read() == b"ok"  # noqa: S310
            return
        except OSError:
            continue


def test_it_opens_the_browser_of_who_started_it_and_ends_in_order(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "opened")
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >"{tmp_path}/opened"\n')
    browser.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    options = ["--server.headless", "false", "--server.port", str(port)]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, *options, "--server.baseUrlPath", "music"],
            cwd=ROOT,
            env={**os.environ, "GRUVE_STORE": str(tmp_path), "BROWSER": f"{browser} %s"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://localhost:{port}/music"
            until_up(process, f"{address}{HEALTH}")
            assert (tmp_path / "opened").read_text().strip() == address
            helpers = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGTERM)
            assert process.wait() == 0
        finally:
            process.kill()
    assert not [helper for helper in helpers if helper.is_running()]
    said = (tmp_path / "log").read_text()
    assert address in said
    assert not [word for word in ("Traceback", "WARNING", "Aborted") if word in said]
