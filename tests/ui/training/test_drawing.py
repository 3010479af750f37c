"""The network as a stack: nothing is left out of it, and names stay text."""

import pytest

from models.config import PRESETS
from models.summary import summarize
from musiccore.encoding import ENCODINGS
from tests.models.music import band, tunes
from ui.training.drawing import Block, blocks, markup


@pytest.mark.parametrize("encoding_name", ENCODINGS)
@pytest.mark.parametrize("preset", PRESETS)
def test_the_blocks_hold_every_parameter(preset: str, encoding_name: str) -> None:
    encoding = ENCODINGS[encoding_name].fit([*tunes(), band()])
    chosen = PRESETS[preset]
    summary = summarize(encoding, chosen.network, chosen.training)
    stack = blocks(encoding, chosen.network, summary)
    assert sum(b.parameters for row in stack for b in row) == summary.parameters
    assert len(stack) == len(chosen.network.layers) + 2
    assert [b.title for b in stack[-1]] == [f.name for f in encoding.fields if f.is_choice]
    assert max(row[0].share for row in stack[1:-1]) == 1


def test_the_book_network_is_drawn_as_in_the_chapter() -> None:
    encoding = ENCODINGS["book"].fit(tunes())
    book = PRESETS["book"]
    stack = blocks(encoding, book.network, summarize(encoding, book.network, book.training))
    titles = ["GRU 16", "Dropout 0.3", "GRU 64", "Dropout 0.3", "GRU 64", "Dense 16", "Dropout 0.3"]
    assert [row[0].title for row in stack[1:-1]] == titles
    assert [row[0].shape for row in stack[:3]] == ["any × 100 × 1", *["any × 100 × 16"] * 2]
    assert stack[5][0].shape == "any × 64"  # the last recurrent layer answers once a window


def test_a_tap_tells_what_a_layer_does_and_names_stay_text() -> None:
    html = markup([[Block("gru", "<b>GRU</b>", "1 × 2", 1, 'what "it" does')]])
    assert "&lt;b&gt;GRU&lt;/b&gt;" in html
    assert "<details" in html
    assert "<p>what &quot;it&quot; does</p>" in html
    assert "1 parameter<" in html
