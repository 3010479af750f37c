"""Take the README's pictures of the real app, in a real browser.

    python -m scripts.pictures

Writes `docs/pictures`: what a newcomer sees at each step, with the networks that come with Gruve
and one that learns meanwhile, and a moving picture of the player.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Mapping

from PIL import Image
from playwright.sync_api import Page

from benchmarks.app import ROOT, browser_page, open_when_up, served

FOLDER = ROOT / "docs" / "pictures"
SIZE = {"width": 1280, "height": 800}
FRAMES, FRAME_MS = 40, 150
PLAYER = {"x": 60, "y": 40, "width": 1160, "height": 620}
WAIT_MS = 300_000
AUDIO = "document.querySelector('.st-key-player audio')"


def at_rest(page: Page) -> None:
    """Wait until the page has run and everything in it is drawn."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_function("!document.querySelector('[data-stale=true]')")
    page.evaluate("() => document.fonts.ready")
    page.wait_for_timeout(500)  # what fades in


def save(name: str, picture: bytes) -> None:
    """As a WebP, a fifth of the PNG."""
    Image.open(io.BytesIO(picture)).save(FOLDER / f"{name}.webp", quality=82, method=6)


def playing(page: Page) -> None:
    """The player on the home page, as a moving picture."""
    page.wait_for_function(f"{AUDIO}?.duration > 5")
    page.locator(".st-key-player").get_by_role("button", name="Play").click()
    page.wait_for_function(f"{AUDIO}.currentTime > 1")
    frames = []
    for _ in range(FRAMES):
        picture = page.screenshot(clip=PLAYER)  # type: ignore[arg-type]
        frames.append(Image.open(io.BytesIO(picture)).resize((870, 465)))
        page.wait_for_timeout(FRAME_MS)
    page.locator(".st-key-player").get_by_role("button", name="Pause").click()
    frames[0].save(
        FOLDER / "playing.webp",
        save_all=True,
        append_images=frames[1:],
        duration=FRAME_MS * 2,
        loop=0,
        quality=70,
        method=6,
    )


def home(page: Page) -> None:
    page.wait_for_function(f"{AUDIO}?.duration > 5")


def explore(page: Page) -> None:
    page.wait_for_selector(".js-plotly-plot")


def train(page: Page) -> None:
    page.locator(".st-key-train-start button").click()
    page.get_by_text("Epoch 4 of").first.wait_for()
    page.wait_for_selector(".js-plotly-plot")
    page.get_by_text("Your networks", exact=True).scroll_into_view_if_needed()


def generate(page: Page) -> None:
    page.locator(".st-key-generate-start button").click()
    page.wait_for_function(f"{AUDIO}?.duration > 5")
    page.locator(".st-key-player").get_by_role("button", name="Play").click()
    page.wait_for_function(f"{AUDIO}.currentTime > 6")
    page.locator(".st-key-player").get_by_role("button", name="Pause").click()


def inside(page: Page) -> None:
    page.locator(".st-key-generate-section").get_by_text("Understand it").click()
    at_rest(page)
    page.locator(".st-key-understanding-view").get_by_text("Gates").click()
    page.wait_for_selector("[class*=gruve-gates] canvas")
    page.locator(".st-key-generate-section").scroll_into_view_if_needed()


def learn(page: Page) -> None:
    page.wait_for_selector("h1")


PICTURES: Mapping[str, tuple[str | None, Callable[[Page], None]]] = {
    "home": ("", home),
    "explore": ("Explore", explore),
    "train": ("Train", train),
    "generate": ("Generate", generate),
    "inside": (None, inside),
    "learn": ("Learn?chapter=cell", learn),
}
"""Picture -> where it is taken (None: where the one before was), and what is done there first."""


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as store,
        browser_page() as page,
        served(ROOT / "streamlit_app.py", store) as (address, _),
    ):
        page.set_default_timeout(WAIT_MS)
        page.set_viewport_size(SIZE)  # type: ignore[arg-type]
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
