"""Designing a network and training it, in a real browser with the real engine and real sound."""

import re

from playwright.sync_api import Browser, Page, expect

from models.config import Layer, NetworkConfig, TrainingConfig
from models.recipe import Recipe, to_text
from models.summary import summarize
from musiccore.encoding import ENCODINGS
from tests.browser.conftest import PATIENCE_MS, fill, visitor
from tests.browser.test_own_music import own_tunes, see_all, upload
from tests.models.music import tunes

expect.set_options(timeout=PATIENCE_MS)

TRAINING = TrainingConfig(epochs=2, batch_size=4, sequence_length=16, learning_rate=0.01)
FIRST = NetworkConfig(layers=(Layer("gru", 8),), embedding=4, head=4)
LAST = NetworkConfig(layers=(Layer("lstm", 12), Layer("gru", 8)), embedding=4, head=4)
LAST_LAYER = ".st-key-layer-2"
AUDIO = "[class*=st-key-sample-player] audio"


def parameters(network: NetworkConfig) -> str:
    encoding = ENCODINGS["notes"].fit(tunes())
    return f"{summarize(encoding, network, TRAINING).parameters:,}"


def figures(page: Page, text: str) -> None:
    expect(page.locator(".st-key-design-figures").get_by_text(text, exact=True)).to_be_visible()


def at_rest(page: Page) -> None:
    """A list that is opened while the page is still being drawn closes again."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def train(page: Page) -> None:
    page.locator(".st-key-train-start button").click()


def test_design_train_hear_stop_go_on_and_share(
    page: Page, chromium: Browser, address: str
) -> None:
    # High enough for all of the design: a list at the lower edge closes when it is scrolled to.
    page.set_viewport_size({"width": 1280, "height": 2000})
    page.goto(f"{address}/Music")
    upload(page, *own_tunes())
    expect(page.get_by_text("8 of 8 files were read").first).to_be_visible()
    see_all(page)
    page.goto(f"{address}/Train?{to_text(Recipe('notes', FIRST, TRAINING))}")

    expect(page.get_by_text("My files").first).to_be_visible()

    # Design: a layer more, another kind, another size, another place; numbers follow at once.
    figures(page, parameters(FIRST))
    expect(page.get_by_text("Your files and networks")).to_be_visible()
    at_rest(page)
    page.locator(".st-key-layer-add button").click()
    expect(page.locator(".gruve-gru").get_by_text("GRU 128")).to_be_visible()
    at_rest(page)
    kind = page.locator(LAST_LAYER).get_by_role("combobox")
    kind.click()
    page.get_by_role("option", name="LSTM").click()
    expect(page.locator(".gruve-lstm")).to_be_visible()
    size = page.locator(f"{LAST_LAYER} input[type=number]")
    size.fill("12")
    size.press("Enter")
    expect(page.locator(".gruve-lstm").get_by_text("LSTM 12")).to_be_visible()
    up = page.locator(LAST_LAYER).get_by_role("button", name="Up")
    up.focus()
    up.press("Enter")
    figures(page, parameters(LAST))
    expect(page.locator(".gruve-layer").nth(1)).to_contain_text("LSTM 12")
    page.locator(".gruve-lstm summary").click()
    expect(page.get_by_text("through three gates").first).to_be_visible()

    # Train; a refresh loses nothing; what was made on the way can be heard.
    expect(page).to_have_url(re.compile("layers=lstm12-gru8"))
    train(page)
    expect(page.locator(".st-key-train-stop button")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Learned 2 epochs.")).to_be_visible()
    expect(page.get_by_text(re.compile("It beats|It does not beat")).first).to_be_visible()
    page.locator(".st-key-samples").get_by_role("button", name="Epoch 2").click()
    page.wait_for_selector(AUDIO, state="attached")
    page.wait_for_function(f"document.querySelector('{AUDIO}').duration > 1")

    # The same again is answered at once, more of it goes on where it stands, a stop keeps it.
    train(page)
    expect(page.get_by_text("Already trained: 2 epochs, from cache in")).to_be_visible()
    fill(page, "epochs", 4)
    expect(page.get_by_text("only epochs 3 to 4 to train")).to_be_visible()
    train(page)
    expect(page.get_by_text("Learned 4 epochs.")).to_be_visible()
    fill(page, "more-epochs", 1000)
    page.locator(".st-key-train-continue button").click()
    expect(page.get_by_text(re.compile(r"Epoch ([6-9]|\d\d+) of 1004")).first).to_be_visible()
    page.locator(".st-key-train-stop button").click()
    stopped = page.get_by_text(re.compile(r"Stopped after \d+ epochs\."))
    expect(stopped).to_be_visible()
    said = stopped.inner_text()
    page.reload()
    expect(page.get_by_text(said)).to_be_visible()

    # The address alone brings somebody else the same network, on a telephone too, not the music.
    other = visitor(chromium, 390)
    other.goto(page.url)
    expect(other.locator(".gruve-layer").nth(1)).to_contain_text("LSTM 12")
    expect(other.locator(".st-key-epochs input")).to_have_value("4")
    expect(other.get_by_text("Your files and networks")).to_be_visible()
    assert other.get_by_text("My files").count() == 0
    assert other.get_by_text("Your networks", exact=True).count() == 0
    assert other.evaluate("document.documentElement.scrollWidth") <= 390
    other.locator(".st-key-layer-1").get_by_role("button", name="Down").click()
    expect(other.locator(".gruve-layer").nth(1)).to_contain_text("GRU 8")
    other.context.close()
    assert page.get_by_text("My files").count() > 0
