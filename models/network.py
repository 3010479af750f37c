"""`NetworkConfig` + the encoding's fields -> a Keras model, and its weights by plain names.

The only module, with `models.training`, that loads TensorFlow. The forward pass for making music
is `models.cells`, in NumPy; the names given here are what ties the two together.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.config import RECURRENT, NetworkConfig, TrainingConfig
from models.optimizers import OPTIMIZERS
from musiccore.encoding import Encoding

if TYPE_CHECKING:
    import keras


EMBEDDING_START = 0.5
"""Standard deviation from which tables start: from Keras' narrow start (uniform, ±0.05) the
chorales stood at 3.5 nats a note after 4 epochs, from this one at 2.7."""

STATES = {"gru": 1, "lstm": 2, "rnn": 1}
"""Recurrent layer kind -> how many states it carries."""

Weights = dict[str, NDArray[np.float32]]

ROLES = {
    "gru": ("kernel", "recurrent", "bias"),
    "lstm": ("kernel", "recurrent", "bias"),
    "rnn": ("kernel", "recurrent", "bias"),
    "dense": ("kernel", "bias"),
}
"""Layer kind -> the names of its weights, in the order in which Keras keeps them."""


def build(encoding: Encoding, config: NetworkConfig, training: TrainingConfig) -> keras.Model:
    """The compiled model of a network, as a Keras user would write it.

    Inputs by name: `rows` (B, T, fields) int32, a row of field sizes marking the start of a piece;
    `position` (B, T) int32 where the encoding keeps rhythm; and, where it has several fields,
    `decided` (B, T, fields): the true rows to predict, of which each head sees the fields before
    its own. Outputs by name of each field that is a choice: probabilities (B, T, size). With
    the objective `last step` the outputs and `decided` have no T. B is fixed when the network is
    stateful.

    `models.learning.learner` trains the same network faster; this one is what a `.keras` file
    holds.
    """
    import keras
    from keras import layers

    every_step = config.objective == "every step"
    batch = training.batch_size if config.stateful else None
    made = _assemble(encoding, config, training, _keras_layers(), batch, learning=False)
    outputs = {
        name: layers.Activation("softmax", name=name)(logits)
        for name, logits in made.logits.items()
    }
    model = keras.Model(made.inputs, outputs, name="gruve")
    loss = (
        keras.losses.SparseCategoricalCrossentropy
        if every_step
        else keras.losses.CategoricalCrossentropy
    )
    model.compile(
        optimizer=optimizer(training, clipnorm=training.clip or None),
        loss={name: loss(reduction="mean_with_sample_weight") for name in outputs},
        jit_compile=False,  # XLA on the CPU ran at a quarter of the plain graph's speed
    )
    model.optimizer.build(model.trainable_variables)
    return model


def build_carrying(
    encoding: Encoding,
    config: NetworkConfig,
    training: TrainingConfig,
    instead: Mapping[str, Any] | None = None,
) -> keras.Model:
    """The same network for learning, with the same names: outputs are logits, of every step those
    of all rows in turn (B x T, size), and a stateful network is given its states and returns them,
    `state0` (B, units) and so on, layer by layer, a layer's output first. `instead` are layers to
    use by kind in place of Keras' own.
    """
    import keras

    layers = {**_keras_layers(), **(instead or {})}
    made = _assemble(encoding, config, training, layers, None, learning=True)
    return keras.Model(made.inputs, {**made.logits, **made.states}, name="gruve")


def optimizer(training: TrainingConfig, **options: Any) -> Any:
    """Keras' optimizer of a training."""
    import keras

    chosen = OPTIMIZERS[training.optimizer]
    made = getattr(keras.optimizers, chosen.keras)
    return made(learning_rate=training.learning_rate, **chosen.options, **options)


class _Assembled(NamedTuple):
    inputs: dict[str, Any]
    logits: dict[str, Any]
    states: dict[str, Any]


def _assemble(
    encoding: Encoding,
    config: NetworkConfig,
    training: TrainingConfig,
    made_of: Mapping[str, Any],
    batch: int | None,
    learning: bool,
) -> _Assembled:
    import keras
    from keras import layers, ops

    fields = encoding.fields
    every_step = config.objective == "every step"
    steps = None if every_step else training.sequence_length
    rows = keras.Input(batch_shape=(batch, steps, len(fields)), dtype="int32", name="rows")
    inputs = {"rows": rows}
    values = ops.unstack(rows, len(fields), axis=-1)
    columns = [(f.name, value, f.size) for f, value in zip(fields, values, strict=True)]
    if encoding.positions > 1:
        position = keras.Input(batch_shape=(batch, steps), dtype="int32", name="position")
        inputs["position"] = position
        columns.append(("position", position, encoding.positions))

    if config.input == "embedding":
        parts = [
            made_of["table"](size + 1, config.embedding, name=f"embed_{name}")(column)
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

    states: dict[str, Any] = {}
    last_recurrent = max(i for i, layer in enumerate(config.layers) if layer.kind in RECURRENT)
    for i, layer in enumerate(config.layers):
        name = f"layer{i}_{layer.kind}"
        if layer.kind == "dropout":
            trunk = layers.Dropout(layer.rate, seed=i, name=name)(trunk)
        elif layer.kind == "dense":
            trunk = layers.Dense(layer.units, name=name)(trunk)
        elif not (learning and config.stateful):
            trunk = made_of[layer.kind](
                layer.units,
                return_sequences=every_step or i < last_recurrent,
                stateful=config.stateful,
                name=name,
            )(trunk)
        else:
            names = [f"state{len(states) + n}" for n in range(STATES[layer.kind])]
            given = [keras.Input((layer.units,), name=n) for n in names]
            inputs.update(zip(names, given, strict=True))
            made = made_of[layer.kind](
                layer.units, return_sequences=True, return_state=True, name=name
            )
            trunk, *last = made(trunk, initial_state=given)
            states.update(zip(names, last, strict=True))

    logits = {}
    shape = (batch, steps, len(fields)) if every_step else (batch, len(fields))
    decided = keras.Input(batch_shape=shape, dtype="int32", name="decided")
    if len(fields) > 1:
        inputs["decided"] = decided
    if learning and every_step:  # one product for all steps, not one for each stream
        trunk = ops.reshape(trunk, (-1, trunk.shape[-1]))
        decided = ops.reshape(decided, (-1, len(fields)))
    before = ops.unstack(decided, len(fields), axis=-1)
    for i, field in enumerate(fields):
        if not field.is_choice:
            continue
        hidden = trunk
        if i:
            hidden = layers.Dense(config.head, name=f"{field.name}_from_trunk")(trunk)
            known = [
                made_of["table"](f.size, config.head, name=f"{field.name}_from_{f.name}")(value)
                for f, value in zip(fields[:i], before, strict=False)
            ]
            hidden = layers.ReLU(name=f"{field.name}_hidden")(
                layers.Add(name=f"{field.name}_sum")([hidden, *known])
            )
        logits[field.name] = layers.Dense(field.size, name=f"{field.name}_logits")(hidden)
    return _Assembled(inputs, logits, states)


def _keras_layers() -> dict[str, Any]:
    from keras import layers

    return {
        "table": layers.Embedding,
        "gru": layers.GRU,
        "lstm": layers.LSTM,
        "rnn": layers.SimpleRNN,
    }


def initial_weights(model: keras.Model, seed: int) -> Weights:
    """What training begins from: a function of the network and `seed`. Keras' own choices, Glorot
    and Bengio (2010) for what comes from outside a layer and Saxe et al. (2014) for what comes from
    its past, but for tables."""
    from keras import initializers

    begin = {
        "table": initializers.RandomNormal,
        "kernel": initializers.GlorotUniform,
        "recurrent": initializers.Orthogonal,
        "bias": initializers.Zeros,
    }
    options: dict[str, dict[str, float]] = {"table": {"stddev": EMBEDDING_START}}
    found: Weights = {}
    for i, (name, variable) in enumerate(variables_of(model).items()):
        role = name.rpartition("/")[2]
        own = {} if role == "bias" else {**options.get(role, {}), "seed": _seed(seed, i)}
        array = np.array(begin[role](**own)(variable.shape))
        if role == "bias" and name.endswith("_lstm/bias"):
            units = len(array) // 4
            array[units : 2 * units] = 1  # a forget gate open at first (Jozefowicz et al. 2015)
        found[name] = array
    return found


def _seed(*numbers: int) -> int:
    return int(np.random.SeedSequence(numbers).generate_state(1)[0] >> 1)


def variables_of(model: keras.Model) -> dict[str, Any]:
    """Every trained variable by name, `layer0_gru/kernel` and so on."""
    named: dict[str, Any] = {}
    for layer in model.layers:
        roles = _roles(layer.name, len(layer.weights))
        named.update({f"{layer.name}/{r}": v for r, v in zip(roles, layer.weights, strict=False)})
    return named


def weights_of(model: keras.Model) -> Weights:
    """Every trained array by name, `layer0_gru/kernel` and so on."""
    return {name: np.asarray(variable.numpy()) for name, variable in variables_of(model).items()}


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
    for name, variable in variables_of(model).items():
        variable.assign(weights[name])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.keras"
        model.save(path)
        return path.read_bytes()
