"""What a network will be, before it is built and without TensorFlow: layers, shapes, parameters,
memory, and what is remarkable about the choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

from models.config import RECURRENT, NetworkConfig, TrainingConfig
from models.optimizers import OPTIMIZERS
from musiccore.encoding import Encoding

Shapes = dict[str, tuple[int, ...]]

GATES: Mapping[str, int] = {"gru": 3, "lstm": 4, "rnn": 1, "dense": 1}
"""Layer kind -> how many blocks of `units` columns its kernel has."""

KEPT: Mapping[str, int] = {"gru": 8, "lstm": 8, "rnn": 4, "dense": 2, "dropout": 2}
"""Layer kind -> numbers a unit and step that learning keeps until the gradient has come back: the
output, its gradient, the gates and the input's projections."""

FLOAT = 4
"""Bytes of a number."""

TENSORFLOW_BYTES = 780 * 2**20
"""What the training process takes with the smallest of networks, measured with TensorFlow 2.21 on
the CPU; the estimate as a whole came within 5% of three peaks from 0.8 to 1.7 GiB."""


@dataclass(frozen=True)
class LayerSummary:
    """One layer: its `shape` with None for the batch and, where it is free, for the steps; its
    `parameters`; `own` where it is one of the visitor's layers, not of the network's ends."""

    name: str
    kind: str
    shape: tuple[int | None, ...]
    parameters: int
    own: bool


@dataclass(frozen=True)
class Summary:
    """A network before it is built. `bytes` estimates what training it takes, see `memory`."""

    layers: tuple[LayerSummary, ...]
    parameters: int
    bytes: int

    def text(self) -> str:
        """A table like that of Keras' `model.summary()`."""
        rows = [("Layer", "Kind", "Output shape", "Parameters")]
        rows += [
            (y.name, y.kind, str(y.shape).replace("None", "–"), f"{y.parameters:,}")
            for y in self.layers
        ]
        wide = [max(len(row[i]) for row in rows) for i in range(4)]
        lines = [
            f"{a:<{wide[0]}}  {b:<{wide[1]}}  {c:<{wide[2]}}  {d:>{wide[3]}}" for a, b, c, d in rows
        ]
        rule = "─" * len(lines[0])
        mebibytes = self.parameters * FLOAT / 2**20
        total = f"Parameters in all: {self.parameters:,} ({mebibytes:.2f} MiB)"
        return "\n".join([lines[0], rule, *lines[1:], rule, total])


def _columns(encoding: Encoding) -> list[tuple[str, int]]:
    """(name, values) of everything the network is given in a row."""
    columns = [(f.name, f.size) for f in encoding.fields]
    if encoding.positions > 1:
        columns.append(("position", encoding.positions))
    return columns


def input_width(encoding: Encoding, network: NetworkConfig) -> int:
    """How many numbers the first layer sees at each step."""
    columns = _columns(encoding)
    if network.input == "embedding":
        return network.embedding
    return sum(size + 1 for _, size in columns) if network.input == "one-hot" else len(columns)


def weight_shapes(encoding: Encoding, network: NetworkConfig) -> Shapes:
    """Every trained array by the name that `models.network.weights_of` gives it -> its shape."""
    shapes: Shapes = {}
    if network.input == "embedding":
        for name, size in _columns(encoding):
            shapes[f"embed_{name}/table"] = (size + 1, network.embedding)
    width = input_width(encoding, network)
    for i, layer in enumerate(network.layers):
        if layer.kind == "dropout":
            continue
        name, out = f"layer{i}_{layer.kind}", GATES[layer.kind] * layer.units
        shapes[f"{name}/kernel"] = (width, out)
        if layer.kind in RECURRENT:
            shapes[f"{name}/recurrent"] = (layer.units, out)
        shapes[f"{name}/bias"] = (2, out) if layer.kind == "gru" else (out,)
        width = layer.units
    for i, field in enumerate(encoding.fields):
        if not field.is_choice:
            continue
        hidden = width
        if i:
            hidden = network.head
            shapes[f"{field.name}_from_trunk/kernel"] = (width, hidden)
            shapes[f"{field.name}_from_trunk/bias"] = (hidden,)
            for known in encoding.fields[:i]:
                shapes[f"{field.name}_from_{known.name}/table"] = (known.size, hidden)
        shapes[f"{field.name}_logits/kernel"] = (hidden, field.size)
        shapes[f"{field.name}_logits/bias"] = (field.size,)
    return shapes


def summarize(encoding: Encoding, network: NetworkConfig, training: TrainingConfig) -> Summary:
    """The layers from the input to the answers, as `models.network.build` makes them."""
    shapes = weight_shapes(encoding, network)
    parameters: dict[str, int] = {}
    for name, shape in shapes.items():
        owner = name.partition("/")[0]
        parameters[owner] = parameters.get(owner, 0) + prod(shape)

    every_step = network.objective == "every step"
    batch = training.batch_size if network.stateful else None
    steps = None if every_step else training.sequence_length
    over: tuple[int | None, ...] = (batch, steps)
    layers = [LayerSummary("rows", "input", (*over, len(encoding.fields)), 0, False)]

    def add(name: str, kind: str, width: int, own: bool = False) -> None:
        layers.append(LayerSummary(name, kind, (*over, width), parameters.get(name, 0), own))

    if network.input == "embedding":
        for name, _ in _columns(encoding):
            add(f"embed_{name}", "embedding", network.embedding)
    else:
        add(network.input, "input", input_width(encoding, network))
    last = max(i for i, layer in enumerate(network.layers) if layer.kind in RECURRENT)
    width = input_width(encoding, network)
    for i, layer in enumerate(network.layers):
        if i == last and not every_step:
            over = (batch,)
        width = layer.units or width
        add(f"layer{i}_{layer.kind}", layer.kind, width, own=True)
    for i, field in enumerate(encoding.fields):
        if not field.is_choice:
            continue
        if i:
            add(f"{field.name}_from_trunk", "dense", network.head)
            for known in encoding.fields[:i]:
                add(f"{field.name}_from_{known.name}", "embedding", network.head)
        add(f"{field.name}_logits", "dense", field.size)
        add(field.name, "softmax", field.size)
    total = sum(parameters.values())
    return Summary(tuple(layers), total, memory(encoding, network, training, total))


def memory(
    encoding: Encoding, network: NetworkConfig, training: TrainingConfig, parameters: int
) -> int:
    """An estimate in bytes of what training takes: TensorFlow itself; for each parameter its value,
    its gradient, the optimizer's slots and two copies at the end of an epoch; for each step of a
    batch the input, what each layer keeps for the way back, and the answers as logits,
    probabilities and gradients."""
    slots = OPTIMIZERS[training.optimizer].slots
    given = _columns(encoding)
    step = input_width(encoding, network) * (len(given) + 2 if network.input == "embedding" else 2)
    width = input_width(encoding, network)
    for layer in network.layers:
        width = layer.units or width
        step += KEPT[layer.kind] * width
    answer = sum(
        3 * field.size + (3 + i) * network.head * bool(i)
        for i, field in enumerate(encoding.fields)
        if field.is_choice
    )
    steps = training.batch_size * training.sequence_length
    answers = steps if network.objective == "every step" else training.batch_size
    numbers = parameters * (4 + slots) + steps * step + answers * answer
    return TENSORFLOW_BYTES + FLOAT * numbers


@dataclass(frozen=True)
class _Choice:
    summary: Summary
    network: NetworkConfig
    training: TrainingConfig
    tokens: int
    bound: int | None

    @property
    def ratio(self) -> float:
        """Parameters for each token that is learned from."""
        return self.summary.parameters / max(1, self.tokens)

    @property
    def dropped(self) -> bool:
        return any(layer.rate > 0 for layer in self.network.layers)

    @property
    def cells(self) -> int:
        return sum(layer.units for layer in self.network.layers if layer.kind in RECURRENT)


OVERFITS = 20
"""Parameters a token beyond which a network mostly learns by heart, each transposition counted as
music of its own; the default preset on the chorales stands at 1.4."""

FEW_CELLS = 24
"""Recurrent units in all below which not much can be remembered."""


def _learned_tokens(choice: _Choice) -> int:
    return choice.tokens * (2 * choice.training.transpose + 1)


REMARKS: tuple[tuple[str, Callable[[_Choice], bool], Callable[[_Choice], str]], ...] = (
    (
        "memory",
        lambda c: c.bound is not None and c.summary.bytes > c.bound,
        lambda c: (
            f"Training this takes about {c.summary.bytes / 2**30:.1f} GiB of memory, and "
            f"{(c.bound or 0) / 2**30:.1f} GiB are allowed: it will likely run out. Choose fewer "
            "units, a smaller batch or shorter sequences."
        ),
    ),
    (
        "overfit",
        lambda c: c.summary.parameters > OVERFITS * _learned_tokens(c),
        lambda c: (
            f"{c.summary.parameters:,} parameters learn from {c.tokens:,} tokens: likely to learn "
            "the music by heart (overfit). Choose fewer units"
            + (", add dropout" if not c.dropped else "")
            + (", transpose" if not c.training.transpose else "")
            + " or bring more music; the best epoch is kept."
        ),
    ),
    (
        "underfit",
        lambda c: c.cells < FEW_CELLS,
        lambda c: (
            f"{c.cells} recurrent unit{'s' * (c.cells != 1)} can remember little: likely to learn "
            f"only what is frequent (underfit). Choose {FEW_CELLS} or more."
        ),
    ),
    (
        "narrow",
        lambda c: (
            any(y.kind in RECURRENT and y.units < 8 for y in c.network.layers[:-1])
            and c.cells >= FEW_CELLS
        ),
        lambda c: (
            "A layer of fewer than 8 units lets little through to the layers after it (underfit). "
            "Make it wider or remove it."
        ),
    ),
    (
        "dropout",
        lambda c: any(layer.rate > 0.6 for layer in c.network.layers),
        lambda c: (
            "A dropout rate above 0.6 silences most of a layer: likely to learn too little "
            "(underfit). Rates from 0.1 to 0.5 are usual."
        ),
    ),
    (
        "unheld",
        lambda c: c.training.held_out == 0,
        lambda c: (
            "Nothing is held out, so nobody can tell learning by heart from learning. "
            "Hold out a tenth."
        ),
    ),
    (
        "rate",
        lambda c: c.training.learning_rate > 10 * OPTIMIZERS[c.training.optimizer].rate,
        lambda c: (
            f"A learning rate of {c.training.learning_rate:g} is high for "
            f"{OPTIMIZERS[c.training.optimizer].title} and may make the loss grow without end. "
            f"Usual is {OPTIMIZERS[c.training.optimizer].rate:g}."
        ),
    ),
)
"""(name, when it is said, what is said), the gravest first."""


def remarks(
    summary: Summary,
    network: NetworkConfig,
    training: TrainingConfig,
    tokens: int,
    bound: int | None = None,
) -> dict[str, str]:
    """What is remarkable about a choice, by name, as sentences for the screen. `tokens` is how many
    rows are learned from, `bound` the bytes that the training process may take."""
    choice = _Choice(summary, network, training, tokens, bound)
    return {name: say(choice) for name, holds, say in REMARKS if holds(choice)}
