"""Taking a take home: every format saved and read back, the link opened by somebody else."""

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import soundfile
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from symusic import Score

from tests.browser.conftest import PATIENCE_MS, visitor
from tests.pages.test_generate import trained, with_take
from ui.cookie import NAME

expect.set_options(timeout=PATIENCE_MS)

MAKER = "taking-home-visitor-0123456789ab"
AUDIO = "document.querySelector('.st-key-song audio')"

READERS = {
    "midi": lambda data: Score.from_midi(data).note_num() == 12,
    "musicxml": lambda data: ElementTree.fromstring(data).tag == "score-partwise",  # noqa: S314
    "mp3": lambda data: soundfile.info(io.BytesIO(data)).format == "MP3",
    "wav": lambda data: soundfile.info(io.BytesIO(data)).format == "WAV",
    "png": lambda data: Image.open(io.BytesIO(data)).format == "PNG",
    "pdf": lambda data: len(pypdfium2.PdfDocument(data)) >= 1,
    "svg": lambda data: ElementTree.fromstring(data).tag.endswith("}svg"),  # noqa: S314
    "recipe": lambda data: b'"gruve take"' in data,
    "zip": lambda data: len(zipfile.ZipFile(io.BytesIO(data)).namelist()) == 9,
}


def save(page: Page, name: str) -> bytes:
    button = page.locator(f".st-key-home-{name} button")
    expect(button).to_be_enabled()
    with page.expect_download() as download:
        button.click()
    return Path(download.value.path()).read_bytes()


def test_save_every_format_share_and_take_the_link_back(
    page: Page, chromium: Browser, address: str, store: Path
) -> None:
    with_take(store, trained(store, token=MAKER), 12, "Take it home", token=MAKER)
    page.context.add_cookies([{"name": NAME, "value": MAKER, "url": address}])
    page.goto(f"{address}/Generate")

    for name, reads in READERS.items():
        assert reads(save(page, name)), name

    page.locator(".st-key-song-title input").fill("An *evening* song")
    page.locator(".st-key-song-share button").click()
    expect(page.locator(".st-key-song-revoke button")).to_be_visible()
    link = page.get_by_test_id("stCode").inner_text().strip()
    assert link.startswith(f"{address}/?song=")

    other = visitor(chromium, width=390)
    other.goto(link)
    expect(other.get_by_role("heading", name="An *evening* song")).to_be_visible()
    other.wait_for_function(f"{AUDIO}?.duration > 0.5")
    other.locator(".st-key-song").get_by_role("button", name="Play").click()
    other.wait_for_function(f"{AUDIO}.currentTime > 0.1")
    assert other.evaluate("document.documentElement.scrollWidth") <= 390
    with other.expect_download() as download:
        other.locator(".st-key-song-midi button").click()
    assert download.value.suggested_filename == "An-evening-song.mid"
    assert Score.from_midi(Path(download.value.path()).read_bytes()).note_num() == 12

    page.locator(".st-key-song-revoke button").click()
    expect(page.locator(".st-key-song-share button")).to_be_visible()
    other.reload()
    expect(other.get_by_text("There is no song behind this link")).to_be_visible()
    other.context.close()
