"""Looking into a network in a browser: heat maps in step with the sound, alternatives that are made
to music. The network has random weights: what is tested is the way from it to the screen."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.pages.conftest import TOKEN
from tests.pages.test_generate import trained, with_take
from ui.cookie import NAME

expect.set_options(timeout=PATIENCE_MS)

KEYS = 38

# For some frames of playing: where the mark is, where it should be, and which note it says.
FRAMES = """([root, frames]) => new Promise((done) => {
  const frame = root.querySelector('.gruve-gates-frame');
  const found = [];
  document.addEventListener('gruve-time', function look({ detail }) {
    if (!detail.playing) return;
    const { left } = frame.querySelector('canvas').getBoundingClientRect();
    const mark = frame.querySelector('.gruve-gates-mark').getBoundingClientRect();
    const share = (detail.seconds - detail.start) / detail.span;
    const note = Number(root.querySelector('[role=slider]').getAttribute('aria-valuenow'));
    const due = 38 + share * (frame.clientWidth - 38);
    found.push([mark.left + mark.width / 2 - left, due, detail.seconds, note]);
    if (found.length < frames) return;
    document.removeEventListener('gruve-time', look);
    done(found);
  });
})"""

TOLD = """() => new Promise((done) => {
  document.addEventListener('gruve-time', ({ detail }) => done(detail), { once: true });
  document.dispatchEvent(new CustomEvent('gruve-where', { detail: { player: 'player' } }));
})"""


def test_gates_move_with_the_sound_and_alternatives_are_made(
    page: Page, address: str, store: Path
) -> None:
    with_take(store, trained(store), 40, "Understand it")
    page.context.add_cookies([{"name": NAME, "value": TOKEN, "url": address}])
    page.goto(f"{address}/Generate")
    page.get_by_text("The gates", exact=True).click()
    gates = page.locator(".gruve-gates")
    expect(gates.locator(".gruve-gates-frame")).to_have_count(3)

    page.wait_for_function("document.querySelector('.st-key-player audio')?.duration > 3")
    page.locator(".st-key-player").get_by_role("button", name="Play", exact=True).click()
    found = page.evaluate(FRAMES, [gates.element_handle(), 60])
    for mark, due, _, _ in found:
        assert mark == pytest.approx(due, abs=1)
    seconds, notes = [row[2] for row in found], [row[3] for row in found]
    assert seconds[-1] > seconds[0]
    assert notes == sorted(notes)
    page.locator(".st-key-player").get_by_role("button", name="Pause", exact=True).click()

    frame = gates.locator(".gruve-gates-frame").nth(1)
    width = frame.evaluate("frame => frame.clientWidth")
    told = page.evaluate(TOLD)
    frame.click(position={"x": 1 + KEYS + (width - KEYS) / 2, "y": 50})
    middle = told["start"] + told["span"] / 2
    assert page.evaluate(TOLD)["seconds"] == pytest.approx(middle, abs=0.05)
    slider = gates.get_by_role("slider")
    page.mouse.move(0, 0)  # what the pointer is over has gone before
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuenow", "1")
    assert page.evaluate(TOLD)["seconds"] < middle
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuenow", "2")
    page.keyboard.press("ArrowDown")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"Note 2: .* unit 1: "))

    page.get_by_text("Why this note", exact=True).click()
    number = page.locator("[class*=st-key-why-note-] input")
    number.fill("21")
    number.press("Enter")
    expect(page.get_by_text("Note 21:", exact=False).first).to_be_visible()
    page.locator("[class*=st-key-why-20-] button").first.click()
    expect(page.locator("[class*=st-key-shown-]")).to_be_visible()
    expect(page.get_by_text("otherwise").first).to_be_visible()
