"""Visitors bring their own MIDI, some of it broken; nobody sees anybody else's."""

import csv
import io
import re
import struct
import zipfile
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Page, expect

from musiccore.writing import to_midi
from tests.browser.conftest import PATIENCE_MS, fill, visitor
from tests.models.music import tune, tunes

expect.set_options(timeout=PATIENCE_MS)

EMPTY_TRACK = b"MTrk" + struct.pack(">I", 4) + b"\x00\xff\x2f\x00"
WHOLE = to_midi(tunes(1)[0])
BAD = {
    "picture.mid": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "nothing.mid": b"",
    "cut.mid": WHOLE[:18],
    "silent.mid": b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + EMPTY_TRACK,
    "page.mid": b"<!DOCTYPE html><html><body>Not found</body></html>",
    "words.midi": b"These are words and no music at all. " * 4,
    "sound.mid": b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(64),
    "paper.kar": b"%PDF-1.7\n" + bytes(64),
    "packed.mid": b"Rar!\x1a\x07\x01\x00" + bytes(64),
    "program.mid": b"MZ" + bytes(128),
}
READ = ".st-key-report-csv"


def payload(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "audio/midi", "buffer": data}


def upload(page: Page, *files: FilePayload) -> None:
    page.locator(".st-key-upload-midi input[type=file]").set_input_files(files)


def own_tunes() -> list[FilePayload]:
    return [payload(f"{piece.name}.mid", to_midi(piece)) for piece in tunes()]


def see_all(page: Page) -> None:
    """The foot of the Music page is there: everything above it is."""
    expect(page.get_by_text("Your room here")).to_have_count(1)


def test_fifty_files_of_which_ten_are_bad(page: Page, address: str, tmp_path: Path) -> None:
    good = [payload(f"good {i}.mid", to_midi(tune(40 + i, 30 + i))) for i in range(40)]
    page.goto(f"{address}/Music")
    upload(page, *good, *(payload(name, data) for name, data in BAD.items()))
    notes = sum(30 + i for i in range(40))
    expect(
        page.get_by_text(f"40 of 50 files were read: {notes:,} notes. 10 refused.").first
    ).to_be_visible()
    see_all(page)
    expect(page.get_by_text(f"from 40 of 40 pieces: {notes:,} notes").first).to_be_visible()
    lines = page.get_by_test_id("stAlert").get_by_role("listitem")
    refusals = lines.filter(has_text=re.compile("|".join(BAD)))
    expect(refusals).to_have_count(5)  # the others stand in the report
    page.get_by_text("The report on 50 files").click()
    with page.expect_download() as download:
        page.locator(f"{READ} button").click()
    download.value.save_as(tmp_path / "report.csv")
    report = list(csv.DictReader(io.StringIO((tmp_path / "report.csv").read_text("utf-8-sig"))))
    assert {row["File"] for row in report if row["Outcome"] == "refused"} == set(BAD)
    assert all(row["What happened"] for row in report if row["Outcome"] == "refused")
    assert sum(int(row["Notes"]) for row in report if row["Outcome"] == "read") == notes
    # A refresh, and a look by telephone: all is as it was.
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(page.get_by_text("40 of 50 files were read").first).to_be_visible()
    see_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_archive_with_a_bad_member_and_what_to_learn_from(page: Page, address: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for piece in tunes(4):
            archive.writestr(f"{piece.name}.mid", to_midi(piece))
        archive.writestr("<b>bad</b>.mid", BAD["picture.mid"])
        archive.writestr("read me.txt", "no music")
    page.goto(f"{address}/Music")
    upload(
        page, {"name": "Four tunes.zip", "mimeType": "application/zip", "buffer": packed.getvalue()}
    )
    expect(page.get_by_text("4 of 5 files were read").first).to_be_visible()
    # What a file is called is shown, never obeyed.
    expect(page.get_by_text("<b>bad</b>.mid is a PNG picture").first).to_be_visible()
    expect(page.locator(".st-key-corpus").get_by_text("Four tunes")).to_be_visible()
    expect(page.get_by_text("from 4 of 4 pieces").first).to_be_visible()
    table = page.get_by_test_id("stDataFrame").last
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 20, box["y"] + 36 + 18)  # the tick of the first row
    expect(page.get_by_text("from 3 of 4 pieces").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("from 3 of 4 pieces").first).to_be_visible()


def test_own_music_is_learned_from(page: Page, address: str) -> None:
    page.goto(f"{address}/Music")
    upload(page, *own_tunes())
    expect(page.locator(".st-key-corpus").get_by_text("My files")).to_be_visible()
    page.goto(f"{address}/Train")
    expect(page.get_by_text("My files").first).to_be_visible()
    fill(page, "batch-size", 64)
    expect(page.get_by_text("longest sequence length that would work").first).to_be_visible()
    expect(page.locator(".st-key-train-start button")).to_be_disabled()
    fill(page, "batch-size", 4)
    fill(page, "epochs", 1)
    page.locator(".st-key-train-start button").click()
    expect(page.get_by_text("Learned 1 epoch.")).to_be_visible()
    page.goto(f"{address}/Generate")
    fill(page, "length", 40)
    page.locator(".st-key-generate-start button").click()
    expect(page.get_by_text("40 notes")).to_be_visible()


def test_visitors_at_once_do_not_see_each_other(
    page: Page, chromium: Browser, address: str
) -> None:
    other = visitor(chromium)
    for who in (page, other):
        who.goto(f"{address}/Music")
        expect(who.locator(".st-key-upload-midi")).to_be_visible()
    upload(page, *own_tunes())
    upload(other, payload("secret.mid", to_midi(tune(70, 25, "secret"))))
    expect(page.get_by_text("8 of 8 files were read").first).to_be_visible()
    expect(other.get_by_text("Your file was read: 25 notes.").first).to_be_visible()
    for who, theirs in ((page, "secret"), (other, "tune 3")):
        who.reload()
        see_all(who)
        expect(who.locator(".st-key-corpus").get_by_text("My files")).to_have_count(1)
        assert theirs not in who.inner_text("body")
    # A third one has nothing, and the first is rid of everything when they say so.
    third = visitor(chromium)
    third.goto(f"{address}/Music")
    see_all(third)
    assert third.get_by_text("My files").count() == 0
    page.get_by_text("Forget everything of mine").click()
    page.locator(".st-key-forget button").click()
    expect(page.locator(".st-key-corpus").get_by_text("My files")).to_have_count(0)
    page.reload()
    see_all(page)
    assert page.get_by_text("My files").count() == 0
    other.reload()
    expect(other.locator(".st-key-corpus").get_by_text("My files")).to_have_count(1)
    other.context.close()
    third.context.close()


def test_a_folder_of_ten_thousand(page: Page, address: str, music_folder: Path) -> None:
    collection = music_folder / "ten thousand"
    collection.mkdir()
    for start in range(20, 100):
        data = to_midi(tune(start, 20))
        for tempo in range(125):  # another tempo is the same music, another velocity is not
            (collection / f"{start}-{tempo}.mid").write_bytes(
                data.replace(b"P", bytes([tempo + 1]))
            )
    page.goto(f"{address}/Music")
    expect(page.get_by_text("10,000 MIDI files")).to_be_visible()
    page.locator(".st-key-pick button").click()
    expect(
        page.locator(".st-key-corpus").get_by_text("ten thousand, 100 at random")
    ).to_be_visible()
    see_all(page)
    # All of them at once: progress, a refresh in the middle, and an end on request.
    page.locator("[class*=st-key-pick-number] input").fill("10000")
    page.locator("[class*=st-key-pick-number] input").press("Enter")
    page.locator(".st-key-pick button").click()
    expect(page.get_by_text(re.compile(r"Reading: [\d,]+ of 10,000 files")).first).to_be_visible()
    page.reload()
    page.locator(".st-key-stop-bring button").click()
    expect(
        page.get_by_text(re.compile(r"Stopped after [\d,]+ files; what was read is kept")).first
    ).to_be_visible()
    see_all(page)
