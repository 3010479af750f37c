"""Comparing in a browser: an experiment by the real engine, its curves, its sound, its files."""

import re
import zipfile
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from models.config import PRESETS, TrainingConfig
from models.files import Files
from models.recipe import Recipe, to_text
from models.store import Store
from tests.browser.conftest import PATIENCE_MS, fill
from tests.browser.test_explore import READ, WIDER
from tests.browser.test_own_music import own_tunes, see_all, upload
from ui.cookie import NAME
from ui.workspace import Workspace

expect.set_options(timeout=PATIENCE_MS)

TRAINING = TrainingConfig(batch_size=8, sequence_length=16)
NAMES = ["2 × GRU 256", "2 × LSTM 256", "2 × Plain RNN 256"]
RENAMED = [*NAMES[:2], "No gates <b>at all</b>"]


def workspace_of(page: Page, folder: Path) -> Workspace:
    token = next(c["value"] for c in page.context.cookies() if c["name"] == NAME)
    return Workspace(token, Files(str(folder)), Store(str(folder)))


def at_rest(page: Page) -> None:
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def open_popover(page: Page, name: str) -> None:
    at_rest(page)
    page.get_by_test_id("stPopover").get_by_role("button", name=name).click()


def headings(page: Page) -> Locator:
    """The runs side by side."""
    return page.get_by_test_id("stTable").locator("thead th").filter(has_text=re.compile("[A-z]"))


def learn(page: Page, address: str) -> None:
    page.goto(f"{address}/Music")
    upload(page, *own_tunes())
    expect(page.get_by_text("8 of 8 files were read").first).to_be_visible()
    see_all(page)
    page.goto(f"{address}/Train?{to_text(Recipe('notes', PRESETS['quick'].network, TRAINING))}")
    expect(page.locator(".st-key-train-start button")).to_be_enabled()
    at_rest(page)
    page.get_by_role("link", name="5 Compare").first.click()
    expect(page.get_by_text("There is no network yet")).to_be_visible()
    fill(page, "compare-epochs", 2)
    page.locator(".st-key-experiment-cells button").click()
    expect(page.get_by_text("Learning now")).to_be_visible()
    page.reload()  # the engine goes on, whoever looks
    expect(headings(page)).to_have_text(NAMES)
    expect(page.get_by_text("Learning now")).to_have_count(0)
    expect(page.get_by_text("predicts held-out music best")).to_be_visible()


def check_curves(page: Page, workspace: Workspace, store: Store) -> None:
    plot = page.locator("[class*=st-key-compare-curves-figure] .js-plotly-plot")
    expect(plot).to_have_count(1)
    expect(plot.locator(".main-svg").first).to_be_visible()
    drawn = plot.evaluate(READ)
    for i, run_id in enumerate(workspace.run_ids):
        history = store.history(run_id)
        assert [epoch.number for epoch in history] == [1, 2]
        assert drawn[2 * i]["y"] == [epoch.held_out for epoch in history]
        assert drawn[2 * i + 1]["y"] == [epoch.loss for epoch in history]
    counted = store.baselines(workspace.run_ids[0])
    assert counted is not None
    lines = [line["y"][0] for line in drawn[2 * len(NAMES) :]]
    assert lines == [counted.per_row(name) for name in counted.nats]


def check_sound(page: Page) -> None:
    """Each take plays, and only one at a time."""
    takes = page.locator("[class*=st-key-take-run-]")
    expect(takes).to_have_count(3)
    for i in (0, 1):
        take = takes.nth(i)
        expect(take.locator("audio")).to_have_count(1)
        take.get_by_role("button", name="Play").click()
        expect(take.get_by_role("button", name="Pause")).to_be_visible()
    expect(takes.nth(0).get_by_role("button", name="Play")).to_be_visible()


def check_paper(page: Page) -> None:
    page.emulate_media(media="print")
    expect(page.locator(".st-key-steps")).to_be_hidden()
    expect(page.get_by_text("Your networks", exact=True)).to_be_hidden()
    expect(page.get_by_test_id("stTable")).to_be_visible()
    expect(page.locator("[class*=st-key-compare-curves-figure] .main-svg").first).to_be_visible()
    printed = page.pdf(format="A4")
    page.emulate_media(media="null")
    pages = re.findall(rb"/Type\s*/Page\b", printed)
    fonts = re.findall(rb"/Type\s*/Font\b", printed)
    assert len(pages) >= 2  # all of it, not the part that was scrolled to
    assert fonts


def rename_and_replace(page: Page, workspace: Workspace, folder: Path) -> None:
    """Rename the newest run, take it home, delete it, bring it back."""
    open_popover(page, "Rename")
    page.get_by_label("Name", exact=True).fill("No gates <b>at all</b>")
    page.locator(".st-key-run-rename button").click()
    expect(headings(page)).to_have_text(RENAMED)
    page.reload()
    expect(headings(page)).to_have_text(RENAMED)
    open_popover(page, "Export")
    with page.expect_download() as download:
        page.locator(".st-key-export-best button").click()
    saved = folder / "run.gruve"
    download.value.save_as(saved)
    page.locator(".st-key-make-keras button").click()
    keras = page.locator(".st-key-export-keras button")
    expect(keras).to_have_count(1)
    with page.expect_download() as download:
        keras.click()
    download.value.save_as(folder / "run.keras")
    assert zipfile.is_zipfile(folder / "run.keras")
    page.keyboard.press("Escape")
    open_popover(page, "Delete")
    page.locator(".st-key-run-delete button").click()
    expect(headings(page)).to_have_text(NAMES[:2])
    workspace.reload()
    assert len(workspace.run_ids) == 2
    open_popover(page, "Import a network")
    page.locator("[class*=st-key-import-run] input[type=file]").set_input_files(saved)
    expect(headings(page)).to_have_text(RENAMED)


def test_an_experiment_is_compared_heard_printed_and_kept(
    page: Page, address: str, tmp_path: Path, store: Path
) -> None:
    learn(page, address)
    at_rest(page)
    workspace = workspace_of(page, store)
    check_curves(page, workspace, Store(str(store)))
    check_sound(page)
    check_paper(page)
    rename_and_replace(page, workspace, tmp_path)
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(headings(page)).to_have_text(RENAMED)
    at_rest(page)
    assert page.evaluate(WIDER) <= 0
