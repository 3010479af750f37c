"""The sound: it plays, pauses, seeks and loops, outlives a rerun, and gives way to other music."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.ui.player.browsing import LENGTHS, audio, place, press, tick, wait_for
from ui.player import NO_AUDIO


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
    wait_for(page, "Math.abs(a?.currentTime - 2.9) < 0.01", "another")  # its first note
    press(page, "Play")
    wait_for(page, "a.currentTime > 0.2")
    press(page, "Play", "another")
    wait_for(page, "a.currentTime > 3.1", "another")
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
