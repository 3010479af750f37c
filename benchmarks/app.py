"""The app as a visitor meets it: how soon the home page is usable, how much memory it takes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.result import Result

ROOT = Path(__file__).resolve().parents[1]
EMPTY_APP = 'import streamlit as st\nst.title("Empty")\n'
PAIRS = 5
TRAINED_EPOCHS = 3
IDLE_SECONDS = "10"
"""After so long without work the training process goes here; 300 by default."""


@contextmanager
def browser_page() -> Iterator[Page]:
    executable = os.environ.get("GRUVE_BROWSER") or next(
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    )
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser.new_page()
        browser.close()


@contextmanager
def served(script: Path, store: str) -> Iterator[tuple[str, psutil.Process]]:
    """`streamlit run script`: its address and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    options = ["--server.headless", "true", "--server.port", str(port)]
    with Path(os.environ.get("GRUVE_BENCH_LOG", os.devnull)).open("a") as log:
        process = subprocess.Popen(
            command + options,
            cwd=ROOT,
            env={**os.environ, "GRUVE_STORE": store, "GRUVE_IDLE_SECONDS": IDLE_SECONDS},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait()


def wait_until_up(address: str, path: str = "_stcore/health") -> None:
    """Return as soon as this path is answered there: that of the server's health when it says that
    it is up."""
    while True:
        try:
            urllib.request.urlopen(f"{address}/{path}").read()  # noqa: S310
            return
        except OSError:
            continue


def open_when_up(page: Page, address: str, path: str = "") -> None:
    """Go there as soon as somebody answers, as who starts the app does."""
    wait_until_up(address, path)
    page.goto(f"{address}/{path}")


def measure_start() -> list[Result]:
    """From `streamlit run` to the page's heading in the browser, both apps in turn."""
    with tempfile.TemporaryDirectory() as folder, browser_page() as page:
        empty = Path(folder, "empty.py")
        empty.write_text(EMPTY_APP)

        def start(script: Path) -> float:
            began = time.perf_counter()
            with served(script, folder) as (address, _):
                open_when_up(page, address)
                page.wait_for_selector("h1", timeout=120_000)
                return time.perf_counter() - began

        start(empty)
        pairs = [(start(empty), start(ROOT / "streamlit_app.py")) for _ in range(PAIRS)]
    extra = median(ours - theirs for theirs, ours in pairs)
    return [
        Result(
            f"from `streamlit run` to the home page (median of {PAIRS})",
            f"{median(ours for _, ours in pairs):.1f} s",
            f"empty Streamlit app {median(theirs for theirs, _ in pairs):.1f} s",
            f"+{extra:.1f} s",
            "+2 s",
        )
    ]


def measure_memory() -> list[Result]:
    """Resident memory while the default preset learns the chorales, and with the run loaded."""
    with (
        tempfile.TemporaryDirectory() as folder,
        browser_page() as page,
        served(ROOT / "streamlit_app.py", folder) as (address, process),
    ):
        open_when_up(page, address, "Train")
        page.wait_for_selector(".st-key-train-start button", timeout=120_000)
        epochs = page.locator(".st-key-epochs input")
        epochs.fill(str(TRAINED_EPOCHS))
        epochs.press("Enter")
        page.locator(".st-key-train-start button").click()
        page.wait_for_selector(".st-key-train-stop button", timeout=60_000)
        most = 0
        while not page.locator(".st-key-train-continue button").count():
            tree = [process, *process.children(recursive=True)]
            most = max(most, sum(resident(p) for p in tree))
            page.wait_for_timeout(200)
        page.goto(f"{address}/Generate")
        page.locator(".st-key-generate-start button").click(timeout=60_000)
        page.wait_for_function(
            "document.querySelector('.st-key-player audio')?.duration > 0", timeout=120_000
        )
        web = resident(process)
        while any("dask" in " ".join(p.cmdline()) for p in process.children()):
            page.wait_for_timeout(200)
        after = sum(resident(p) for p in [process, *process.children(recursive=True)])
    return [
        Result(
            "memory of the web process, trained run loaded",
            f"{web / 2**20:.0f} MiB",
            "–",
            "–",
            "under 350 MiB",
        ),
        Result(
            "memory of all processes while training the default preset on the chorales",
            f"{most / 2**30:.2f} GiB",
            "–",
            "–",
            "under 1.6 GiB",
        ),
        Result(
            f"memory of all processes when nobody has trained for {IDLE_SECONDS} s",
            f"{after / 2**20:.0f} MiB",
            "–",
            "–",
            "comes back down",
        ),
    ]


def resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
