"""What learns: a network whose parameters are one long vector, moved batch by batch.

One vector means one update a batch, whatever the number of layers and heads: TensorFlow would
build an optimizer's dozen operations anew for each of some forty arrays, which took longer than
learning from the first hundred batches. The gradient is cut by its norm over all parameters
(Pascanu et al. 2013).

Loaded with TensorFlow, in the process that trains.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from models.config import ConfigError, NetworkConfig, TrainingConfig
from models.data import Batch, Corpus, Feed
from models.learning.devices import Devices, devices
from models.learning.layers import LAYERS
from models.learning.recurrence import Tensor
from models.network import Weights, build_carrying, initial_weights, optimizer, variables_of
from models.summary import summarize
from musiccore.encoding import Encoded, Encoding
from musiccore.memory import give_back

LOSS_SCALE = 1024.0
"""Factor on the loss in half precision, so that small gradients do not vanish (Micikevicius et al.
2018)."""

REHEARSED_PARAMETERS = 5_000_000
"""Of the largest network that is built before anybody asked for it."""

MOST_REHEARSALS = 8
"""In one process: of each shape TensorFlow keeps some 40 MiB for good."""

_WARM_AVERAGE = 10  # updates after which the average leans on the past as told


class _Shape(NamedTuple):
    """Everything that the compiled step depends on."""

    fields: tuple[tuple[str, int, bool], ...]
    positions: int
    network: NetworkConfig
    batch_size: int
    sequence_length: int
    optimizer: str
    clips: bool
    averages: bool
    devices: Devices


_latest: dict[_Shape, Learner] = {}
_rehearsals = 0


def learner(encoding: Encoding, network: NetworkConfig, training: TrainingConfig) -> Learner:
    """A learner before its first batch. The latest one of this process is used again where the
    network has the same shape: building its graph is what takes long."""
    shape = _shape_of(encoding, network, training)
    if shape not in _latest:
        _latest.clear()
        give_back()  # a network and its graph are full of circles, which Python finds late
        _latest[shape] = Learner(shape, encoding, network, training)
    found = _latest[shape]
    found.begin(training)
    return found


def rehearse(encoding: Encoding, network: NetworkConfig, training: TrainingConfig) -> None:
    """Have the next `learner` of this shape ready, its step compiled by a batch of blank music. Not
    for a network that may not even fit into memory: that one waits until somebody wants it."""
    global _rehearsals
    shape = _shape_of(encoding, network, training)
    if shape in _latest or _rehearsals >= MOST_REHEARSALS:
        return
    if summarize(encoding, network, training).parameters > REHEARSED_PARAMETERS:
        return
    _rehearsals += 1
    rows = (training.batch_size + 1) * (training.sequence_length + 1)
    blank = Encoded(np.zeros((rows, len(encoding.fields)), np.int32), np.zeros(rows, np.int32))
    batches = Feed(encoding, Corpus(("",), (blank,)), network, training).epoch(1)
    learner(encoding, network, training).learn(next(batches))


def _shape_of(encoding: Encoding, network: NetworkConfig, training: TrainingConfig) -> _Shape:
    return _Shape(
        tuple((f.name, f.size, f.is_choice) for f in encoding.fields),
        encoding.positions,
        network,
        training.batch_size,
        training.sequence_length,
        training.optimizer,
        training.clip > 0,
        training.average > 0,
        devices(network, training),
    )


class Learner:
    """A network and its optimizer. Get one from `learner`."""

    def __init__(
        self, shape: _Shape, encoding: Encoding, network: NetworkConfig, training: TrainingConfig
    ) -> None:
        self._half = shape.devices.half
        self._every_step = network.objective == "every step"
        self._strategy = shape.devices.strategy()
        self._replicas = self._strategy.num_replicas_in_sync
        with self._strategy.scope(), shape.devices.precision():
            layers = {} if shape.devices.is_gpu or self._half else LAYERS
            self._model = build_carrying(encoding, network, training, layers)
            named = variables_of(self._model)
            self._shapes = {name: tuple(variable.shape) for name, variable in named.items()}
            self._sizes = [int(np.prod(shape)) for shape in self._shapes.values()]
            self._theta = keras.Variable(np.zeros(sum(self._sizes), np.float32), name="theta")
            self._optimizer = optimizer(training)
            self._optimizer.build([self._theta])
        self._average: Any = (
            tf.Variable(np.zeros(sum(self._sizes), np.float32)) if shape.averages else None
        )
        places = {id(variable): i for i, variable in enumerate(named.values())}
        self._order = [places[id(variable)] for variable in self._model.trainable_variables]
        outputs = self._model.output
        self._choices = [name for name in outputs if not name.startswith("state")]
        self._widths = {n: v.shape[-1] for n, v in outputs.items() if n.startswith("state")}
        self._chances = [
            layer.seed_generator.state
            for layer in self._model.layers
            if isinstance(layer, keras.layers.Dropout)
        ]
        self._at_first = [np.array(variable.numpy()) for variable in self._kept()]
        self._compiled = tf.function(self._step, autograph=False)
        self._training = training
        self._states: Any = {}

    # What is learned

    def begin(self, training: TrainingConfig) -> None:
        """Forget everything: the weights are those that the training's seed starts from."""
        self._training = training
        for variable, value in zip(self._kept(), self._at_first, strict=True):
            variable.assign(value)
        self._set(initial_weights(self._model, training.seed))
        for i, chance in enumerate(self._chances):
            chance.assign(np.array([training.seed, i], np.uint32))
        self.begin_epoch()

    def begin_epoch(self) -> None:
        """Start every stream from silence."""
        rows = self._training.batch_size
        silence = {n: np.zeros((rows, width), np.float32) for n, width in self._widths.items()}
        self._states = self._dealt(silence)

    @property
    def weights(self) -> Weights:
        """Every trained array by name; averaged over the latest updates where the training says
        so."""
        kept = self._theta if self._average is None else self._average
        parts = np.split(np.array(kept.numpy()), np.cumsum(self._sizes)[:-1])
        return {
            name: part.reshape(shape)
            for (name, shape), part in zip(self._shapes.items(), parts, strict=True)
        }

    @property
    def state(self) -> Mapping[str, NDArray[Any]]:
        """Everything that training needs to go on as if it had never stopped: weights and their
        average, the optimizer's slots and step count, dropout's random generators. What streams
        remember is not kept: every epoch begins with silence."""
        return {f"{i:04d}": np.array(variable.numpy()) for i, variable in enumerate(self._kept())}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Put back what `state` gave. Raises `ConfigError` where it is not of this network."""
        kept = {f"{i:04d}": variable for i, variable in enumerate(self._kept())}
        if {n: a.shape for n, a in state.items()} != {n: tuple(v.shape) for n, v in kept.items()}:
            raise ConfigError(
                "This network was begun by another version of Gruve and cannot be continued. "
                "What it learned stays as it is: train a new one to go further."
            )
        for name, variable in kept.items():
            variable.assign(state[name])

    def _kept(self) -> list[Any]:
        kept = [self._theta, *self._optimizer.variables, *self._chances]
        # Nadam's running product of momenta is not among its variables: without it a training that
        # goes on would not equal one that never stopped.
        product = getattr(self._optimizer, "_u_product", None)
        return [*kept, *(v for v in (product, self._average) if v is not None)]

    def _set(self, weights: Weights) -> None:
        flat = np.concatenate([weights[name].ravel() for name in self._shapes])
        self._theta.assign(flat)
        if self._average is not None:
            self._average.assign(flat)

    # Learning

    def learn(self, batch: Batch) -> float:
        """One update. Returns the loss before it, in nats a row, summed over the fields."""
        training, updates = self._training, int(self._optimizer.iterations.numpy())
        warm = min(1.0, (updates + 1) / training.warm_up) if training.warm_up else 1.0
        self._optimizer.learning_rate.assign(training.learning_rate * warm)
        leaning = min(training.average, (updates + 1) / (updates + 1 + _WARM_AVERAGE))
        answers = {name: self._in_turn(batch.y[name]) for name in self._choices}
        weights = {
            name: self._in_turn(np.asarray(batch.weight[name], np.float32))
            for name in self._choices
        }
        weights = {name: w / max(float(w.sum()), 1.0) for name, w in weights.items()}
        loss, self._states = self._compiled(
            self._dealt(batch.x),
            self._dealt(answers),
            self._dealt(weights),
            self._states,
            tf.constant(training.clip, tf.float32),
            tf.constant(leaning, tf.float32),
        )
        return float(loss)

    def _in_turn(self, array: NDArray[Any]) -> NDArray[Any]:
        """What belongs to each logit: of every step (B x T,)."""
        return array.reshape(-1) if self._every_step else array

    def _dealt(self, arrays: Mapping[str, NDArray[Any]]) -> Any:
        """Arrays (B, ...) as tensors, rows shared out to the devices."""
        if self._replicas == 1 or not arrays:
            return {name: tf.constant(array) for name, array in arrays.items()}
        share = len(next(iter(arrays.values()))) // self._replicas

        def part(context: Any) -> Any:
            first = context.replica_id_in_sync_group * share
            return {n: tf.constant(a[first : first + share]) for n, a in arrays.items()}

        return self._strategy.experimental_distribute_values_from_function(part)

    def _step(
        self, x: Any, y: Any, weight: Any, states: Any, clip: Tensor, leaning: Tensor
    ) -> tuple[Tensor, Any]:
        loss, states = self._strategy.run(self._learn_share, (x, y, weight, states, clip))
        if self._average is not None:
            theta = tf.convert_to_tensor(self._theta.value)
            self._average.assign(theta + leaning * (self._average - theta))
        return self._strategy.reduce(tf.distribute.ReduceOp.SUM, loss, axis=None), states

    def _learn_share(
        self, x: Any, y: Any, weight: Any, states: Any, clip: Tensor
    ) -> tuple[Tensor, Any]:
        """One device's part of an update: the loss of its rows, and the states after them."""
        scale = LOSS_SCALE if self._half else 1.0
        theta = self._theta.value
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(theta)
            parts = tf.split(theta, self._sizes)
            weights = [
                tf.reshape(part, shape)
                for part, shape in zip(parts, self._shapes.values(), strict=True)
            ]
            outputs, chances = self._model.stateless_call(
                [weights[place] for place in self._order],
                [variable.value for variable in self._model.non_trainable_variables],
                {**x, **states},
                training=True,
            )
            loss = tf.add_n(
                [
                    tf.reduce_sum(
                        _cross_entropy(y[name], tf.cast(outputs[name], tf.float32)) * weight[name]
                    )
                    for name in self._choices
                ]
            )
            scaled = loss * scale
        gradient = tf.convert_to_tensor(tape.gradient(scaled, theta)) / scale
        context = tf.distribute.get_replica_context()
        if self._replicas > 1:
            gradient = context.all_reduce(tf.distribute.ReduceOp.SUM, gradient)
        if self._half:  # a number too large for half precision: learn nothing from this batch
            gradient = tf.where(tf.reduce_all(tf.math.is_finite(gradient)), gradient, 0.0)
        if self._training.clip:
            gradient = tf.clip_by_norm(gradient, clip)
        # The optimizer adds up what the devices give it, and each of them has the sum already.
        self._optimizer.apply([gradient / self._replicas], [self._theta])
        for variable, value in zip(self._model.non_trainable_variables, chances, strict=True):
            variable.assign(value)
        return loss, {name: tf.cast(outputs[name], tf.float32) for name in self._widths}


def _cross_entropy(answers: Tensor, logits: Tensor) -> Tensor:
    """Nats of each row: answers are values, or one-hot as in the chapter."""
    if answers.dtype.is_floating:
        return tf.nn.softmax_cross_entropy_with_logits(answers, logits)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(answers, logits)
