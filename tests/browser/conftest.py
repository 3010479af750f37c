"""The real app, served once for all browser tests, and a real browser to visit it."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("GRUVE_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)
FEATURES = (
    "AimEnabled,AvoidCorsURLLoaderRestartOnRedirect,AvoidUnnecessaryBeforeUnloadCheckSync,"
    "DestroyProfileOnBrowserClose,HttpsFirstBalancedModeAutoEnable,HttpsUpgrades,LensOverlay,"
    "MediaRouter,NetworkTimeServiceQuerying,OptimizationHints,PaintHolding,PreconnectToSearch,"
    "ThirdPartyStoragePartitioning,WebUIOmniboxAimPopup,WebUIOmniboxPopup"
)
"""What Chromium does without: all that Playwright switches off, for the last list is the one that
counts, and two pop-ups of the address bar, each a page in every window: a tenth of what pages take.
"""

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    f"--disable-features={FEATURES}"
)
PATIENCE_MS = 300_000
"""How long an event may take before a test counts as hung: minutes pass on a full machine."""

NO_FRAME = r"visible, enabled and stable\s*\Z"
"""How Playwright's words end when it found what to click and Chromium then drew no frame in which
to look whether it moves; seen once, on a full machine. Such a test, no other, is tried again, and
pytest says so."""

HERE = Path(__file__).parent
LONGEST = ("accessibility", "learn", "compare", "train", "own_music", "main_job", "taking_home")
"""Files that take longest, each by what it is about."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last, and of them the long ones first: what two processes do at the end is
    short, so that neither waits long for the other."""
    names = [f"test_{what}" for what in LONGEST]

    def place(item: pytest.Item) -> int:
        if item.path.parent != HERE:
            return 0
        return 1 + (names.index(item.path.stem) if item.path.stem in names else len(names))

    items.sort(key=place)
    for item in filter(place, items):
        item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=[NO_FRAME]))


@pytest.fixture(scope="session")
def music_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder whose sub-folders the app offers as collections."""
    return tmp_path_factory.mktemp("music")


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the app keeps what its visitors have."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="session")
def address(store: Path, music_folder: Path) -> Iterator[str]:
    """The app as the README starts it, with a store of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    options = f"--server.headless true --server.address 127.0.0.1 --server.port {port}".split()
    log = (store / "app.log").open("w")
    process = subprocess.Popen(
        command + options,
        cwd=ROOT,
        env={**os.environ, "GRUVE_STORE": str(store), "GRUVE_MUSIC_DIR": str(music_folder)},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            assert process.poll() is None, (store / "app.log").read_text()
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=5).read()  # noqa: S310
                break
            except OSError:
                continue
        yield url
        assert "Traceback" not in (store / "app.log").read_text()
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_MS / 1000)
        finally:
            process.kill()
            log.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    assert CHROMIUM, "These tests need Chromium: ./scripts/test installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


def visitor(chromium: Browser, width: int = 1280) -> Page:
    """A new visitor: a browser without cookies."""
    page = chromium.new_context(
        viewport={"width": width, "height": 900}, accept_downloads=True
    ).new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = visitor(chromium)
    yield page
    page.context.close()


def fill(page: Page, key: str, value: object) -> None:
    """Type a number into the control with this key and let the page take it."""
    box = page.locator(f".st-key-{key} input")
    box.fill(str(value))
    box.press("Enter")
