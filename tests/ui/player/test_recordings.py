"""Recordings that come one after the other: an opening before the whole, instruments alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.ui.player.browsing import press, tick, wait_for


def test_the_opening_plays_on_into_the_whole(page: Page) -> None:
    tick(page, "Opening")
    tick(page, "Other music")
    wait_for(page, "a.duration === 3")
    press(page, "Play")
    wait_for(page, "a.currentTime > 0.3")
    tick(page, "Opening")
    wait_for(page, "a.duration === 8 && !a.paused && a.currentTime > 0.5")
    # For a moment both sound: the old one goes when the new one does.
    expect(page.locator(".st-key-player audio")).to_have_count(1)


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
