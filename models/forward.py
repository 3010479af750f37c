"""A trained network in NumPy: the same numbers as Keras, without TensorFlow and far quicker a step.

`Forward` makes the music, measures held-out loss and feeds the pictures of the gates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.cells import CELLS, Array, CellWeights, Gates, State
from models.config import RECURRENT, NetworkConfig
from musiccore.encoding import Encoding

States = tuple[State, ...]
"""The state of every recurrent layer, bottom first."""


@dataclass(frozen=True, eq=False)
class LayerWeights:
    """A layer of the trunk. What its input contributes is x @ `kernel` + `bias`."""

    kind: str
    kernel: Array  # (in, out)
    bias: Array  # (out,): what joins the input
    cell: CellWeights | None  # None for dense


@dataclass(frozen=True, eq=False)
class _Head:
    tables: tuple[Array, ...]  # per decided field (its size, hidden)
    kernel: Array
    bias: Array


class Forward:
    """One network's forward pass. Immutable: states go in and come out."""

    def __init__(
        self, encoding: Encoding, config: NetworkConfig, weights: Mapping[str, NDArray[np.float32]]
    ) -> None:
        self.encoding, self.config = encoding, config
        self.layers = tuple(
            _layer(layer.kind, f"layer{i}_{layer.kind}", weights)
            for i, layer in enumerate(config.layers)
            if layer.kind != "dropout"
        )
        self._tables = self._input_tables(weights)
        fields = encoding.fields
        self._heads = tuple(
            _Head(
                tuple(weights[f"{f.name}_from_{g.name}/table"] for g in fields[:i]),
                weights[f"{f.name}_logits/kernel"],
                weights[f"{f.name}_logits/bias"],
            )
            if f.is_choice
            else None
            for i, f in enumerate(fields)
        )
        self._later = [i for i, f in enumerate(fields) if i and f.is_choice]
        names = [f"{fields[i].name}_from_trunk" for i in self._later]
        if names:
            self._hidden_kernel = np.concatenate([weights[f"{n}/kernel"] for n in names], axis=1)
            self._hidden_bias = np.concatenate([weights[f"{n}/bias"] for n in names])

    def _input_tables(self, weights: Mapping[str, Array]) -> tuple[Array, ...]:
        """For each input column the first layer's share of `projected`, (size + 1, out) a value.

        Embedding, one-hot and scaled integer are the same from here on: look up and add.
        """
        encoding, kernel = self.encoding, self.layers[0].kernel
        columns = [(f.name, f.size) for f in encoding.fields]
        if encoding.positions > 1:
            columns.append(("position", encoding.positions))
        if self.config.input == "embedding":
            return tuple(weights[f"embed_{name}/table"] @ kernel for name, _ in columns)
        if self.config.input == "one-hot":
            ends = np.cumsum([size + 1 for _, size in columns])
            return tuple(np.split(kernel, ends[:-1]))
        return tuple(
            (np.arange(size + 1, dtype=np.float32) / size)[:, None] * kernel[i]
            for i, (_, size) in enumerate(columns)
        )

    def matrices(self) -> list[Array]:
        """The matrices that one step and the choice of one row multiply by, in order."""
        layers = [
            matrix
            for i, layer in enumerate(self.layers)
            for matrix in (
                *((layer.kernel,) if i else ()),
                *((layer.cell.recurrent,) if layer.cell else ()),
            )
        ]
        hidden = [self._hidden_kernel] if self._later else []
        return [*layers, *hidden, *(head.kernel for head in self._heads if head)]

    def start(self, *batch: int) -> States:
        """All-zero states for one stream, or for a batch of them."""
        return tuple(
            tuple(
                np.zeros((*batch, layer.cell.units), np.float32)
                for _ in range(CELLS[layer.kind].carries)
            )
            for layer in self.layers
            if layer.cell
        )

    def project(
        self,
        row: Sequence[int | NDArray[np.integer]] | NDArray[np.integer],
        position: int | NDArray[np.integer],
    ) -> Array:
        """What a row contributes to the first layer: its `projected`, as `step` has it."""
        projected = self.layers[0].bias
        for table, value in zip(self._tables, [*row, position], strict=False):
            projected = projected + table[value]
        return projected

    def step(
        self,
        row: Sequence[int | NDArray[np.integer]] | NDArray[np.integer],
        position: int | NDArray[np.integer],
        states: States,
    ) -> tuple[Array, States, tuple[Gates, ...]]:
        """One row in: the trunk's output (..., H), the new states, the gates of each recurrent
        layer. `row` is fields first: a sequence of numbers, or of arrays (...)."""
        projected = self.project(row, position)
        new: list[State] = []
        gates: list[Gates] = []
        out = projected
        for i, layer in enumerate(self.layers):
            if i:
                projected = out @ layer.kernel + layer.bias
            if layer.cell is None:
                out = projected
                continue
            state, opened = CELLS[layer.kind].step(projected, states[len(new)], layer.cell)
            new.append(state)
            gates.append(opened)
            out = state[0]
        return out, tuple(new), tuple(gates)

    def hidden(self, trunk: Array) -> dict[int, Array]:
        """Field -> the trunk's share (..., head) in the hidden layer of its conditional head."""
        if not self._later:
            return {}
        joint = trunk @ self._hidden_kernel + self._hidden_bias
        width = self.config.head
        return {
            field: joint[..., i * width : (i + 1) * width] for i, field in enumerate(self._later)
        }

    def logits(
        self,
        field: int,
        trunk: Array,
        hidden: Mapping[int, Array],
        decided: Sequence[int | NDArray[np.integer]] | NDArray[np.integer],
    ) -> Array:
        """Unnormalized log-probabilities (..., size) of `field`, given the fields `decided` before
        it (fields first, as in `step`)."""
        head = self._heads[field]
        if head is None:
            return np.zeros((*trunk.shape[:-1], 1), np.float32)
        if field == 0:
            return trunk @ head.kernel + head.bias
        total = hidden[field]
        for table, value in zip(head.tables, decided, strict=False):
            total = total + table[value]
        return np.maximum(total, 0) @ head.kernel + head.bias


def _layer(kind: str, name: str, weights: Mapping[str, Array]) -> LayerWeights:
    kernel, bias = weights[f"{name}/kernel"], weights[f"{name}/bias"]
    if kind not in RECURRENT:
        return LayerWeights(kind, kernel, bias, None)
    recurrent = weights[f"{name}/recurrent"]
    own = bias[1] if bias.ndim == 2 else np.zeros_like(bias)  # GRU keeps one bias for each side
    return LayerWeights(
        kind, kernel, bias[0] if bias.ndim == 2 else bias, CellWeights(recurrent, own)
    )
