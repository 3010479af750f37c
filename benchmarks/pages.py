"""From a click on a step to its page at rest, in a browser, and how far what stood there moved.

A page is at rest when nothing of it changes any more but the player, whose sound comes later, and
what a table says to screen readers alone, inside its canvas, which it writes when it has drawn.
"""

from __future__ import annotations

import sys
import tempfile
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Page

from benchmarks.app import ROOT, browser_page, open_when_up, served
from benchmarks.result import Result

STEPS = ("Music", "Explore", "Train", "Generate", "Compare", "Learn", "Gruve")
ROUNDS = 4
"""Visits to every page. The first one reads what the server and the browser keep."""

WINDOW_MS, GAP_MS = 5000, 1000
"""Shifts are added up while less than a second passes between them, for 5 s at most (Web Vitals:
Cumulative Layout Shift)."""

# Shifts that no click explains, from the first on.
WATCH = """
window.gruveShifts = [];
new PerformanceObserver((list) => {
  for (const e of list.getEntries()) {
    if (!e.hadRecentInput) window.gruveShifts.push([e.startTime, e.value]);
  }
}).observe({ type: 'layout-shift', buffered: true });
"""

# Milliseconds from the click to the last change before so many in which nothing changed.
SWITCH = """([link, step, quiet]) => new Promise((done) => {
  const began = performance.now();
  let last = began;
  const holdsSound = (node) => !node.textContent && node.querySelector?.('[class*="-sounds"]');
  const watch = new MutationObserver((changes) => {
    const seen = changes.some(({ target, addedNodes, removedNodes }) => {
      const at = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      const nodes = [...addedNodes, ...removedNodes];
      if (!at || (nodes.length && nodes.every(holdsSound))) return false;
      return !at.closest('.gruve, [class*="-sounds"], canvas');
    });
    if (seen) last = performance.now();
  });
  const main = document.querySelector('[data-testid=stMain]');
  const kinds = { subtree: true, childList: true, attributes: true, characterData: true };
  watch.observe(main, kinds);
  link.click();
  const timer = setInterval(() => {
    const title = document.querySelector('h1')?.textContent ?? '';
    const waits = main.querySelector('[data-testid=stSkeleton], [data-stale=true]');
    if (!title.includes(step) || waits || performance.now() - last < quiet) return;
    clearInterval(timer);
    watch.disconnect();
    done(last - began);
  }, 20);
})"""
QUIET_MS = 500


class Switch(NamedTuple):
    """One visit: seconds until the page was at rest, and its Cumulative Layout Shift."""

    seconds: float
    shift: float


def switch(page: Page, step: str) -> Switch:
    """Click on a step and wait until its page is at rest."""
    page.evaluate("window.gruveShifts.length = 0")
    link = page.locator(".st-key-steps a").filter(has_text=step).first.element_handle()
    milliseconds = page.evaluate(SWITCH, [link, step, QUIET_MS])
    return Switch(milliseconds / 1000, cumulative(page.evaluate("window.gruveShifts")))


def cumulative(shifts: list[tuple[float, float]]) -> float:
    """The largest sum of shifts, each (milliseconds, value), in one window."""
    most = total = 0.0
    began = before = float("-inf")
    for at, value in shifts:
        if at - before > GAP_MS or at - began > WINDOW_MS:
            total, began = 0.0, at
        total, before = total + value, at
        most = max(most, total)
    return most


def measure() -> list[Result]:
    with (
        tempfile.TemporaryDirectory() as folder,
        browser_page() as page,
        served(ROOT / "streamlit_app.py", folder) as (address, _),
    ):
        page.set_default_timeout(0)
        page.add_init_script(WATCH)
        open_when_up(page, address)
        page.locator(".st-key-foot").wait_for()
        rounds = [{step: switch(page, step) for step in STEPS} for _ in range(ROUNDS)]
    for number, visits in enumerate(rounds, 1):
        for step, visit in visits.items():
            told = f"{visit.seconds:.2f} s, layout shift {visit.shift:.3f}"
            print(f"  visit {number} to {step}: {told}", file=sys.stderr)
    again = {step: median(visits[step].seconds for visits in rounds[1:]) for step in STEPS}
    first = {step: rounds[0][step].seconds for step in STEPS}
    shift = max(visit.shift for visits in rounds for visit in visits.values())
    return [
        Result(
            f"from a click to the page at rest, seen before (median of {ROUNDS - 1})",
            _each(again),
            "–",
            "–",
            "under 0.5 s",
        ),
        Result("the same, the first time", _each(first), "–", "–", "–"),
        Result("layout shift of the worst switch", f"{shift:.3f}", "–", "–", "under 0.1"),
    ]


def _each(seconds: dict[str, float]) -> str:
    named = {"Home" if step == "Gruve" else step: value for step, value in seconds.items()}
    return ", ".join(f"{name} {value:.2f} s" for name, value in named.items())
