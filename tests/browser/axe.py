"""axe-core (WCAG 2.2 A and AA, and its own best practices) on the page that is open, in both
themes, on a projector and on a phone."""

from typing import Any, Literal, NamedTuple

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 21, 25)"}
SIZES = {"projector": (1280, 720), "phone": (390, 844)}

# What a theme can change, what a width can change, and all there is.
COLOURS = ["color-contrast"]
PLACES = ["target-size", "scrollable-region-focusable"]
ALL: list[str] = []


class Look(NamedTuple):
    """One way to see a page, and the rules of axe that are asked then; none: all of them."""

    scheme: Literal["light", "dark"]
    size: Literal["projector", "phone"]
    rules: list[str]


LOOKS = (
    # One change from each to the next: a figure that is drawn anew takes longer than any rule.
    Look("light", "projector", ALL),
    Look("dark", "projector", COLOURS),
    Look("dark", "phone", COLOURS + PLACES),
    Look("light", "phone", COLOURS),
)
THEMES = LOOKS[:2]
OPPOSITES = LOOKS[::2]
"""For what has the parts of a page that was seen in all looks."""

ON_A_PHONE = (Look("light", "phone", ALL), Look("dark", "phone", ALL))

# A formula scrolls by itself where it is wider than its place, and Streamlit lets no key get there.
RUN = """async ([where, options]) => {
  const formula = '<span class="katex-display"';
  const counts = ({ impact, id }) =>
    impact === 'serious' || impact === 'critical' || id === 'heading-order';
  const excused = (rule, { html }) =>
    rule.id === 'scrollable-region-focusable' && html.startsWith(formula);
  const { violations } = await axe.run(where ?? document, options);
  return violations.filter(counts).flatMap((rule) => rule.nodes
    .filter((node) => !excused(rule, node))
    .map((node) => `${rule.id}: ${node.target} ${node.html}`));
}"""

# Words in a figure that do not stand out 4.5 to 1 from the page: axe looks at HTML alone. What
# stands on a bar or in a heat map has another ground, and Plotly chooses its colour.
FAINT = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const linear = (part) => (part <= 10 ? part / 3295 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = numbers(getComputedStyle(document.querySelector('.stApp')).backgroundColor);
  const words = '.js-plotly-plot text:not(.bartext-inside, .heatmap-label *)';
  return [...document.querySelectorAll(words)].filter((one) => one.textContent.trim())
    .map((one) => {
      const { fill, fillOpacity, opacity } = getComputedStyle(one);
      const [r, g, b, alpha = 1] = numbers(fill);
      const strength = alpha * fillOpacity * opacity;
      const seen = [r, g, b].map((part, i) => part * strength + ground[i] * (1 - strength));
      const [low, high] = [luminance(seen), luminance(ground)].sort((x, y) => x - y);
      return [(high + 0.05) / (low + 0.05), one.textContent];
    })
    .filter(([contrast]) => contrast < 4.5)
    .map(([contrast, text]) => `${text}: ${contrast.toFixed(2)} to 1`);
}"""

OPEN = "document.querySelectorAll('details:not([open]) > summary').forEach((one) => one.click())"
# The page has run, nothing of the page before is left, and nothing moves.
AT_REST = """() =>
  document.querySelector('.stApp').dataset.testScriptState === 'notRunning' &&
  !document.querySelector('[data-stale=true]') &&
  !document.getAnimations().some((one) => one.playState === 'running')"""


def open_all(page: Page) -> None:
    """Open whatever can be unfolded."""
    page.evaluate(OPEN)


def wrong(
    page: Page, where: str, looks: tuple[Look, ...] = LOOKS, within: str | None = None
) -> list[str]:
    """What axe finds serious in each look, a line each; in all of the page or in one element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = []
    for look in looks:
        page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
        width, height = SIZES[look.size]
        page.set_viewport_size({"width": width, "height": height})
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND[look.scheme])
        page.wait_for_function(AT_REST)
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if look.rules:
            options["runOnly"] = look.rules
        for line in page.evaluate(RUN, [within, options]) + page.evaluate(FAINT):
            found.append(f"{where}, {look.scheme}, {look.size}: {line}")
    return found
