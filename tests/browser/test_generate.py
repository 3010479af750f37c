"""Generate on a phone and by keyboard alone: tapped, made, played, continued, played otherwise,
saved. The network has random weights: what is tested is the way from the controls to music."""

from pathlib import Path

from playwright.sync_api import Page, expect
from symusic import Score

from tests.browser.conftest import PATIENCE_MS
from tests.browser.test_compare import at_rest
from tests.pages.test_generate import trained
from ui.cookie import NAME

expect.set_options(timeout=PATIENCE_MS)

VISITOR = "generate-visitor-0123456789abcde"
AUDIO = "document.querySelector('.st-key-player audio')"
MOST_STOPS = 80


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something in `selector` has the focus."""
    page.wait_for_selector(selector)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("s => Boolean(document.activeElement.closest(s))", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_by_keyboard_alone_on_a_phone(
    page: Page, address: str, store: Path, tmp_path: Path
) -> None:
    trained(store, token=VISITOR)
    page.context.add_cookies([{"name": NAME, "value": VISITOR, "url": address}])
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/Generate")

    tab_to(page, ".st-key-begin-with")
    page.get_by_role("radio", name="Tapped notes").press("Space")
    tab_to(page, ".gruve-keyboard-keys")
    for key in "adg":
        page.keyboard.press(key)
    expect(page.get_by_text("3 notes: C4 E4 G4.")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="C sharp 4", exact=True)).to_be_focused()
    tab_to(page, ".st-key-length")
    page.keyboard.press("Control+A")
    page.keyboard.type("40")
    page.keyboard.press("Enter")

    tab_to(page, ".st-key-generate-start")
    page.keyboard.press("Enter")
    expect(page.get_by_text("43 notes")).to_be_visible()
    expect(page.get_by_text("after 3 given notes")).to_be_visible()
    expect(page.locator(".gruve-player-play")).to_be_in_viewport()
    page.wait_for_function(f"{AUDIO}?.duration > 3")
    tab_to(page, ".gruve-player-roll")
    page.keyboard.press("Space")
    page.wait_for_function(f"{AUDIO}.currentTime > 0.5")
    page.keyboard.press("Space")
    page.wait_for_function(f"{AUDIO}.paused")

    tab_to(page, ".st-key-take-continue")
    page.keyboard.press("Enter")
    expect(page.get_by_text("83 notes")).to_be_visible()
    expect(page.get_by_text("1 continued")).to_be_visible()

    at_rest(page)  # before, the part's control is that of the take before
    part = page.get_by_role("combobox", name="played by").first
    part.focus()
    page.keyboard.type("Violin")
    page.keyboard.press("Enter")
    expect(page.get_by_text("83 notes, ").filter(has_text="Violin")).to_be_visible()
    save = page.locator(".st-key-download-midi button")
    expect(save).to_have_count(1)  # not while the one of the page before is still there
    with page.expect_download() as download:
        save.press("Enter")
    saved = tmp_path / "take.mid"
    download.value.save_as(saved)
    played = Score.from_midi(saved.read_bytes())
    assert 40 in {track.program for track in played.tracks}, "a violin"

    page.reload()
    expect(page.get_by_text("83 notes, ").filter(has_text="Violin")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
