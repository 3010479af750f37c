"""Every page, light and dark, on a projector and on a phone: axe-core (WCAG 2.2 A and AA, and its
own best practices) finds nothing serious. One visitor sees all of it."""

from pathlib import Path
from typing import Literal, NamedTuple

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE_MS, fill
from tests.pages.test_generate import trained
from ui.cookie import NAME

expect.set_options(timeout=PATIENCE_MS)

VISITOR = "accessible-visitor-0123456789-ab"
SERIOUS = {"serious", "critical"}
SECTIONS = {
    "Explore": ("Notes and chords", "Offsets", "Rhythm and pitch", "Pieces", "Map", "One piece"),
    "Generate": ("Take it home", "Understand it", "Is it any good?", "Original or generated?"),
}
ALL = {"resultTypes": ["violations"]}


class Look(NamedTuple):
    """One way to see a page: the theme, its background, the window, what axe looks for."""

    scheme: Literal["light", "dark"]
    ground: str
    width: int
    height: int
    rules: dict[str, list[str]]


LOOKS = (
    Look("light", "rgb(255, 255, 255)", 1280, 720, ALL),
    # What another theme and another width can change.
    Look(
        "dark",
        "rgb(15, 21, 25)",
        390,
        844,
        {**ALL, "runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"]},
    ),
)

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


def found(page: Page, where: str) -> list[str]:
    """What is wrong in each look, a line each."""
    wrong = []
    for look in LOOKS:
        page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": look.width, "height": look.height})
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", look.ground)
        page.wait_for_function("!document.getAnimations().some((a) => a.playState === 'running')")
        wrong += [
            f"{where}, {look.scheme}, {look.width}: {rule['id']}: {node['target']} {node['html']}"
            for rule in Axe().run(page, options=look.rules).response["violations"]
            if rule["impact"] in SERIOUS
            for node in rule["nodes"]
        ]
    page.set_viewport_size({"width": LOOKS[0].width, "height": LOOKS[0].height})
    return wrong


def test_axe_finds_nothing_serious_on_any_page(page: Page, address: str, store: Path) -> None:
    trained(store, token=VISITOR)
    page.context.add_cookies([{"name": NAME, "value": VISITOR, "url": address}])
    page.goto(address)
    steps = page.locator(".st-key-steps").get_by_role("link")
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    wrong = found(page, "Home")
    for step in ("Music", "Explore", "Train", "Generate", "Compare", "Learn"):
        press(page, steps.filter(has_text=step))
        if step == "Generate":
            fill(page, "length", 40)
            press(page, page.locator(".st-key-generate-start button"))
            expect(page.get_by_text("40 notes")).to_be_visible()
        wrong += found(page, step)
        for section in SECTIONS.get(step, ()):
            press(page, page.get_by_role("radio", name=section))
            wrong += found(page, f"{step}, {section}")
    assert not wrong, "\n".join(wrong)
