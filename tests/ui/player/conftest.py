"""A page with a player, served once for all these tests, and a browser to visit it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, PATIENCE_MS, ROOT
from tests.ui.player.browsing import RECORDINGS, flac_of

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("player")
    for name, (seconds, hertz) in RECORDINGS.items():
        (folder / f"{name}.flac").write_bytes(flac_of(seconds, hertz))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = (
        f"-m streamlit run --server.headless true --server.address 127.0.0.1 --server.port {port}"
    )
    app = Path(__file__).with_name("app.py")
    with subprocess.Popen(
        [sys.executable, *command.split(), str(app), "--", str(folder)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        url = f"http://127.0.0.1:{port}"
        while True:
            assert server.poll() is None, "the page was not served"
            try:
                urllib.request.urlopen(f"{url}/_stcore/health").close()  # noqa: S310
                break
            except OSError:
                continue
        yield url
        server.terminate()


@pytest.fixture(scope="package")
def browser() -> Iterator[BrowserContext]:
    if CHROMIUM is None:
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        # One context: it loads Streamlit itself once for all tests.
        yield browser.new_context(viewport={"width": 1000, "height": 900})
        browser.close()


@pytest.fixture
def page(address: str, browser: BrowserContext) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.wait_for_function("document.querySelector('.st-key-player audio')?.duration > 0")
    yield page
    page.close()
    assert errors == []
