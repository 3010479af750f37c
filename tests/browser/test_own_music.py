"""Visitors bring their own MIDI, some of it broken; nobody sees anybody else's."""

import struct

from playwright.sync_api import Browser, Page, expect

from musiccore.writing import to_midi
from tests.browser.conftest import PATIENCE_MS, fill, visitor
from tests.models.music import tunes

expect.set_options(timeout=PATIENCE_MS)

GOOD = [
    {"name": f"{piece.name}.mid", "mimeType": "audio/midi", "buffer": to_midi(piece)}
    for piece in tunes()
]
EMPTY_TRACK = b"MTrk" + struct.pack(">I", 4) + b"\x00\xff\x2f\x00"
BAD = {
    "picture.mid": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "nothing.mid": b"",
    "cut.mid": to_midi(tunes(1)[0])[:18],
    "silent.mid": b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + EMPTY_TRACK,
}


def upload(page: Page) -> None:
    files = [*GOOD]
    files += [{"name": n, "mimeType": "audio/midi", "buffer": b} for n, b in BAD.items()]
    page.locator(".st-key-upload-midi input[type=file]").set_input_files(files)


def test_broken_files_cost_only_themselves(page: Page, address: str) -> None:
    page.goto(f"{address}/Music")
    upload(page)
    for name in BAD:
        expect(page.get_by_test_id("stAlert").filter(has_text=name).first).to_be_visible()
    page.goto(f"{address}/Train")
    expect(page.get_by_text("My files").first).to_be_visible()
    fill(page, "batch-size", 64)
    page.locator(".st-key-train-start button").click()
    expect(page.get_by_text("longest sequence length that would work").first).to_be_visible()
    fill(page, "batch-size", 4)
    fill(page, "epochs", 1)
    page.locator(".st-key-train-start button").click()
    expect(page.get_by_text("Learned 1 epoch.")).to_be_visible()
    page.goto(f"{address}/Generate")
    fill(page, "length", 40)
    page.locator(".st-key-generate-start button").click()
    expect(page.get_by_text("40 notes")).to_be_visible()


def test_visitors_do_not_see_each_other(page: Page, chromium: Browser, address: str) -> None:
    page.goto(f"{address}/Music")
    upload(page)
    # The uploader lists names at once; the workspace has the files when they can be chosen.
    expect(page.get_by_text("My files").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("My files").first).to_be_visible()
    other = visitor(chromium)
    other.goto(f"{address}/Music")
    expect(other.locator(".st-key-upload-midi")).to_be_visible()
    expect(other.get_by_text("Bach chorales").first).to_be_visible()
    assert other.get_by_text("tune 3").count() == 0
    assert other.get_by_text("My files").count() == 0
    other.context.close()
