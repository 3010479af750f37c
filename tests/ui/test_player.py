"""The player: what is sent to the browser, and what a real browser makes of it."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from streamlit.testing.v1 import AppTest

from musiccore.piece import Piece, Track
from ui.player import NO_AUDIO, message

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("GRUVE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"

LENGTHS = {"first": 12.0, "second": 8.0}

APP = """
import sys
from pathlib import Path
import streamlit as st
from musiccore.piece import Piece, Track
from ui.player import player

def tune(name, seconds):
    notes = [(2.0 * k, 1.0, 48 + k, 90) for k in range(int(seconds))]
    return Piece(name, (Track.of(notes),)), (Path(sys.argv[1]) / f"{name}.mp3").read_bytes()

st.button("Elsewhere")
other, both, mute = st.checkbox("Other music"), st.checkbox("Both"), st.checkbox("Mute")
if not st.checkbox("Hide"):
    piece, mp3 = tune("second", 8) if other else tune("first", 12)
    player(piece, None if mute else mp3)
if both:
    player(*tune("second", 8), key="another")
"""


def mp3_of(seconds: float) -> bytes:
    rate = 44_100
    tone = 0.1 * np.sin(np.arange(round(seconds * rate)) * 440 * 2 * np.pi / rate)
    file = io.BytesIO()
    soundfile.write(file, tone, rate, format="MP3")
    return file.getvalue()


# What is sent


def test_the_message_holds_header_notes_and_sound() -> None:
    piece = Piece("p", (Track.of([(0.0, 1.0, 60, 90), (1.0, 2.0, 64, 80)]),))
    sent = message(piece, b"mp3 bytes", height=200)
    head = 4 + int.from_bytes(sent[:4], "little")
    header = json.loads(sent[4:head])
    assert header["notes"] == 2
    assert header["seconds"] == 1.5
    assert header["audible"]
    assert np.frombuffer(sent, "<f4", 4, head).tolist() == [0.0, 0.5, 0.5, 1.0]
    assert list(sent[head + 16 : head + 22]) == [60, 64, 0, 0, 90, 80]
    assert sent[head + 22 :] == b"mp3 bytes"


def test_the_same_music_is_the_same_message_and_other_sound_another() -> None:
    piece = Piece("p", (Track.of([(0.0, 1.0, 60, 90)]),))
    assert message(piece, b"a", height=200) == message(piece, b"a", height=200)
    assert message(piece, b"a", height=200)[:100] != message(piece, b"b", height=200)[:100]


@pytest.mark.parametrize("mp3", [None, b"sound"])
def test_a_page_shows_it_even_for_a_piece_without_notes(mp3: bytes | None) -> None:
    def page(mp3: bytes | None) -> None:
        from musiccore.piece import Piece
        from ui.player import player

        player(Piece("empty", ()), mp3)

    at = AppTest.from_function(page, args=(mp3,)).run(timeout=30)
    assert not at.exception


# What a browser makes of it


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("player")
    (folder / "app.py").write_text(APP)
    for name, length in LENGTHS.items():
        (folder / f"{name}.mp3").write_bytes(mp3_of(length))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = (
        f"-m streamlit run --server.headless true --server.address 127.0.0.1 --server.port {port}"
    )
    with subprocess.Popen(
        [sys.executable, *command.split(), "app.py", "--", str(folder)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        url = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health").close()  # noqa: S310
                break
            except OSError:
                time.sleep(0.1)
        yield url
        server.terminate()


@pytest.fixture(scope="module")
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
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.wait_for_function("document.querySelector('.st-key-player audio')?.duration > 0")
    yield page
    page.close()
    assert errors == []


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


def test_it_plays_and_pauses(page: Page) -> None:
    assert audio(page, "duration") == pytest.approx(LENGTHS["first"], abs=0.05)
    press(page, "Play")
    wait_for(page, "a.currentTime > 0.5")
    press(page, "Pause")
    assert audio(page, "paused") == 1
    expect(page.get_by_role("slider", name="Position")).to_have_attribute(
        "aria-valuetext", "0:00 of 0:12"
    )


def test_keys_play_pause_and_seek(page: Page) -> None:
    page.locator(".gruve-player-roll").focus()
    page.keyboard.press("Space")
    wait_for(page, "!a.paused && a.currentTime > 0.2")
    page.keyboard.press("Space")
    wait_for(page, "a.paused")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert audio(page, "currentTime") == pytest.approx(5.0, abs=0.01)
    page.keyboard.press("ArrowLeft")
    assert audio(page, "currentTime") == pytest.approx(0.0, abs=0.01)
    page.keyboard.press("End")
    assert audio(page, "currentTime") == pytest.approx(LENGTHS["first"], abs=0.05)


PLAYHEAD = """frame => {
  const canvas = frame.querySelector('.gruve-player-now');
  const row = canvas.getContext('2d').getImageData(0, 14, canvas.width, 1).data;
  const lit = [...Array(canvas.width).keys()].filter((x) => row[4 * x + 3] > 128);
  const now = frame.parentElement.querySelector('audio').currentTime;
  return [lit.reduce((a, b) => a + b, 0) / lit.length / devicePixelRatio + 0.5, now];
}"""


def test_a_click_seeks_and_the_playhead_is_where_the_sound_is(page: Page) -> None:
    frame = page.locator(".gruve-player-roll")
    box = frame.bounding_box()
    assert box is not None
    keys, room = 38, box["width"] - 2 - 38
    frame.click(position={"x": 1 + keys + room / 2, "y": 100})
    assert audio(page, "currentTime") == pytest.approx(LENGTHS["first"] / 2, abs=0.05)
    press(page, "Play")
    for _ in range(5):
        page.wait_for_timeout(150)
        x, now = frame.evaluate(PLAYHEAD)
        shown = (x - keys) / room * LENGTHS["first"]
        assert shown == pytest.approx(now, abs=0.1), "at most a few frames behind"


def test_a_zoomed_roll_follows_the_music(page: Page) -> None:
    for _ in range(4):
        press(page, "Zoom in")
    press(page, "Play")
    page.get_by_role("slider", name="Position").fill("9")
    wait_for(page, "a.currentTime > 9.3")
    x, _ = page.locator(".gruve-player-roll").evaluate(PLAYHEAD)
    assert 38 < x < 1000
    press(page, "Whole piece")


def test_a_rerun_leaves_the_sound_alone_and_other_music_replaces_it(page: Page) -> None:
    press(page, "Play")
    wait_for(page, "a.currentTime > 0.2")
    page.evaluate("window.source = document.querySelector('.st-key-player audio').src")
    press_elsewhere = page.get_by_role("button", name="Elsewhere")
    press_elsewhere.click()
    page.wait_for_timeout(1000)
    wait_for(page, "!a.paused && a.currentTime > 1 && a.src === window.source")
    tick(page, "Other music")
    wait_for(page, "a.paused && a.src !== window.source && a.duration < 9 && a.currentTime === 0")
    expect(page.get_by_role("group", name="Player of second")).to_be_visible()
    press(page, "Play")
    wait_for(page, "a.currentTime > 0.2")


def test_one_player_sounds_at_a_time(page: Page) -> None:
    tick(page, "Both")
    wait_for(page, "a?.duration > 0", "another")
    press(page, "Play")
    wait_for(page, "a.currentTime > 0.2")
    press(page, "Play", "another")
    wait_for(page, "a.currentTime > 0.2", "another")
    assert audio(page, "paused") == 1
    assert audio(page, "paused", "another") == 0


def test_a_player_that_leaves_the_page_falls_silent(page: Page) -> None:
    press(page, "Play")
    wait_for(page, "a.currentTime > 0.2")
    page.evaluate("window.sound = document.querySelector('.st-key-player audio')")
    tick(page, "Hide")
    page.wait_for_function("window.sound.paused && !window.sound.isConnected")


def test_without_sound_the_notes_and_the_reason_are_shown(page: Page) -> None:
    tick(page, "Mute")
    expect(page.get_by_text(NO_AUDIO)).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_have_count(0)
    expect(page.locator(".gruve-player-roll")).to_be_visible()
    press(page, "Zoom in")
