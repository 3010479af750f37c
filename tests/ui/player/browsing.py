"""What the tests of the player do in a browser, and the sound that they do it with."""

from __future__ import annotations

import io

import numpy as np
import soundfile
from playwright.sync_api import Page

LENGTHS = {"first": 12.0, "second": 8.0}
"""Seconds of the tunes of `app.py`."""

RECORDINGS = {
    "first": (12.0, 440),
    "second": (8.0, 440),
    "opening": (3.0, 440),
    "part 0": (12.0, 440),
    "part 1": (12.0, 1760),
}
"""Name -> seconds and hertz."""

# For some frames of playing: where the playhead is drawn, and where the sound is at that moment.
FRAMES = """([frame, frames]) => new Promise((done) => {
  const canvas = frame.querySelector('.gruve-player-now');
  const found = [];
  document.addEventListener('gruve-time', function look({ detail }) {
    if (!detail.playing) return;
    const row = canvas.getContext('2d').getImageData(0, 20, canvas.width, 1).data;
    const lit = [...Array(canvas.width).keys()].filter((x) => row[4 * x + 3] > 250);
    const now = frame.parentElement.querySelector('audio').currentTime;
    const x = lit.reduce((a, b) => a + b, 0) / lit.length / devicePixelRatio + 0.5;
    found.push([x, now, detail.seconds]);
    if (found.length < frames) return;
    document.removeEventListener('gruve-time', look);
    done(found);
  });
})"""


def flac_of(seconds: float, hertz: float) -> bytes:
    """Every second begins with a short loud tone."""
    rate = 44_100
    at = np.arange(round(seconds * rate)) / rate
    tone = 0.5 * np.sin(at * hertz * 2 * np.pi) * (at % 1 < 0.05)
    file = io.BytesIO()
    soundfile.write(file, tone, rate, format="FLAC")
    return file.getvalue()


def audio(page: Page, property_: str, key: str = "player") -> float:
    """A property of the audio element, as a number."""
    value: float = page.eval_on_selector(f".st-key-{key} audio", f"a => Number(a.{property_})")
    return value


def press(page: Page, name: str, key: str = "player") -> None:
    page.locator(f".st-key-{key}").get_by_role("button", name=name, exact=True).click()


def tick(page: Page, label: str) -> None:
    page.get_by_text(label, exact=True).click()


def wait_for(page: Page, condition: str, key: str = "player") -> None:
    page.wait_for_function(
        f"() => {{ const a = document.querySelector('.st-key-{key} audio'); return {condition} }}"
    )


def place(page: Page, seconds: float, y: float) -> tuple[float, float]:
    """A place on the screen: that second of the first tune, `y` pixels into the roll."""
    box = page.locator(".st-key-player .gruve-player-roll").bounding_box()
    assert box is not None
    return box["x"] + 39 + (box["width"] - 40) * seconds / LENGTHS["first"], box["y"] + 1 + y
