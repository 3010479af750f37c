"""Is it any good? A take measured beside its corpus and a blind test, in a browser."""

import csv
import io
from pathlib import Path

from playwright.sync_api import Page, expect

from models.listeners import Listeners
from models.store import Store
from tests.browser.conftest import PATIENCE_MS
from tests.browser.test_compare import at_rest
from tests.browser.test_explore import WIDER
from tests.pages.test_generate import with_take
from tests.ui.compare.runs import SMALL, keep_run, workspace_in
from tests.ui.music import TOKEN
from ui.cookie import NAME

expect.set_options(timeout=PATIENCE_MS)


def check_statistics(page: Page) -> None:
    expect(page.get_by_text("too few to say what is typical")).to_be_visible()  # eight tunes
    expect(page.locator(".st-key-quality-figure .main-svg").first).to_be_visible()
    expect(page.locator(".st-key-originality-figure .main-svg").first).to_be_visible()
    page.get_by_text("The numbers as a table").first.click()
    with page.expect_download() as download:
        page.locator(".st-key-quality-csv button").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) > 15
    assert {row["Verdict"] for row in rows} == {"too few pieces to say"}


def listen_blindly(page: Page, listeners: Listeners, run: str, owner: str) -> None:
    page.get_by_text("Original or generated?").click()
    page.get_by_role("button", name="Start the blind test").click()
    excerpts = page.locator("[class*=st-key-blind-excerpt-]")
    expect(excerpts).to_have_count(2)
    expect(excerpts.locator("audio")).to_have_count(2)
    excerpts.first.get_by_role("button", name="Play").click()
    expect(excerpts.first.get_by_role("button", name="Pause")).to_be_visible()

    page.get_by_role("button", name="A is the network's").dblclick()
    expect(page.get_by_text("The network made")).to_be_visible()
    assert len(listeners.game(run, owner).answers) == 1
    page.reload()
    expect(page.get_by_text("The network made")).to_be_visible()
    page.get_by_role("button", name="Next round").dblclick()
    expect(page.get_by_text("Round 2 of 10:")).to_be_visible()
    expect(page.get_by_text("The network made")).to_have_count(0)
    game = listeners.game(run, owner)
    assert (game.turn, len(game.answers)) == (1, 1)
    at_rest(page)
    page.keyboard.press("Tab")
    page.get_by_role("button", name="B is the network's").press("Enter")  # by keyboard
    expect(page.get_by_text("2 right so far")).to_be_visible()


def test_statistics_and_a_blind_test(page: Page, address: str, store: Path) -> None:
    run = keep_run(store, losses=[2.0], network=SMALL)
    with_take(store, run, 100, "Is it any good?")
    page.context.add_cookies([{"name": NAME, "value": TOKEN, "url": address}])
    page.goto(f"{address}/Generate")
    check_statistics(page)
    listen_blindly(page, Listeners(Store(str(store))), run.id, workspace_in(store).id)
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(page.get_by_text("2 right so far")).to_be_visible()
    at_rest(page)
    assert page.evaluate(WIDER) <= 0
