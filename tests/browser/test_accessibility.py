"""Every page, light and dark, on a projector and on a phone, with all unfolded that can be: axe
finds nothing serious. One visitor sees all of it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import AT_REST, OPPOSITES, THEMES, open_all, wrong
from tests.browser.conftest import PATIENCE_MS, fill
from tests.pages.test_generate import trained
from ui.cookie import NAME

expect.set_options(timeout=PATIENCE_MS)

VISITOR = "accessible-visitor-0123456789-ab"
SECTIONS = {
    "Explore": {
        "Notes and chords": "The long tail",
        "Offsets": "Density of onsets over time",
        "Rhythm and pitch": "From pitch class to pitch class",
        "Pieces": "Tempo",
        "Map": "Click a point to hear the piece.",
        "One piece": "Go to bar",
    },
    "Generate": {
        "Take it home": "Title of the song",
        "Understand it": "What surprised the network most",
        "Is it any good?": "How original is it?",
        "Original or generated?": "Can you tell it from the original?",
    },
}
"""Page -> section -> what can be read there alone, far down."""

POPOVERS = {"Music": ("Merge", "Forget everything of mine"), "Compare": ("Rename", "Export")}


def go_to(page: Page, step: str) -> None:
    """Click on a step, and wait until its page has run: one that has little to do says in one
    breath that it runs and that it ran."""
    page.locator(".st-key-steps").get_by_role("link").filter(has_text=step).click()
    expect(page.locator("h1")).to_contain_text(step)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator("[data-stale=true]")).to_have_count(0)


def test_axe_finds_nothing_serious_on_any_page(page: Page, address: str, store: Path) -> None:
    trained(store, token=VISITOR)
    page.context.add_cookies([{"name": NAME, "value": VISITOR, "url": address}])
    page.goto(address)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    open_all(page)
    found = wrong(page, "Home")
    page.locator(".st-key-tour-open-button button").click()
    skip = page.get_by_role("button", name="Skip")
    expect(skip).to_be_visible()
    found += wrong(page, "The tour", THEMES)
    skip.click()
    expect(skip).to_have_count(0)
    for step in ("Music", "Explore", "Train", "Generate", "Compare", "Learn"):
        go_to(page, step)
        if step == "Generate":
            fill(page, "length", 40)
            page.locator(".st-key-generate-start button").click()
            expect(page.get_by_text("40 notes")).to_be_visible()
        open_all(page)
        found += wrong(page, step)
        for name in POPOVERS.get(step, ()):
            page.get_by_role("button", name=name, exact=True).click()
            found += wrong(page, f"{step}, {name}", THEMES, "[data-testid=stPopoverBody]")
            page.keyboard.press("Escape")
        for section, there in SECTIONS.get(step, {}).items():
            page.get_by_role("radio", name=section).click()
            expect(page.get_by_text(there).first).to_be_visible()
            page.wait_for_function(AT_REST)
            open_all(page)
            found += wrong(page, f"{step}, {section}", OPPOSITES)
    assert not found, "\n".join(found)
