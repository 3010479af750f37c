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
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from streamlit.testing.v1 import AppTest

from musiccore.piece import Piece, Track
from ui.player import NO_AUDIO, identity_of, message, sound

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("GRUVE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"

PATIENCE_MS = 120_000
"""How long an event may take before a test counts as hung."""

expect.set_options(timeout=PATIENCE_MS)

LENGTHS = {"first": 12.0, "second": 8.0}

APP = """
import sys
from pathlib import Path
import streamlit as st
from musiccore.piece import Piece, Track
from ui.player import parts_wanted, picked, player
from ui.player.sound import deliver

def recording(name):
    return (Path(sys.argv[1]) / f"{name}.flac").read_bytes()

def tune(name, seconds):
    low = [(2.0 * k, 1.0, 48 + k, 90) for k in range(seconds)]
    high = [(2.0 * k + 1.0, 1.0, 72 + k, 90) for k in range(seconds)]
    return Piece(name, (Track.of(low), Track.of(high, 73)))

def show(name, seconds, key="player", mute=False, opening=False):
    piece = tune(name, seconds)
    player(piece, key=key, audible=not mute, generated_from=4.0, surprise=[1.0] * len(piece))
    if mute:
        return
    if opening:
        deliver(piece, recording("opening"), player=key, key=f"{key}-opening", whole=False)
    else:
        deliver(piece, recording(name), player=key, key=f"{key}-sound")
    for part in parts_wanted(key):
        deliver(piece, recording(f"part {part}"), player=key, key=f"{key}-part-{part}", part=part)

if st.button("Elsewhere"):
    st.write("The page has run again.")
other, both, mute = st.checkbox("Other music"), st.checkbox("Both"), st.checkbox("No sound")
opening = st.checkbox("Opening")
if not st.checkbox("Hide"):
    show("second" if other else "first", 8 if other else 12, mute=mute, opening=opening)
    st.write(f"picked: {picked()}")
if both:
    show("second", 8, key="another")
"""

FREQUENCIES = {"first": 440, "second": 440, "opening": 440, "part 0": 440, "part 1": 1760}


def flac_of(seconds: float, hertz: float) -> bytes:
    """Every second begins with a short loud tone."""
    rate = 44_100
    at = np.arange(round(seconds * rate)) / rate
    tone = 0.5 * np.sin(at * hertz * 2 * np.pi) * (at % 1 < 0.05)
    file = io.BytesIO()
    soundfile.write(file, tone, rate, format="FLAC")
    return file.getvalue()


# What is sent


DUO = Piece(
    "p", (Track.of([(0.0, 1.0, 60, 90), (1.0, 2.0, 64, 80)]), Track.of([(0.5, 1.0, 72, 70)], 73))
)


def parted(sent: bytes) -> tuple[dict[str, Any], bytes]:
    """The header of a message, and what follows it."""
    head = 4 + int.from_bytes(sent[:4], "little")
    return json.loads(sent[4:head]), sent[head:]


def test_the_message_holds_header_notes_and_surprise() -> None:
    header, body = parted(
        message(DUO, key="k", height=200, audible=True, generated_from=1.0, surprise=[1, 2, 3])
    )
    assert (header["key"], header["notes"], header["seconds"]) == ("k", 3, 1.5)
    assert header["audible"]
    assert header["mixable"]
    assert header["generatedFrom"] == 0.5
    assert np.frombuffer(body, "<f4", 6).tolist() == [0.0, 0.25, 0.5, 0.5, 0.5, 1.0]
    assert list(body[24:33]) == [60, 72, 64, 0, 1, 0, 90, 70, 80]
    assert np.frombuffer(body[33:], "<f4").tolist() == [1.0, 2.0, 3.0]
    with pytest.raises(ValueError, match="2 numbers of surprise for 3 notes"):
        message(DUO, key="k", height=200, audible=True, surprise=[1, 2])


def test_the_same_music_is_the_same_message_and_other_music_another() -> None:
    sent = message(DUO, key="k", height=200, audible=True)
    assert sent == message(DUO, key="k", height=200, audible=True)
    surprising, _ = parted(message(DUO, key="k", height=200, audible=True, surprise=[1, 2, 3]))
    assert surprising["id"] != parted(sent)[0]["id"]
    assert surprising["music"] == parted(sent)[0]["music"], "so its sound goes on"
    played = replace(DUO, tracks=(DUO.tracks[0], replace(DUO.tracks[1], program=40)))
    assert identity_of(played) != identity_of(DUO)


def test_sound_is_sent_for_one_player_and_one_piece() -> None:
    header, body = parted(sound.message(DUO, b"recording", player="k", part=1))
    assert header["music"] == identity_of(DUO)
    assert (header["player"], header["part"], header["whole"]) == ("k", 1, True)
    assert body == b"recording"
    assert parted(sound.message(DUO, b"", player="k", error="No."))[0]["error"] == "No."


def test_one_instrument_or_very_long_music_is_not_mixed() -> None:
    alone = Piece("p", DUO.tracks[:1])
    assert not parted(message(alone, key="k", height=200, audible=True))[0]["mixable"]
    long = Piece("p", (*DUO.tracks, Track.of([(700.0, 1.0, 60, 90)])))
    assert not parted(message(long, key="k", height=200, audible=True))[0]["mixable"]


@pytest.mark.parametrize("audible", [False, True])
def test_a_page_shows_it_even_for_a_piece_without_notes(audible: bool) -> None:
    def page(audible: bool) -> None:
        from musiccore.piece import Piece
        from ui.player import parts_wanted, picked, player

        player(Piece("empty", ()), audible=audible)
        assert picked() is None
        assert parts_wanted() == ()

    at = AppTest.from_function(page, args=(audible,)).run(timeout=30)
    assert not at.exception


# What a browser makes of it


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("player")
    (folder / "app.py").write_text(APP)
    for name, hertz in FREQUENCIES.items():
        length = {"opening": 3.0}.get(name, LENGTHS.get(name, 12.0))
        (folder / f"{name}.flac").write_bytes(flac_of(length, hertz))
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
    page.set_default_timeout(PATIENCE_MS)
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
        "aria-valuetext", f"0:{int(audio(page, 'currentTime')):02} of 0:12"
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


def test_a_click_seeks_and_the_playhead_is_where_the_sound_is(page: Page) -> None:
    frame = page.locator(".gruve-player-roll")
    box = frame.bounding_box()
    assert box is not None
    keys, room = 38, box["width"] - 2 - 38
    frame.click(position={"x": 1 + keys + room / 2, "y": 40})
    assert audio(page, "currentTime") == pytest.approx(LENGTHS["first"] / 2, abs=0.05)
    press(page, "Play")
    for x, now, told in page.evaluate(FRAMES, [frame.element_handle(), 30]):
        assert (x - keys) / room * LENGTHS["first"] == pytest.approx(now, abs=0.05)
        assert told == pytest.approx(now, abs=0.05)


def place(page: Page, seconds: float, y: float) -> tuple[float, float]:
    """A place on the screen: that second of the first tune, `y` pixels into the roll."""
    box = page.locator(".st-key-player .gruve-player-roll").bounding_box()
    assert box is not None
    return box["x"] + 39 + (box["width"] - 40) * seconds / LENGTHS["first"], box["y"] + 1 + y


def test_a_click_on_a_note_picks_it_and_the_sound_goes_on(page: Page) -> None:
    press(page, "Loop")
    press(page, "Play")
    wait_for(page, "a.currentTime > 0.2")
    # The notes reach from C3 - 2 to B5 + 2; the flute's second one is C#5 from second 1.5.
    frame = page.locator(".st-key-player .gruve-player-roll").bounding_box()
    assert frame is not None
    row = (frame["height"] - 2 - 24 - 46) / (83 - 48 + 5)
    page.mouse.click(*place(page, 1.7, 24 + (85 - 73 + 0.5) * row))
    expect(page.get_by_text("picked: 3")).to_be_visible()
    expect(page.locator(".st-key-player .gruve-player-status")).to_have_text(
        "C♯5, Flute, 0:01.5, surprise 1.0 nats, picked"
    )
    wait_for(page, "!a.paused && a.currentTime >= 1.5")


def test_a_passage_that_is_marked_comes_again(page: Page) -> None:
    page.mouse.move(*place(page, 2, 8))
    page.mouse.down()
    page.mouse.move(*place(page, 2.5, 8), steps=3)
    page.mouse.move(*place(page, 3, 8))
    page.mouse.up()
    assert audio(page, "currentTime") == pytest.approx(2.0, abs=0.05)
    expect(page.get_by_role("button", name="Loop")).to_have_attribute("aria-pressed", "true")
    press(page, "Play")
    wait_for(page, "a.currentTime > 2.7")
    wait_for(page, "a.currentTime < 2.5 && !a.paused")
    page.locator(".gruve-player-roll").press("Escape")
    wait_for(page, "a.currentTime > 3.3")


def test_everything_works_by_keyboard_alone(page: Page) -> None:
    frame = page.locator(".gruve-player-roll")
    page.get_by_role("button", name="Elsewhere").focus()
    while not frame.evaluate("frame => frame === document.activeElement"):
        page.keyboard.press("Tab")
    assert frame.evaluate("frame => getComputedStyle(frame).outlineStyle") == "solid"
    for key in (".", ".", ".", "Enter"):
        page.keyboard.press(key)
    assert audio(page, "currentTime") == pytest.approx(1.5, abs=0.01)
    expect(page.get_by_text("picked: 3")).to_be_visible()
    expect(frame).to_have_attribute("aria-valuetext", "0:01 of 0:12")
    for key in ("[", ".", ".", "]"):
        page.keyboard.press(key)
    expect(page.locator(".gruve-player-status")).to_have_text("Loop from 0:01.5 to 0:02.5")
    page.keyboard.press(">")
    page.keyboard.press("Space")
    wait_for(page, "a.currentTime > 2.2 && a.playbackRate === 1.25")
    wait_for(page, "a.currentTime < 2 && !a.paused")
    page.keyboard.press("l")
    wait_for(page, "a.currentTime > 3")
    page.keyboard.press("Shift+Digit2")
    expect(page.get_by_role("button", name="Solo Flute")).to_have_attribute("aria-pressed", "true")
    wait_for(page, "a.muted")


PART = "a.parentElement.querySelector('[data-part=\"{}\"]')"


def test_instruments_are_muted_and_heard_alone_while_it_plays(page: Page) -> None:
    low, high = PART.format(0), PART.format(1)
    press(page, "Loop")
    press(page, "Play")
    wait_for(page, "a.currentTime > 0.2")
    press(page, "Mute Flute")
    wait_for(page, f"a.muted && !a.paused && !{low}.paused && !{low}.muted && !{high}")
    wait_for(page, f"Math.abs({low}.currentTime - a.currentTime) < 0.05")
    expect(page.get_by_role("button", name="Mute Flute")).to_be_focused()
    press(page, "Solo Flute")
    wait_for(page, f"a.muted && {low}.muted && !{high}.muted && !{high}.paused")
    wait_for(page, f"Math.abs({high}.currentTime - a.currentTime) < 0.05")
    page.get_by_role("slider", name="Position").fill("6")
    wait_for(page, f"a.currentTime > 6.1 && Math.abs({high}.currentTime - a.currentTime) < 0.05")
    press(page, "Pause")
    wait_for(page, f"a.paused && {low}.paused && {high}.paused")
    press(page, "Solo Flute")
    press(page, "Mute Flute")
    wait_for(page, "!a.muted")


def test_fingers_seek_and_zoom(page: Page) -> None:
    line = page.context.new_cdp_session(page)
    line.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})

    def touch(kind: str, *seconds: float) -> None:
        points = [dict(zip("xy", place(page, s, 45), strict=True)) for s in seconds]
        line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 3)
    touch("touchEnd")
    wait_for(page, "Math.abs(a.currentTime - 3) < 0.1")
    touch("touchStart", 5, 7)
    for apart in (1.4, 1.8, 2.0):
        touch("touchMove", 6 - apart, 6 + apart)
    touch("touchEnd")
    # Twice as large, the middle where it was: 3 is now where 4.5 is.
    touch("touchStart", 3)
    touch("touchEnd")
    wait_for(page, "Math.abs(a.currentTime - 4.5) < 0.15")


def test_the_opening_plays_on_into_the_whole(page: Page) -> None:
    tick(page, "Opening")
    tick(page, "Other music")
    wait_for(page, "a.duration === 3")
    press(page, "Play")
    wait_for(page, "a.currentTime > 0.3")
    tick(page, "Opening")
    wait_for(page, "a.duration === 8 && !a.paused && a.currentTime > 0.5")
    assert page.locator(".st-key-player audio").count() == 1


def test_an_opening_that_ended_goes_on_when_the_rest_is_there(page: Page) -> None:
    tick(page, "Opening")
    tick(page, "Other music")
    wait_for(page, "a.duration === 3")
    page.get_by_role("slider", name="Position").fill("2.5")
    press(page, "Play")
    wait_for(page, "a.ended")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    tick(page, "Opening")
    wait_for(page, "a.duration === 8 && !a.paused && a.currentTime > 3.2")


def test_a_zoomed_roll_follows_the_music(page: Page) -> None:
    for _ in range(4):
        press(page, "Zoom in")
    press(page, "Play")
    page.get_by_role("slider", name="Position").fill("9")
    wait_for(page, "a.currentTime > 9.3")
    frame = page.locator(".gruve-player-roll").element_handle()
    assert all(38 < x < 1000 for x, _, _ in page.evaluate(FRAMES, [frame, 5]))
    press(page, "Whole piece")


def test_a_rerun_leaves_the_sound_alone_and_other_music_replaces_it(page: Page) -> None:
    press(page, "Loop")
    press(page, "Play")
    wait_for(page, "a.currentTime > 0.2")
    page.evaluate("window.source = document.querySelector('.st-key-player audio').src")
    press_elsewhere = page.get_by_role("button", name="Elsewhere")
    press_elsewhere.click()
    expect(page.get_by_text("The page has run again.")).to_be_visible()
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
    tick(page, "No sound")
    expect(page.get_by_text(NO_AUDIO)).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_have_count(0)
    expect(page.locator(".gruve-player-roll")).to_be_visible()
    press(page, "Zoom in")
