"""A network drawn as a stack, from the notes that go in to the notes that come out.

Plain HTML: each layer is a `<details>` element, so that a tap, a click or the Enter key tells what
the layer does, without a script and at any width.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import log2
from pathlib import Path

import streamlit as st

from models.config import NetworkConfig
from models.summary import LayerSummary, Summary
from musiccore.encoding import Encoding
from ui.naming import words
from ui.training.layers import EFFECTS

_STYLES = Path(__file__).with_name("drawing.css")
_NARROWEST = 34  # percent of the width, for a layer of one unit


@dataclass(frozen=True)
class Block:
    """One block of the stack: `kind` colours it, `share` of the width it takes."""

    kind: str
    title: str
    shape: str
    parameters: int
    what: str
    share: float = 1.0


def blocks(encoding: Encoding, network: NetworkConfig, summary: Summary) -> list[list[Block]]:
    """The stack from the input to the answers; what stands side by side is one entry."""
    own = [layer for layer in summary.layers if layer.own]
    first = summary.layers.index(own[0])
    entry, exits = summary.layers[:first], summary.layers[first + len(own) :]
    widest = max(_width(layer) for layer in own)
    names = ", ".join(field.name for field in encoding.fields)
    told = f"{names}, and its place in the bar" if encoding.positions > 1 else names
    stack = [
        [
            Block(
                "input",
                f"Input: {network.input}",
                _shape(entry[-1]),
                _parameters(entry),
                f"A note comes in by its {told}. {_ENTRIES[network.input]}",
            )
        ]
    ]
    for layer, config in zip(own, network.layers, strict=True):
        share = log2(1 + _width(layer)) / log2(1 + widest)
        block = Block(
            layer.kind, words(config), _shape(layer), layer.parameters, EFFECTS[layer.kind], share
        )
        stack.append([block])
    heads = []
    for field in encoding.fields:
        if field.is_choice:
            of_field = [
                y for y in exits if y.name == field.name or y.name.startswith(f"{field.name}_")
            ]
            what = (
                f"Foretells the {field.name} of the next note: a probability for each of "
                f"{field.size:,} values (softmax)."
            )
            if len(of_field) > 2:
                what += " It knows what the heads before it have chosen."
            heads.append(
                Block("head", field.name, _shape(of_field[-1]), _parameters(of_field), what)
            )
    return [*stack, heads]


_ENTRIES = {
    "embedding": "Each value has a row of numbers of its own, which the network learns; they are "
    "added up.",
    "one-hot": "Each value is a switch: one is on, all others are off.",
    "scaled integer": "Each is one number from 0 to 1, as in the chapter.",
}


def _width(layer: LayerSummary) -> int:
    return layer.shape[-1] or 1


def _parameters(layers: Iterable[LayerSummary]) -> int:
    return sum(layer.parameters for layer in layers)


def _shape(layer: LayerSummary) -> str:
    """Batch, steps and width, like `64 × any × 256`."""
    return " × ".join("any" if size is None else f"{size:,}" for size in layer.shape)


def markup(stack: Sequence[Sequence[Block]]) -> str:
    """The stack as HTML."""
    rows = []
    for row in stack:
        inside = "".join(_block(block) for block in row)
        rows.append(f'<div class="gruve-row">{inside}</div>')
    down = '<div class="gruve-arrow" aria-hidden="true">↓</div>'
    return f'<div class="gruve-stack" role="group" aria-label="The network">{down.join(rows)}</div>'


def _block(block: Block) -> str:
    width = _NARROWEST + (100 - _NARROWEST) * block.share
    parameters = f"{block.parameters:,} parameter{'s' * (block.parameters != 1)}"
    style = f' style="width:{width:.0f}%"' if block.kind != "head" else ""
    return (
        f'<details class="gruve-layer gruve-{escape(block.kind)}"{style}>'
        f'<summary title="{escape(block.what)}"><b>{escape(block.title)}</b>'
        f"<span>{escape(block.shape)}</span><span>{parameters}</span></summary>"
        f"<p>{escape(block.what)}</p></details>"
    )


def draw(encoding: Encoding, network: NetworkConfig, summary: Summary) -> None:
    """Show the stack. Shapes are batch × steps × width; `any` is free."""
    st.html(_STYLES)
    with st.container(key="network"):
        st.html(markup(blocks(encoding, network, summary)))
