"""Home as a newcomer sees it: new music at once, another at a press, the tour by keyboard, and the
network that played goes on as their own. Nothing is trained."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS

expect.set_options(timeout=PATIENCE_MS)

AUDIO = "document.querySelector('.st-key-player audio')"
ROLL = ".st-key-player .gruve-player-roll"


def shown(page: Page) -> str:
    """What the piano roll says it shows, once the sound of it is there."""
    page.wait_for_function(f"{AUDIO}?.duration > 10")
    return str(page.locator(ROLL).get_attribute("aria-label"))


def test_new_music_another_the_tour_and_on_to_generate(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text("A new chorale")).to_be_visible()
    first = shown(page)
    page.reload()
    assert shown(page) == first, "a refresh changes nothing"

    page.locator(".st-key-home-another button").click()
    expect(page.locator(ROLL)).not_to_have_attribute("aria-label", first)
    page.locator(".st-key-player").get_by_role("button", name="Play").click()
    page.wait_for_function(f"{AUDIO}?.currentTime > 0.5")

    page.locator(".st-key-tour-open-button button").press("Enter")
    tour = page.get_by_role("dialog")
    expect(tour.get_by_text("Step 1 of 6")).to_be_visible()
    expect(tour.get_by_role("img").first).to_be_visible()
    tour.get_by_role("button", name="Next").press("Enter")
    expect(tour.get_by_text("Step 2 of 6")).to_be_visible()
    page.keyboard.press("Escape")
    expect(tour).to_have_count(0)

    second = shown(page)
    page.locator(".st-key-home-adopt button").click()
    expect(page.locator(".st-key-generate-start button")).to_be_visible()
    network = page.get_by_role("combobox", name="Trained network")
    expect(network).to_have_value(re.compile("Bach chorales · Comes with Gruve"))
    expect(page.locator(ROLL)).to_have_attribute("aria-label", second)
