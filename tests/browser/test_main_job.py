"""The whole job as a newcomer does it, in a real browser with the real engine and real sound."""

from pathlib import Path

from playwright.sync_api import Page, expect
from symusic import Score

from tests.browser.conftest import PATIENCE_MS, fill

expect.set_options(timeout=PATIENCE_MS)

AUDIO = ".st-key-player audio"


def test_choose_look_train_generate_hear_and_download(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(address)
    page.get_by_role("link", name="1 Music").first.click()
    starter = page.locator(".st-key-corpus")
    starter.get_by_text("Bach chorales").first.click()
    expect(page.get_by_text("364").first).to_be_visible()
    number = page.locator("[class*=st-key-number-] input")
    number.fill("60")
    number.press("Enter")
    page.locator(".st-key-tick-random button").click()
    expect(page.get_by_text("The network learns from 60 of 364 pieces")).to_be_visible()

    page.get_by_role("link", name="2 Explore").first.click()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page.get_by_text("Choir Aahs").first).to_be_visible()

    page.get_by_role("link", name="3 Train").first.click()
    expect(page.locator(".st-key-epochs input")).to_have_value("30")
    expect(page.locator(".st-key-batch-size input")).to_have_value("64")
    fill(page, "epochs", 2)
    page.locator(".st-key-train-start button").click()
    expect(page.get_by_text("Epoch 1 of 2")).to_be_visible()
    page.reload()
    expect(page.locator(".st-key-train-stop button")).to_have_count(1)
    expect(page.get_by_text("of 2").first).to_be_visible()
    expect(page.get_by_text("Learned 2 epochs.")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_be_visible()

    page.get_by_role("link", name="4 Generate").first.click()
    fill(page, "length", 120)
    page.locator(".st-key-generate-start button").click()
    expect(page.get_by_text("120 notes")).to_be_visible()
    page.wait_for_selector(AUDIO, state="attached")
    page.wait_for_function(f"document.querySelector('{AUDIO}').duration > 5")
    page.locator(".st-key-player").get_by_role("button", name="Play").click()
    page.wait_for_function(f"document.querySelector('{AUDIO}').currentTime > 0.5")

    with page.expect_download() as download:
        page.locator(".st-key-download-midi button").click()
    saved = tmp_path / "take.mid"
    download.value.save_as(saved)
    assert Score.from_midi(saved.read_bytes()).note_num() == 120
    seconds = Score.from_midi(saved.read_bytes()).to("second").end()
    page.wait_for_function(f"Math.abs(document.querySelector('{AUDIO}').duration - {seconds}) < 1")

    page.reload()
    expect(page.get_by_text("120 notes")).to_be_visible()


def test_a_phone_has_room_for_every_page(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("", "Music", "Explore", "Train", "Generate", "Compare"):
        page.goto(f"{address}/{path}")
        expect(page.locator("h1").first).to_be_visible()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{path} scrolls sideways: {wide} px"
