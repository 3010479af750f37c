"""Every page, light and dark, on a projector and on a phone, with all unfolded that can be: axe
finds nothing serious. One visitor sees all of it."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import OPPOSITES, THEMES, open_all, wrong
from tests.browser.conftest import PATIENCE_MS, fill
from tests.pages.test_generate import trained
from ui.cookie import NAME

expect.set_options(timeout=PATIENCE_MS)

VISITOR = "accessible-visitor-0123456789-ab"
SECTIONS = {
    "Explore": ("Notes and chords", "Offsets", "Rhythm and pitch", "Pieces", "Map", "One piece"),
    "Generate": ("Take it home", "Understand it", "Is it any good?", "Original or generated?"),
}
POPOVERS = {"Music": ("Merge", "Forget everything of mine"), "Compare": ("Rename", "Export")}

# Tells when the page that is about to run has run, and nothing of the page before is left.
WATCH = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  window.gruveRan = false;
  let began = app.dataset.testScriptState !== 'notRunning';
  new MutationObserver((_, watch) => {
    if (app.dataset.testScriptState !== 'notRunning') began = true;
    else if (began) {
      watch.disconnect();
      window.gruveRan = true;
    }
  }).observe(app, { attributes: true, attributeFilter: ['data-test-script-state'] });
}"""
RAN = "window.gruveRan && !document.querySelector('[data-stale=true]')"


def press(page: Page, what: Locator) -> None:
    """Click, and wait until the page has run."""
    page.evaluate(WATCH)
    what.click()
    page.wait_for_function(RAN)


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
    press(page, page.locator(".st-key-tour-open-button button"))
    found += wrong(page, "The tour", THEMES)
    press(page, page.get_by_role("button", name="Skip"))
    for step in ("Music", "Explore", "Train", "Generate", "Compare", "Learn"):
        go_to(page, step)
        if step == "Generate":
            fill(page, "length", 40)
            press(page, page.locator(".st-key-generate-start button"))
            expect(page.get_by_text("40 notes")).to_be_visible()
        open_all(page)
        found += wrong(page, step)
        for name in POPOVERS.get(step, ()):
            page.get_by_role("button", name=name, exact=True).click()
            found += wrong(page, f"{step}, {name}", THEMES, "[data-testid=stPopoverBody]")
            page.keyboard.press("Escape")
        for section in SECTIONS.get(step, ()):
            press(page, page.get_by_role("radio", name=section))
            open_all(page)
            found += wrong(page, f"{step}, {section}", OPPOSITES)
    assert not found, "\n".join(found)
