"""Sheet music in a browser: every note has its head, pages turn, notes grow, desk and phone."""

import re

import pytest
from music21 import converter
from playwright.sync_api import Locator, Page, expect

from musiccore.starters import load_starter
from tests.browser.conftest import PATIENCE_MS

expect.set_options(timeout=PATIENCE_MS)

PIECE = load_starter("bach-chorales")[0]
WHERE = re.compile(r"Page (\d+) of (\d+) · bars? (\d+)(?:–(\d+))? of (\d+)")


def where(sheet: Locator) -> tuple[int, int, int, int, int]:
    """(page, pages, first bar, last bar, bars of the piece), once the page is whole."""
    expect(sheet.locator(".gruve-sheet-paper:not([aria-busy]) > svg")).to_have_count(1)
    found = WHERE.fullmatch(sheet.locator(".gruve-sheet-where").inner_text())
    assert found
    page, pages, first, last, bars = (int(n or 0) for n in found.groups())
    return page, pages, first, last or first, bars


def press(sheet: Locator, name: str) -> None:
    sheet.get_by_role("button", name=name, exact=True).click()


def heads(sheet: Locator) -> int:
    return sheet.locator(".gruve-sheet-paper .notehead").count()


def staff_height(sheet: Locator) -> float:
    """CSS pixels between the lines of a staff, times four."""
    box = sheet.locator(".gruve-sheet-paper .barLine path").first.bounding_box()
    assert box
    return box["height"]


def turn_through(sheet: Locator) -> int:
    """Every page from the first to the last; how many noteheads they have together."""
    _, pages, first, _, bars = where(sheet)
    counted, last = 0, first - 1
    for number in range(1, pages + 1):
        if number > 1:
            press(sheet, "Next page")
        shown, _, begins, ends, _ = where(sheet)
        assert (shown, begins) == (number, last + 1)
        counted, last = counted + heads(sheet), ends
    expect(sheet.get_by_role("button", name="Next page")).to_be_disabled()
    assert (first, last) == (1, bars)
    return counted


def expect_to_fit(sheet: Locator) -> None:
    """The pages are engraved for the width that they have."""
    width = sheet.locator(".gruve-sheet-paper").evaluate("paper => paper.clientWidth")
    svg = sheet.locator(".gruve-sheet-paper > svg")
    expect(svg).to_have_attribute("width", str(20 * (width // 20)))


def check_following(page: Page, sheet: Locator) -> None:
    """Notes that sound are lit, the page turns with the playhead, a click on a note goes to it."""
    roll = page.locator(".st-key-one-piece .gruve-player-roll")
    lit = sheet.locator(".gruve-sheet-sounding")
    page.wait_for_function("document.querySelector('.st-key-one-piece audio').duration > 5")
    roll.press("Space")
    expect(lit.first).to_be_attached()
    roll.press("Space")
    roll.press("End")
    expect(sheet.get_by_role("button", name="Next page")).to_be_disabled()
    roll.press("Home")
    expect(sheet.get_by_role("button", name="Previous page")).to_be_disabled()
    note = sheet.locator(".note").nth(30)
    note.click()
    expect(note).to_have_class(re.compile("gruve-sheet-sounding"))
    assert page.evaluate("document.querySelector('.st-key-one-piece audio').currentTime") > 0


def test_a_chorale_is_read_page_by_page(page: Page, address: str) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/Explore")
    page.locator(".st-key-explore-section button").filter(has_text="One piece").click()
    sheet = page.locator(".st-key-sheet")
    paper = sheet.locator(".gruve-sheet-paper")
    expect_to_fit(sheet)
    counted, pages = turn_through(sheet), where(sheet)[1]

    with page.expect_download() as download:
        page.locator(".st-key-sheet-musicxml button").click()
    musicxml = download.value.path().read_text(encoding="utf-8")
    notes = list(converter.parseData(musicxml, format="musicxml").recurse().notes)
    tied = sum(note.tie is not None and note.tie.type != "start" for note in notes)
    assert counted == len(notes)
    assert len(notes) - tied == len(PIECE)

    height = staff_height(sheet)
    press(sheet, "Larger notes")
    expect(sheet.locator(".gruve-sheet-percent")).to_have_text("125%")
    assert where(sheet)[1] > pages
    assert staff_height(sheet) == pytest.approx(1.25 * height, rel=0.03)
    paper.focus()
    page.keyboard.press("Home")
    assert where(sheet)[0] == 1
    page.keyboard.press("ArrowRight")
    assert where(sheet)[0] == 2
    press(sheet, "Previous page")
    press(sheet, "Smaller notes")
    expect(sheet.locator(".gruve-sheet-percent")).to_have_text("100%")
    where(sheet)
    check_following(page, sheet)

    page.set_viewport_size({"width": 390, "height": 844})
    expect_to_fit(sheet)
    assert where(sheet)[1] > pages
    assert turn_through(sheet) == counted
    assert staff_height(sheet) == pytest.approx(height, rel=0.03)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not errors
