"""Learn in a browser: every chapter on a phone, none wider than it, none with an error, none with
what axe finds serious in one theme or the other."""

from playwright.sync_api import Browser, expect

from tests.browser.axe import ON_A_PHONE, open_all, wrong
from tests.browser.conftest import PATIENCE_MS, visitor
from ui.learn import CHAPTERS

expect.set_options(timeout=PATIENCE_MS)

WIDER = """() => Math.max(...["stMain", "stApp"].map(name => {
    const box = document.querySelector(`[data-testid=${name}]`);
    return box.scrollWidth - box.clientWidth; }))"""


def test_every_chapter_fits_a_phone_and_leads_to_the_next(chromium: Browser, address: str) -> None:
    page = visitor(chromium, 390)
    page.goto(f"{address}/Learn")
    name, *others = CHAPTERS
    found = []
    page.locator(".st-key-learn-contents a").first.click()
    while True:
        expect(page.get_by_role("heading", name=CHAPTERS[name].title)).to_be_visible()
        expect(page.locator(".st-key-learn-foot")).to_be_visible()
        expect(page).to_have_url(f"{address}/Learn?chapter={name}")
        expect(page.locator("[data-testid=stException]")).to_have_count(0)
        assert page.evaluate(WIDER) <= 0, name
        if name == "cell":
            gate = page.locator(".gruve-cell [data-box=update] .gruve-cell-number")
            expect(gate).to_have_text("0.52")
            page.locator(".st-key-learn-cell-hold label").click()
            expect(gate).to_have_text("0.50")
        open_all(page)
        # Each chapter in one theme: what they are made of is the same in all.
        found += wrong(page, name, (ON_A_PHONE[len(others) % 2],))
        if not others:
            break
        name, *others = others
        page.get_by_role("link", name=f"Next: {CHAPTERS[name].title}").click()
    page.locator(".st-key-learn-foot a", has_text="All chapters").click()
    expect(page.locator(".st-key-learn-contents a")).to_have_count(len(CHAPTERS))
    expect(page).to_have_url(f"{address}/Learn")
    assert not found, "\n".join(found)
    page.context.close()
