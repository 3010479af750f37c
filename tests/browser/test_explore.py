"""Explore in a browser: every figure holds the numbers that musiccore counts, on desk and phone."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from musiccore import histograms
from musiccore.corpus_notes import CorpusNotes
from musiccore.features import piece_table
from musiccore.projection import project
from musiccore.starters import load_starter
from musiccore.statistics import Count, family_counts, instrument_counts
from musiccore.tokens import book_view, chords_together, note_tokens, tail
from tests.browser.conftest import PATIENCE_MS, visitor
from tests.browser.test_accessibility import SECTIONS as THERE

expect.set_options(timeout=PATIENCE_MS)

PIECES = load_starter("bach-chorales")
NOTES = CorpusNotes.of(PIECES)
TABLE = piece_table(PIECES, NOTES)
DRAWN = 20  # pieces of the offset plot
READ = """plot => plot._fullData.map(trace => Object.fromEntries(
    ["x", "y", "z"].filter(axis => trace[axis]).map(axis => [axis, Array.from(trace[axis])])))"""
WIDER = """() => Math.max(...["stMain", "stApp"].map(name => {
    const box = document.querySelector(`[data-testid=${name}]`);
    return box.scrollWidth - box.clientWidth; }))"""
PLACE = """(plot, [trace, point]) => {
    const { xaxis, yaxis } = plot._fullLayout, data = plot._fullData[trace];
    return [[xaxis, data.x], [yaxis, data.y]].map(
        ([axis, values]) => axis._offset + axis.d2p(values[point])); }"""


def look_at(page: Page, section: str) -> None:
    page.locator(".st-key-explore-section button").filter(has_text=section).click()


def plot(page: Page, key: str) -> Locator:
    """A figure, once it stands there drawn."""
    figure = page.locator(f"[class*=st-key-{key}-figure] .js-plotly-plot")
    expect(figure).to_have_count(1)
    expect(figure.locator(".main-svg").first).to_be_visible()
    return figure


def drawn(page: Page, key: str) -> list[dict[str, Any]]:
    """What a figure in the page holds, trace by trace."""
    return list(plot(page, key).evaluate(READ))


def times(page: Page, key: str, axis: str = "y") -> dict[str, float]:
    """Name -> height of its column, or length of its bar."""
    (trace,) = drawn(page, key)
    return dict(zip(trace["x" if axis == "y" else "y"], trace[axis], strict=True))


def counted(counts: tuple[Count, ...]) -> dict[str, float]:
    return {count.what: count.times for count in counts}


def over(values: np.ndarray[Any, Any], trace: dict[str, Any]) -> list[int]:
    """How many of the values stand in each column of a histogram, whose middles are `x`."""
    half = (trace["x"][1] - trace["x"][0]) / 2
    return [int(((values >= x - half) & (values < x + half)).sum()) for x in trace["x"]]


def check_instruments(page: Page) -> None:
    instruments = {c.name: c.notes for c in instrument_counts(PIECES)}
    assert times(page, "instruments", "x") == instruments
    assert times(page, "families", "x") == counted(family_counts(PIECES))


def check_tokens(page: Page) -> None:
    view = book_view(PIECES)
    assert times(page, "notes") == counted(view.notes)
    (chords,) = drawn(page, "chords")
    expected = chords_together(PIECES)[: len(chords["x"])]
    assert chords["x"] == [count.times for count in expected]
    assert all(y.startswith(count.what) for y, count in zip(chords["y"], expected, strict=True))
    found = tail([count.times for count in (*view.notes, *view.chords)])
    (bands,) = drawn(page, "tail-tokens")
    assert bands["y"] == [band.different for band in found.bands]

    page.locator(".st-key-explore-encoding button").filter(has_text="notes").click()
    counts = note_tokens(PIECES)
    assert times(page, "fields") == counted(counts.fields["duration"])
    (rows,) = drawn(page, "rows")
    assert rows["x"] == [count.times for count in counts.rows[: len(rows["x"])]]
    (bands,) = drawn(page, "tail-rows")
    assert bands["y"] == [band.different for band in tail(counts.times).bands]


def check_offsets(page: Page) -> None:
    view = book_view(PIECES[:DRAWN])
    (line,) = drawn(page, "offsets")
    assert line["x"] == list(range(1, view.events + 1))
    assert line["y"] == view.offset.tolist()
    assert sum(y < before for y, before in zip(line["y"][1:], line["y"], strict=False)) == DRAWN - 1
    (density,) = drawn(page, "density")
    window = int(density["x"][1])
    ends = (view.offset[view.starts[1:] - 1] // window).astype(int)
    going = [(ends >= i).sum() for i in range(len(density["y"]))]
    events = np.array(density["y"]) * window * going
    assert events == pytest.approx(np.bincount((view.offset // window).astype(int)))


def check_spread(page: Page) -> None:
    assert times(page, "pitch") == counted(histograms.pitches(NOTES))
    assert times(page, "pitch-class") == counted(histograms.pitch_classes(NOTES))
    assert times(page, "interval") == counted(histograms.intervals(NOTES))
    assert times(page, "duration") == counted(histograms.durations(NOTES))
    assert times(page, "velocity") == counted(histograms.velocities(NOTES))
    bars = histograms.onsets_in_bar(NOTES, PIECES)
    assert times(page, "bar") == counted(bars["4/4"])
    assert [list(row) for row in drawn(page, "transitions")[0]["z"]] == histograms.transitions(
        NOTES
    ).tolist()
    levels = {str(level.sounding): level.quarters for level in histograms.polyphony(NOTES)}
    assert times(page, "polyphony") == pytest.approx(levels)


def check_pieces(page: Page) -> None:
    assert times(page, "metre") == Counter(TABLE.metre)
    assert times(page, "key") == Counter(key.name for key in TABLE.keys if key)
    for key, values in {
        "tempo": TABLE.tempo,
        "note-count": TABLE.notes,
        "length": TABLE.seconds,
    }.items():
        (trace,) = drawn(page, key)
        assert trace["y"] == over(values, trace)
        assert sum(trace["y"]) == len(PIECES)


def check_map(page: Page) -> None:
    points = project(TABLE.described).points
    modes = drawn(page, "map")
    found = np.array(sorted((x, y) for t in modes for x, y in zip(t["x"], t["y"], strict=True)))
    assert np.allclose(found, np.array(sorted(map(tuple, points.tolist()))))
    major = [i for i, key in enumerate(TABLE.keys) if key and not key.minor]
    assert np.allclose(modes[0]["x"], points[major, 0])

    figure = plot(page, "map")
    figure.scroll_into_view_if_needed()
    # The point farthest to the right has nothing over it.
    member = max(range(len(major)), key=lambda i: points[major[i], 0])
    x, y = figure.evaluate(PLACE, [0, member])
    figure.click(position={"x": x, "y": y})
    name = PIECES[major[member]].name
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.locator("[class*=st-key-map-player] canvas").first).to_be_visible()


def check_one_piece(page: Page) -> None:
    piece, key = PIECES[0], TABLE.keys[0]
    assert key is not None
    facts = page.locator(".st-key-explore-facts")
    expect(facts).to_contain_text(key.name)
    expect(facts).to_contain_text(TABLE.metre[0])
    expect(facts).to_contain_text(f"{len(piece):,}")
    expect(page.locator("[class*=st-key-one-piece] canvas").first).to_be_visible()


SECTIONS = {
    "Instruments": check_instruments,
    "Notes and chords": check_tokens,
    "Offsets": check_offsets,
    "Rhythm and pitch": check_spread,
    "Pieces": check_pieces,
    "Map": check_map,
    "One piece": check_one_piece,
}


def test_every_figure_holds_the_numbers_of_the_music(page: Page, address: str) -> None:
    page.goto(f"{address}/Explore")
    for section, check in SECTIONS.items():
        look_at(page, section)
        check(page)
        page.wait_for_function(f"() => ({WIDER})() <= 0")


def test_every_section_fits_a_phone(chromium: Browser, address: str) -> None:
    page = visitor(chromium, width=390)
    page.goto(f"{address}/Explore")
    plot(page, "instruments")
    assert page.evaluate(WIDER) <= 0
    for section, there in THERE["Explore"].items():
        look_at(page, section)
        expect(page.get_by_text(there).first).to_be_visible()
        page.wait_for_function(f"() => ({WIDER})() <= 0")
    page.context.close()


def test_numbers_and_pictures_can_be_saved(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/Explore")
    plot(page, "instruments")
    column = page.locator("[data-testid=stColumn]").filter(
        has=page.locator(".st-key-instruments-figure")
    )
    column.locator("summary").click()
    with page.expect_download() as saved:
        column.get_by_role("button", name="Save as CSV").click()
    assert saved.value.suggested_filename == "instruments.csv"
    saved.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8-sig") as file:
        rows = {row["Instrument"]: int(row["Notes"]) for row in csv.DictReader(file)}
    assert rows == {count.name: count.notes for count in instrument_counts(PIECES)}

    for name, words, begins in [
        ("PNG", "Download plot as a PNG", b"\x89PNG"),
        ("SVG", "Download plot", b"<svg"),
    ]:
        page.get_by_role("radio", name=name).click()
        camera = column.get_by_role("button", name=words, exact=True)
        expect(camera).to_be_visible()
        with page.expect_download() as picture:
            camera.click()
        assert picture.value.suggested_filename == f"gruve-instruments.{name.lower()}"
        assert picture.value.path().read_bytes().startswith(begins)
