"""The piano roll: the playhead is where the sound is, by mouse, keys and fingers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.ui.player.browsing import FRAMES, LENGTHS, audio, place, press, wait_for


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


def test_a_zoomed_roll_follows_the_music(page: Page) -> None:
    for _ in range(4):
        press(page, "Zoom in")
    press(page, "Play")
    page.get_by_role("slider", name="Position").fill("9")
    wait_for(page, "a.currentTime > 9.3")
    frame = page.locator(".gruve-player-roll").element_handle()
    assert all(38 < x < 1000 for x, _, _ in page.evaluate(FRAMES, [frame, 5]))
    press(page, "Whole piece")
