"""`NetworkConfig` + the encoding's fields -> a Keras model, and its weights by plain names.

The only module, with `models.training`, that loads TensorFlow. The forward pass for making music
is `models.cells`, in NumPy; the names given here are what ties the two together.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.config import RECURRENT, Layer, NetworkConfig, TrainingConfig
from models.optimizers import OPTIMIZERS
from musiccore.encoding import Encoding

if TYPE_CHECKING:
    import keras


EMBEDDING_START = 0.5
"""Standard deviation from which embeddings start."""

Weights = dict[str, NDArray[np.float32]]

ROLES = {
    "gru": ("kernel", "recurrent", "bias"),
    "lstm": ("kernel", "recurrent", "bias"),
    "rnn": ("kernel", "recurrent", "bias"),
    "dense": ("kernel", "bias"),
}
"""Layer kind -> the names of its weights, in the order in which Keras keeps them."""


def build(encoding: Encoding, config: NetworkConfig, training: TrainingConfig) -> keras.Model:
    """The compiled model of a network.

    Inputs by name: `rows` (B, T, fields) int32, a row of field sizes marking the start of a piece;
    `position` (B, T) int32 where the encoding keeps rhythm; and, where it has several fields,
    `decided` (B, T, fields): the true rows to predict, of which each head sees the fields before
    its own. Outputs by name of each field that is a choice: probabilities (B, T, size). With
    the objective `last step` the outputs and `decided` have no T. B is fixed when the network is
    stateful.
    """
    import keras
    from keras import layers, ops

    fields = encoding.fields
    every_step = config.objective == "every step"
    batch = training.batch_size if config.stateful else None
    steps = None if every_step else training.sequence_length
    rows = keras.Input(batch_shape=(batch, steps, len(fields)), dtype="int32", name="rows")
    inputs = {"rows": rows}
    columns = [(f.name, rows[:, :, i], f.size) for i, f in enumerate(fields)]
    if encoding.positions > 1:
        position = keras.Input(batch_shape=(batch, steps), dtype="int32", name="position")
        inputs["position"] = position
        columns.append(("position", position, encoding.positions))

    if config.input == "embedding":
        parts = [
            _table(size + 1, config.embedding, f"embed_{name}")(column)
            for name, column, size in columns
        ]
        trunk = parts[0] if len(parts) == 1 else layers.Add(name="embedded")(parts)
    elif config.input == "one-hot":
        parts = [ops.one_hot(column, size + 1) for _, column, size in columns]
        trunk = ops.concatenate(parts, axis=-1)
    else:
        parts = [
            ops.expand_dims(ops.cast(column, "float32") / size, -1) for _, column, size in columns
        ]
        trunk = ops.concatenate(parts, axis=-1)

    last_recurrent = max(i for i, layer in enumerate(config.layers) if layer.kind in RECURRENT)
    for i, layer in enumerate(config.layers):
        sequences = every_step or i < last_recurrent
        trunk = _layer(layer, f"layer{i}_{layer.kind}", sequences, config.stateful)(trunk)

    outputs = {}
    shape = (batch, steps, len(fields)) if every_step else (batch, len(fields))
    decided = keras.Input(batch_shape=shape, dtype="int32", name="decided")
    if len(fields) > 1:
        inputs["decided"] = decided
    for i, field in enumerate(fields):
        if not field.is_choice:
            continue
        hidden = trunk
        if i:
            hidden = layers.Dense(config.head, name=f"{field.name}_from_trunk")(trunk)
            known = [
                _table(f.size, config.head, f"{field.name}_from_{f.name}")(decided[..., j])
                for j, f in enumerate(fields[:i])
            ]
            hidden = layers.ReLU(name=f"{field.name}_hidden")(
                layers.Add(name=f"{field.name}_sum")([hidden, *known])
            )
        logits = layers.Dense(field.size, name=f"{field.name}_logits")(hidden)
        outputs[field.name] = layers.Activation("softmax", name=field.name)(logits)

    model = keras.Model(inputs, outputs, name="gruve")
    chosen = OPTIMIZERS[training.optimizer]
    optimizer = getattr(keras.optimizers, chosen.keras)(
        learning_rate=training.learning_rate, clipnorm=training.clip or None, **chosen.options
    )
    loss = (
        keras.losses.SparseCategoricalCrossentropy
        if every_step
        else keras.losses.CategoricalCrossentropy
    )
    model.compile(
        optimizer=optimizer,
        loss={name: loss(reduction="mean_with_sample_weight") for name in outputs},
        jit_compile=False,  # XLA on the CPU ran at a quarter of the plain graph's speed
    )
    _make_variables(model, every_step)
    return model


def _make_variables(model: keras.Model, every_step: bool) -> None:
    """Make what optimizer and losses keep now: were it made while the first batch is traced,
    TensorFlow would trace that twice, which takes seconds."""
    model.optimizer.build(model.trainable_variables)
    shape = (1, 1) if every_step else (1,)
    answers, odds = {}, {}
    for name, output in model.output.items():
        size = output.shape[-1]
        odds[name] = np.full((*shape, size), 1 / size, np.float32)
        answers[name] = np.zeros(shape, np.int32) if every_step else odds[name]
    weight = {name: np.ones(shape, np.float32) for name in odds}
    model.compute_loss(y=answers, y_pred=odds, sample_weight=weight)


def _table(size: int, width: int, name: str) -> Any:
    """An embedding that starts wide: from Keras' narrow start (uniform, ±0.05) the chorales stood
    at 3.5 nats a note after 4 epochs, from this one at 2.7."""
    from keras import initializers, layers

    return layers.Embedding(
        size, width, initializers.RandomNormal(stddev=EMBEDDING_START), name=name
    )


def _layer(layer: Layer, name: str, sequences: bool, stateful: bool) -> Any:
    from keras import layers

    if layer.kind == "dropout":
        return layers.Dropout(layer.rate, name=name)
    if layer.kind == "dense":
        return layers.Dense(layer.units, name=name)
    cell = {"gru": layers.GRU, "lstm": layers.LSTM, "rnn": layers.SimpleRNN}[layer.kind]
    return cell(layer.units, return_sequences=sequences, stateful=stateful, name=name)


def weights_of(model: keras.Model) -> Weights:
    """Every trained array by name, `layer0_gru/kernel` and so on."""
    named: Weights = {}
    for layer in model.layers:
        arrays = layer.get_weights()
        roles = _roles(layer.name, len(arrays))
        named.update({f"{layer.name}/{r}": a for r, a in zip(roles, arrays, strict=False)})
    return named


def _roles(name: str, arrays: int) -> tuple[str, ...]:
    """What the arrays of a layer are, as far as they were trained."""
    kind = name.rpartition("_")[2]
    if not arrays or (name.startswith("layer") and kind == "dropout"):
        return ()  # a dropout's only array is the state of its random generator
    return ROLES.get(kind, ("kernel", "bias")) if arrays > 1 else ("table",)


def keras_file(
    encoding: Encoding, config: NetworkConfig, training: TrainingConfig, weights: Weights
) -> bytes:
    """The network with these weights as Keras keeps one (`.keras`), its training settings with it:
    `keras.models.load_model` opens it without a line of Gruve's."""
    model = build(encoding, config, training)
    for layer in model.layers:
        for i, role in enumerate(_roles(layer.name, len(layer.weights))):
            layer.weights[i].assign(weights[f"{layer.name}/{role}"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.keras"
        model.save(path)
        return path.read_bytes()


def state_of(model: keras.Model) -> Mapping[str, NDArray[Any]]:
    """Everything that training needs to go on as if it had never stopped: weights, optimizer
    moments and step count, dropout's random generators. Layer states are not kept: every epoch
    begins with fresh ones."""
    return {f"{i:04d}": np.asarray(v) for i, v in enumerate(_variables(model))}


def restore_state(model: keras.Model, state: Mapping[str, NDArray[Any]]) -> None:
    """Put back what `state_of` took."""
    for i, variable in enumerate(_variables(model)):
        variable.assign(state[f"{i:04d}"])


def _variables(model: keras.Model) -> list[Any]:
    variables = [*model.variables, *model.optimizer.variables]
    # Nadam's running product of momenta is not among its variables: without it a training that
    # goes on would not equal one that never stopped.
    product = getattr(model.optimizer, "_u_product", None)
    return variables if product is None else [*variables, product]
