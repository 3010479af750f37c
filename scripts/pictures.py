"""Take the README's pictures of the real app, in a real browser.

    python -m scripts.pictures

Writes `docs/pictures`: what a visitor sees at each step with a network that comes with Gruve, and
a moving picture of the player.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Mapping

from PIL import Image
from playwright.sync_api import Locator, Page

from benchmarks.app import ROOT, browser_page, open_when_up, served

FOLDER = ROOT / "docs" / "pictures"
SIZE = {"width": 1000, "height": 640}
"""Of the window: small, so that words can be read where a README shows two pictures in a row."""

SHARP = 2
"""Pixels of a picture for one of the window, as on most screens of today."""

FRAMES, FRAME_MS = 40, 200
SLOWEST = 0.0625
"""Of the usual speed: slower, Chromium refuses."""

MOVING = (1000, 640)
"""Of the moving picture, in pixels."""

WAIT_MS = 300_000
AUDIO = "document.querySelector('.st-key-player audio')"


def at_rest(page: Page) -> None:
    """Wait until the page has run and everything in it is drawn."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_function("!document.querySelector('[data-stale=true]')")
    page.evaluate("() => document.fonts.ready")
    page.wait_for_timeout(500)  # what fades in


def to_top(what: Locator) -> None:
    """Scroll until this stands at the top, with a little room above it."""
    what.evaluate("e => { e.style.scrollMarginTop = '1.5rem'; e.scrollIntoView(); }")


def save(name: str, picture: bytes) -> None:
    """As a WebP, a fifth of the PNG."""
    Image.open(io.BytesIO(picture)).save(FOLDER / f"{name}.webp", quality=82, method=6)


def play(page: Page) -> None:
    """Begin to play, as slowly as a browser can: the pictures say where."""
    page.wait_for_function(f"{AUDIO}?.duration > 5")
    page.locator(".st-key-player").get_by_role("button", name="Play").click()
    page.wait_for_function(f"{AUDIO}.currentTime > 0")
    page.evaluate(f"{AUDIO}.playbackRate = {SLOWEST}")


def seek(page: Page, seconds: float) -> None:
    page.evaluate(f"{AUDIO}.currentTime = {seconds}")
    page.wait_for_function(f"!{AUDIO}.seeking")


def pause(page: Page) -> None:
    page.locator(".st-key-player").get_by_role("button", name="Pause").click()


def playing(page: Page) -> None:
    """The player on the home page, as a moving picture."""
    play(page)
    frames = []
    for number in range(FRAMES):
        seek(page, number * FRAME_MS / 1000)
        page.wait_for_timeout(FRAME_MS)  # what moves is drawn
        frames.append(Image.open(io.BytesIO(page.screenshot())).resize(MOVING))
    pause(page)
    frames[0].save(
        FOLDER / "playing.webp",
        save_all=True,
        append_images=frames[1:],
        duration=FRAME_MS,
        loop=0,
        quality=70,
        method=6,
    )


def home(page: Page) -> None:
    page.wait_for_function(f"{AUDIO}?.duration > 5")


def explore(page: Page) -> None:
    page.locator(".st-key-explore-section").get_by_text("Rhythm and pitch").click()
    at_rest(page)
    page.wait_for_selector(".js-plotly-plot")
    to_top(page.locator(".st-key-explore-section"))


def generate(page: Page) -> None:
    page.locator(".st-key-home-adopt button").click()
    page.wait_for_selector(".st-key-generate-start")
    play(page)
    seek(page, 6)
    pause(page)


def inside(page: Page) -> None:
    page.locator(".st-key-generate-section").get_by_text("Understand it").click()
    at_rest(page)
    page.locator(".st-key-understanding-view").get_by_text("Gates").click()
    page.wait_for_selector("[class*=gruve-gates] canvas")
    to_top(page.locator(".st-key-generate-section"))


def train(page: Page) -> None:
    page.wait_for_selector(".js-plotly-plot")
    to_top(page.get_by_role("heading", name="Your networks"))


def learn(page: Page) -> None:
    page.wait_for_selector(".gruve-cell")
    to_top(page.get_by_role("heading", name="With numbers"))


PICTURES: Mapping[str, tuple[str | None, Callable[[Page], None]]] = {
    "home": ("", home),
    "explore": ("Explore", explore),
    "generate": ("", generate),
    "inside": (None, inside),
    "train": ("Train", train),
    "learn": ("Learn?chapter=cell", learn),
}
"""Picture -> where it is taken (None: where the one before was), and what is done there first."""


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as store,
        browser_page() as first,
        served(ROOT / "streamlit_app.py", store) as (address, _),
    ):
        browser = first.context.browser
        assert browser is not None
        page = browser.new_page(viewport=SIZE, device_scale_factor=SHARP)  # type: ignore[arg-type]
        page.set_default_timeout(WAIT_MS)
        open_when_up(page, address)
        at_rest(page)
        playing(page)
        for name, (path, prepare) in PICTURES.items():
            if path is not None:
                page.goto(f"{address}/{path}")
            at_rest(page)
            prepare(page)
            page.wait_for_timeout(1000)  # what moves comes to rest
            save(name, page.screenshot())


if __name__ == "__main__":
    main()
